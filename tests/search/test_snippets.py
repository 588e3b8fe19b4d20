"""Tests of marks and snippets: what is marked and which passage is shown."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engines.matching import matches
from indexer.engines.ranking import positive_terms
from indexer.model import Article, Document, DocumentSummary, Passage, SnippetPart
from indexer.search.query_parser import parse
from indexer.search.snippets import MAX_CHARACTERS, mark, snippets
from indexer.text.folding import fold
from indexer.text.tokenizer import tokenise

LETTERS = "安全生产工会南京市长江大桥招商签约王，。 “”·年2023國Ａ㈠\u200b"
TEXTS = st.one_of(st.text(), st.text(st.sampled_from(LETTERS), max_size=300))
LINES = st.one_of(
    st.text(st.sampled_from(LETTERS + '-()"*~:'), max_size=12), st.sampled_from(["王*", '"招商 签约"~3', "市长"])
)


def marked(text: str, line: str) -> str:
    """Return the text with its marks in brackets."""
    return brackets(mark(text, parse(line)))


def brackets(parts: tuple[SnippetPart, ...]) -> str:
    return "".join(f"[{part.text}]" if part.is_hit else part.text for part in parts)


def document(*paragraphs: str, captions: tuple[str, ...] = (), headline: str = "题") -> Document:
    passages = [tuple(Passage(text, ()) for text in texts) for texts in (paragraphs, captions)]
    article = Article("a-1", "新闻", "", headline, "", (), "", (), date(2023, 3, 8), *passages, "")
    return Document(article, "a", "A", "1", 0, "a/1.txt")


def shown(line: str, *paragraphs: str, captions: tuple[str, ...] = ()) -> str:
    return brackets(snippets([DocumentSummary.of(document(*paragraphs, captions=captions))], parse(line))[0])


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("全市安全生产会议", "安全", "全市[安全]生产会议"),
        ("全市安全生产会议", "安全生产", "全市[安全生产]会议"),
        ("总工會成立", "总工会", "[总工會]成立"),
        ("南京市长江大桥", "市长", "南京市长江大桥"),
        ("南京市长江大桥", '"市长"', "南京[市长]江大桥"),
        ("南京市长江大桥", "长江", "南京市[长江]大桥"),
        ("职工会议", "工会", "职工会议"),
        ("安 全\u3000生产", '"安全生产"', "[安 全\u3000生产]"),
        ("他说“好”。", "「说“好”」", "他[说“好”]。"),
        ("王·刚", '"王•刚"', "[王·刚]"),
        ("（㈠）", '"（一）"', "（[㈠]）"),
        ("二〇二三年", '"零二"', "二[〇二]三年"),
        ("到2023年底", "2023年", "到[2023年]底"),
        ("到2023年底", "2023", "到[2023]年底"),
        ("哈哈哈", '"哈哈"', "[哈哈哈]"),
        ("张掖和小张家口", "张*", "[张掖]和小[张家口]"),
        ("今天招商，明天签约", '"招商 签约"~3', "今天[招商]，明天[签约]"),
        ("今天招商，明天签约", '"签约 招商"~3', "今天[招商]，明天[签约]"),
        ("今天招商，明天签约", '"招商 签约"~2', "今天招商，明天签约"),
        ("工会招聘", "工会 -招聘", "[工会]招聘"),
        ("工会招聘", '工会 -"招聘" OR -会', "[工会]招聘"),
        ("工会表彰", "headline:表彰 工会", "[工会]表彰"),
        ("工会", "", "工会"),
        ("", "工会", ""),
    ],
)
def test_what_is_marked(text: str, line: str, expected: str) -> None:
    assert marked(text, line) == expected


def test_a_field_is_marked_in_its_own_units_only() -> None:
    assert brackets(mark("表彰会", parse("headline:表彰"), "headline")) == "[表彰]会"
    assert brackets(mark("王小刚", parse("byline:小"), "byline")) == "王[小]刚"
    assert brackets(mark("小王", parse("byline:小"))) == "小王"


@given(TEXTS, LINES)
def test_the_parts_joined_are_the_text(text: str, line: str) -> None:
    parts = mark(text, parse(line))
    assert "".join(part.text for part in parts) == text
    assert all(part.text for part in parts)
    assert all(one.is_hit != other.is_hit for one, other in pairwise(parts))


@given(
    st.text(st.sampled_from("安全生产 ，国國"), max_size=60),
    st.text(st.sampled_from("安全生产国"), min_size=1, max_size=3),
)
def test_a_phrase_is_marked_where_grep_finds_it(text: str, phrase: str) -> None:
    """A naive implementation gives the same marks.

    It marks a character if a range around it folds to the phrase.
    """
    solid = [place for place, letter in enumerate(text) if fold(letter)]
    expected = set[int]()
    for first in range(len(solid) - len(phrase) + 1):
        places = solid[first : first + len(phrase)]
        if fold("".join(text[place] for place in places)) == phrase:
            expected |= set(range(places[0], places[-1] + 1))
    found, place = set[int](), 0
    for part in mark(text, parse(f'"{phrase}"')):
        found |= set(range(place, place + len(part.text))) if part.is_hit else set()
        place += len(part.text)
    assert found == expected


@given(
    TEXTS, st.sampled_from(["安全", "安全生产", "市长 OR 长江", "王*", '"京市长"', '"招商 签约"~9', "工会 2023", "㈠"])
)
def test_something_is_marked_in_whatever_matches(text: str, line: str) -> None:
    query = parse(line)
    if matches(query, tokenise(document(text, headline=""))):
        assert any(part.is_hit for part in mark(text, query))


# --- the passage shown

FILLER = "这一句里什么也没有，只是把地方占满。"


@pytest.mark.parametrize(
    ("line", "paragraphs", "expected"),
    [
        ("工会", ("没有。", "工会开会。"), "[工会]开会。"),
        ("工会 表彰", ("工会开会。", "工会开表彰会。"), "[工会]开[表彰]会。"),
        ("工会 表彰", ("工会在今天上午表彰。", "工会表彰。"), "[工会表彰]。"),
        ("工会", ("甲" * 60 + "。" + "乙" * 50 + "工会。",), "…" + "乙" * 50 + "[工会]。"),
        ('"工会" "表彰"', ("工会开会。", "工会开表彰会。"), "[工会]开[表彰]会。"),
        ('"工会" OR "表彰"', ("工会开会。", "工会开表彰会。"), "[工会]开[表彰]会。"),
        ("工* 表*", ("工会开会。", "工会开表彰会。"), "[工会]开[表彰会]。"),
        (
            '"工会 表彰"~10',
            ("丙" * 40 + "工会。" + "乙丙表彰" + "丁" * 90 + "。",),
            "丙" * 40 + "[工会]。乙丙[表彰]" + "丁" * 53 + "…",
        ),
        ("没人写过", ("第一段。", "第二段。"), "第一段。"),
        ("", ("第一段。", "第二段。"), "第一段。"),
        ("-工会", ("第一段。", "工会。"), "第一段。"),
        ("headline:题", ("第一段。", "有题。"), "第一段。"),
        ("工会", (" \u3000", "  工会。 "), "[工会]。"),
    ],
)
def test_which_passage_is_shown(line: str, paragraphs: tuple[str, ...], expected: str) -> None:
    assert shown(line, *paragraphs) == expected


def test_captions_are_shown_after_paragraphs() -> None:
    assert shown("工会", "没有。", captions=("工会合影",)) == "[工会]合影"
    assert shown("工会", "工会开会", captions=("工会合影",)) == "[工会]开会"


def test_an_article_without_a_body_has_no_snippet() -> None:
    assert shown("题") == ""


def test_a_long_sentence_is_cut_between_clauses() -> None:
    found = shown("工会", "甲乙丙丁，" * 30 + "工会开会，" + "甲乙丙丁，" * 30)
    assert found.startswith("…甲乙丙丁，")
    assert found.endswith("甲乙丙丁，…")
    assert "[工会]" in found


def test_sentences_around_fill_the_room() -> None:
    found = shown("工会", FILLER * 10 + "工会开会。" + FILLER * 10)
    assert found.count(FILLER) == 5
    assert found.startswith("…[工会]开会。这")
    assert found.endswith("。…")


@given(st.lists(TEXTS, max_size=4), LINES)
def test_a_snippet_is_a_stretch_of_one_passage(paragraphs: list[str], line: str) -> None:
    parts = snippets([DocumentSummary.of(document(*paragraphs))], parse(line))[0]
    whole = "".join(part.text for part in parts)
    inner = whole.removeprefix("…").removesuffix("…")
    assert any(inner in paragraph for paragraph in paragraphs) or inner == ""
    assert len(whole) <= MAX_CHARACTERS + 2
    assert bool(whole) == any(paragraph.strip() for paragraph in paragraphs)


@given(st.lists(TEXTS, max_size=4), LINES)
def test_a_snippet_has_a_hit_where_the_body_has_one(paragraphs: list[str], line: str) -> None:
    parts = snippets([DocumentSummary.of(document(*paragraphs))], parse(line))[0]
    somewhere = any(part.is_hit for text in paragraphs for part in mark(text, parse(line)))
    assert any(part.is_hit for part in parts) == somewhere


@given(
    st.lists(st.lists(st.text(st.sampled_from("南京市长江大桥职工会议。， 國"), max_size=40), max_size=3), max_size=3),
    st.sampled_from(["市长", "长江", "工会", "市长 OR 大桥", "工会 南京市", "国", '"市长" 长江', "长*"]),
)
def test_knowing_how_often_a_word_is_there_changes_nothing(articles: list[list[str]], line: str) -> None:
    """The marks are the same, although known frequencies make tokenising unnecessary."""
    found, query = [document(*paragraphs, headline="长江会议") for paragraphs in articles], parse(line)
    words = [tokenise(one).words for one in found]
    frequencies = [{term: its.count(term) for term in positive_terms(query)} for its in words]
    summaries = list(map(DocumentSummary.of, found))
    assert snippets(summaries, query, frequencies) == [snippets([one], query)[0] for one in summaries]


@pytest.mark.parametrize(
    ("text", "line", "spellings"),
    [
        ("古塔于二〇二三年十一月二十日动工", "2023-11-20", ["二〇二三年十一月二十日"]),
        ("古塔于2023年11月20日动工", "二〇二三年十一月", ["2023年11月20日"]),
        ("古塔于2023年11月20日上午动工", "2023/11/20上午", ["2023年11月20日上午"]),
        ("预算１，８６０万元", "1860", ["１，８６０"]),
        ("共1860人，预算1，860万元", "1,860", ["1860", "1，860"]),
        ("名单：童　谣、张 三", "童谣", ["童　谣"]),
        ("童 谣 张 平 安 国", "平安", []),
    ],
)
def test_each_spelling_of_a_numeral_and_of_a_name_is_marked(text: str, line: str, spellings: list[str]) -> None:
    assert [part.text for part in mark(text, parse(line)) if part.is_hit] == spellings
    (snippet,) = snippets([DocumentSummary.of(document(text))], parse(line))
    assert [part.text for part in snippet if part.is_hit] == spellings
