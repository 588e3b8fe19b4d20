"""Tests of text quality: only damage lowers it, and the reasons are given."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles.metadata import text_quality
from indexer.articles.metadata.text_quality import (
    JOINED,
    LOST,
    MEASURES,
    PIECES,
    REPEATED,
    RESTORED,
    SEAMS,
    SPACING,
    TORN,
    UNKNOWN,
    UNSURE,
)
from indexer.articles.page_reader import read_page
from indexer.articles.segmentation.jump_lines import join_continued
from indexer.cleaning import RULES, clean
from indexer.model import Article, CleanText, Edit, PageIdentity, PageReading, Paper, Passage, PrintedLine, RawPage

NEWS = (
    "市总工会昨日召开安全生产工作会议，总结去年工作，部署今年任务。",
    "会议要求，各级工会要组织职工查找身边隐患，监督企业落实责任。",
    "会后，与会人员到经济开发区的三家企业检查了车间和仓库，对查出的问题当场提出整改意见。",
)
PASSAGES = st.lists(st.sampled_from(NEWS), min_size=1, max_size=12)
DAMAGE = st.dictionaries(st.sampled_from(sorted(MEASURES)), st.integers(0, 500))


def article(*texts: str, flags: tuple[str, ...] = ()) -> Article:
    """Return an article whose raw text is the sequence of its paragraphs."""
    at, passages = 0, []
    for text in texts:
        passages.append(Passage(text, ((at, at + len(text)),), flags))
        at += len(text) + 1
    return Article("", "新闻", "", "", "", (), "", (), None, tuple(passages), (), "")


def measured(one: Article, *edits: Edit) -> Article:
    return text_quality.assess([one], CleanText("", tuple(sorted(edits, key=lambda edit: edit.start))))[0]


def score_of(one: Article, *edits: Edit) -> float:
    found = measured(one, *edits).quality
    assert found is not None
    return found


def counts(one: Article) -> dict[str, int]:
    return {evidence.source: int(evidence.value) for evidence in one.evidence if evidence.about == "quality"}


def read(text: str) -> PageReading:
    raw = RawPage("demo/2024-01-26/01.txt", text)
    return read_page(raw, PageIdentity("demo", date(2024, 1, 26), "01"), Paper("demo"))


def of_confidence(sure: float | None, length: int = 1000) -> Article:
    """Return an article in lines of 50 letters that were recognised with this confidence."""
    lines = [PrintedLine(at, at + 49, (0, 0, 9, 9), confidence=sure) for at in range(0, length, 50)]
    text = NEWS[0] * (length // len(NEWS[0]) + 1)
    return text_quality.assess([article(text[:length])], CleanText("", ()), lines)[0]


@pytest.mark.parametrize(
    ("sure", "low", "high"),
    [(None, 1.0, 1.0), (1.0, 1.0, 1.0), (0.98, 1.0, 1.0), (0.85, 0.4, 0.6), (0.67, 0.2, 0.3), (0.0, 0.05, 0.12)],
)
def test_confidence_of_what_recognised_the_letters_is_quality(sure: float | None, low: float, high: float) -> None:
    one = of_confidence(sure)
    assert one.quality is not None
    assert low <= one.quality <= high
    assert (UNSURE in counts(one)) == (high < 1)


def test_only_the_lines_of_an_article_lower_its_quality() -> None:
    lines = [PrintedLine(at, at + 30, (0, 0, 9, 9), confidence=sure) for at, sure in ((0, 0.1), (31, 1.0), (62, 0.2))]
    middle = Article("", "新闻", "", "", "", (), "", (), None, (Passage(NEWS[0], ((31, 61),)),), (), "")
    assert text_quality.assess([middle], CleanText("", ()), lines)[0].quality == 1


# --- the score


@given(DAMAGE, st.integers(0, 5000))
def test_a_score_lies_between_0_and_1(found: dict[str, int], letters: int) -> None:
    assert 0 <= text_quality.score(found, letters) <= 1


@given(DAMAGE, st.integers(0, 5000), st.sampled_from(sorted(MEASURES)), st.integers(1, 50))
def test_more_damage_never_raises_a_score(found: dict[str, int], letters: int, name: str, more: int) -> None:
    worse = {**found, name: found.get(name, 0) + more}
    assert text_quality.score(worse, letters) <= text_quality.score(found, letters)


@given(DAMAGE, st.integers(0, 5000), st.integers(0, 5000))
def test_the_same_damage_weighs_less_in_a_longer_text(found: dict[str, int], letters: int, more: int) -> None:
    assert text_quality.score(found, letters + more) >= text_quality.score(found, letters)


@given(DAMAGE, st.integers(0, 5000))
def test_whatever_shows_in_a_score_is_named(found: dict[str, int], letters: int) -> None:
    named = {one.source: int(one.value) for one in text_quality.reasons(found, letters)}
    assert named.items() <= found.items()
    for name in found.keys() - named.keys():
        assert text_quality.score({name: found[name]}, letters) >= 0.99


def test_what_breaks_the_order_counts_more_than_what_changes_a_space() -> None:
    scores = [text_quality.score({name: 10}, 1000) for name in (SPACING, JOINED, RESTORED, LOST, SEAMS)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] >= 0.99 > 0.6 > scores[-1]


def test_the_rules_that_are_weighed_are_rules_of_the_cleaning() -> None:
    assert text_quality.BY_RULE.keys() <= {rule.name for rule in RULES}
    assert set(text_quality.BY_RULE.values()) <= MEASURES.keys()


# --- counts


@given(PASSAGES)
def test_clean_news_has_the_best_score(texts: list[str]) -> None:
    assert measured(article(*texts)) == replace(article(*texts), quality=1.0)


@given(PASSAGES, st.data())
def test_each_edit_flag_and_lost_letter_can_only_lower_it(texts: list[str], data: st.DataObject) -> None:
    good = article(*texts)
    number = data.draw(st.integers(0, len(texts) - 1))
    passage = good.paragraphs[number]
    place = data.draw(st.integers(0, len(passage.text) - 1))

    def with_passage(changed: Passage) -> Article:
        return replace(good, paragraphs=(*good.paragraphs[:number], changed, *good.paragraphs[number + 1 :]))

    start = passage.spans[0][0] + place
    rules = data.draw(st.lists(st.sampled_from([rule.name for rule in RULES]), min_size=1, unique=True))
    assert score_of(good, Edit(tuple(rules), start, start + 1, "工", "会")) <= score_of(good)
    for flag in ("seam", "incomplete", "repeated"):
        assert score_of(with_passage(replace(passage, flags=(flag,)))) < score_of(good)
    for letter in "\ufffd\ue123":
        lost = replace(passage, text=f"{passage.text[:place]}{letter}{passage.text[place + 1 :]}")
        assert score_of(with_passage(lost)) < score_of(good)


def test_edits_count_where_they_fall() -> None:
    one = article(NEWS[0])
    end = len(NEWS[0])
    inside = Edit(("undouble",), 2, 6, "总总工工", "总工")
    outside = Edit(("undouble",), end + 5, end + 400, "", "工" * 200)
    spaces = Edit(("line-spaces",), 8, 20, " " * 12, "")
    found = text_quality.damage(one, (inside, spaces, outside), [2, 8, end + 5])
    assert +found == Counter({RESTORED: 2, SPACING: 1})


def test_an_edit_of_several_rules_counts_as_the_gravest() -> None:
    found = text_quality.damage(
        article(NEWS[0]), (Edit(("width", "undouble", "spaces"), 0, 4, "市市总总", "市总"),), [0]
    )
    assert +found == Counter({RESTORED: 2})


def test_names_are_no_damage_and_misread_words_are() -> None:
    named = "记者王晓光、李青、陈小满来到青渡区，听沙洲村的全大娘和容小川说起光伏板的好处，" + NEWS[1] + NEWS[2]
    assert score_of(article(named)) == 1.0
    misread = named.translate(str.maketrans("总工会产作议组职隐患监督企业", "忍土云严作仪绍织穩串盟誉仝亚"))
    assert counts(measured(article(misread)))[UNKNOWN] > 8


def test_the_flags_of_passages_and_the_pieces_they_are_made_of_are_counted() -> None:
    one = article(NEWS[0], NEWS[1], flags=("seam", "incomplete"))
    scattered = replace(one.paragraphs[0], spans=((0, 5), (50, 60), (7, 9)), flags=("repeated",))
    found = text_quality.damage(replace(one, paragraphs=(scattered, one.paragraphs[1])), (), [])
    assert +found == Counter({PIECES: 2, SEAMS: 1, TORN: 1, REPEATED: 1})


# --- pages


def test_a_page_and_its_articles_are_measured_when_it_is_read() -> None:
    good = read("全市工会工作会议召开\n\n" + "\n\n".join(NEWS))
    doubled = read("全市工会工作会议召开\n\n" + "\n\n".join("".join(2 * letter for letter in text) for text in NEWS))
    assert good.quality == good.articles[0].quality == 1.0
    assert doubled.quality is not None
    assert doubled.quality < 0.7
    assert doubled.articles[0].evidence[-1].source == RESTORED


@given(st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_several_articles_are_as_good_as_their_mean(hundredths: list[int]) -> None:
    scores = [number / 100 for number in hundredths]
    together, _ = text_quality.together([replace(article(NEWS[0]), quality=one) for one in scores])
    assert together == pytest.approx(sum(scores) / len(scores), abs=0.006)


def test_the_reasons_of_several_add_up_and_the_unmeasured_have_none() -> None:
    one = measured(article(NEWS[0], flags=("seam",)))
    other = measured(article(NEWS[1], flags=("seam", "incomplete")))
    found, why = text_quality.together([one, other])
    assert found is not None
    assert other.quality is not None
    assert other.quality <= found < 1
    assert [(reason.source, reason.value) for reason in why] == [(SEAMS, "2"), (TORN, "1")]
    assert text_quality.together([article(NEWS[0])]) == text_quality.together([]) == (None, ())


def test_an_article_over_two_pages_has_the_quality_of_both_parts() -> None:
    def page(label: str, text: str) -> PageReading:
        raw = RawPage(f"demo/2024-01-26/{label}.txt", text)
        return read_page(raw, PageIdentity("demo", date(2024, 1, 26), label), Paper("demo"))

    lost = "各级工会要\ufffd\ufffd职工查找身边隐患，\ufffd督企业落实责任，把好每一道关口。"
    first = page("01", f"全市工会工作会议召开\n\n本报讯（记者 张三）{NEWS[0]}\n\n{NEWS[1]}\n\n（下转第二版）")
    second = page("02", f"（上接第一版）\n\n{lost}\n\n{NEWS[2]}")
    whole = join_continued([first, second])[0].articles[0]
    parts = (first.articles[0], second.articles[0])
    assert whole.pages == ("01", "02")
    assert whole.quality == text_quality.together(parts)[0]
    assert counts(whole) == counts(parts[1]) == {LOST: 3}
    assert clean(lost).text == lost
