"""Tests of published corrections (更正): their references, and the resulting links."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indexer.archive.archive import Archive
from indexer.engines.base import Reader
from indexer.engines.memory import MemoryEngine
from indexer.indexing.pipeline import index
from indexer.model import Article, DateSpan, Document, DocumentSummary, Filters, Kind, Passage, Phrase, Request
from indexer.search.corrections import Reference, corrected_by, corrections_of, references
from indexer.text.tokenizer import tokenise

FRIDAY = date(2019, 3, 8)
HEADLINE = "全市工会工作会议召开"


def article(
    text: str, headline: str = "更正", day: date | None = date(2019, 3, 11), kind: Kind = "更正", kicker: str = ""
) -> Article:
    return Article("", kind, kicker, headline, "", (), "", (), day, (Passage(text, ()),), (), "")


def on(day: date) -> DateSpan:
    return DateSpan(day, day)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("本报3月8日第2版《{}》一文中，“三个”应为“两个”。", [(HEADLINE, on(FRIDAY), "2")]),
        ("本报2019年3月8日第02版《{}》一文有误。", [(HEADLINE, on(FRIDAY), "2")]),
        ("本报二〇一九年三月八日A2版《{}》有误。", [(HEADLINE, on(FRIDAY), "A2")]),
        ("本报三月八日二版《{}》有误。", [(HEADLINE, on(FRIDAY), "2")]),
        ("3月8日本报头版《{}》有误。", [(HEADLINE, on(FRIDAY), "1")]),
        ("《{}》（刊于2019年3月8日03版）一文有误。", [(HEADLINE, on(FRIDAY), "3")]),
        ("本报3月8日刊登的“{}”一文有误。", [(HEADLINE, on(FRIDAY), "")]),
        ("本报本月8日《{}》有误。", [(HEADLINE, on(FRIDAY), "")]),
        ("昨日本报A03版《{}》有误。", [(HEADLINE, DateSpan(FRIDAY, date(2019, 3, 10)), "A3")]),
        ("本报前天《{}》有误。", [(HEADLINE, DateSpan(date(2019, 3, 7), date(2019, 3, 9)), "")]),
        ("本报上期《{}》有误。", [(HEADLINE, DateSpan(date(2019, 2, 25), date(2019, 3, 10)), "")]),
        ("本报日前刊登的《{}》有误。", [(HEADLINE, DateSpan(date(2018, 12, 1), date(2019, 3, 10)), "")]),
        ("本报《{}》有误。", [(HEADLINE, DateSpan(date(2018, 12, 1), date(2019, 3, 11)), "")]),
        ("本报去年12月28日《{}》有误。", [(HEADLINE, on(date(2018, 12, 28)), "")]),
        ("本报12月28日《{}》有误。", [(HEADLINE, on(date(2018, 12, 28)), "")]),
        (
            "本报3月8日第2版《{}》有误；3月7日第3版《读〈外婆的河〉》有误。",
            [(HEADLINE, on(FRIDAY), "2"), ("读〈外婆的河〉", on(date(2019, 3, 7)), "3")],
        ),
        (
            "本报《读《外婆的河》有感》有误。",
            [("读《外婆的河》有感", DateSpan(date(2018, 12, 1), date(2019, 3, 11)), "")],
        ),
        ("本报2月30日《{}》有误。", [(HEADLINE, DateSpan(date(2018, 12, 1), date(2019, 3, 11)), "")]),
        ("本报3月8日头条中，“三个”应为“两个”。", []),
    ],
)
def test_what_a_correction_names(text: str, named: list[tuple[str, DateSpan, str]]) -> None:
    assert references(article(text.format(HEADLINE))) == tuple(Reference(*one) for one in named)


def test_a_headline_may_name_it_and_without_a_day_only_whole_dates_count() -> None:
    assert references(article("特此更正。", headline=f"关于《{HEADLINE}》的更正"))[0].headline == HEADLINE
    told = references(article(f"本报3月8日《{HEADLINE}》和2019年3月8日《外婆的河》有误。", day=None))
    assert [one.dates for one in told] == [on(FRIDAY), on(FRIDAY)]
    assert references(article(f"本报3月8日《{HEADLINE}》有误。", day=None))[0].dates == DateSpan()


# --- links


def held(*documents: Document) -> Reader:
    engine = MemoryEngine()
    writer = engine.writer()
    writer.replace("demo", map(tokenise, documents), "")
    writer.commit()
    return engine.reader()


def document(number: int, one: Article, page: str = "02", paper: str = "demo") -> Document:
    return Document(replace(one, id=f"{paper}-{number}"), paper, "云陂日报", page, number, "demo")


def news(headline: str, day: date | None = FRIDAY, kicker: str = "") -> Article:
    return article("会议召开。", headline, day, "新闻", kicker)


CORRECTION = document(0, article(f"本报3月8日第2版《{HEADLINE}》一文中，“三个”应为“两个”。"))


@pytest.mark.parametrize(
    ("candidates", "right"),
    [
        ([document(1, news(HEADLINE))], 1),
        ([document(1, news(HEADLINE), "01"), document(2, news(HEADLINE), "02")], 2),
        ([document(1, news(HEADLINE), "01")], 1),
        ([document(1, news(f"{HEADLINE} 总结部署工作")), document(2, news(HEADLINE))], 2),
        ([document(1, news(f"{HEADLINE} 总结部署工作"))], 1),
        ([document(1, news("全市工会 工作会议召开"))], 1),
        ([document(1, news(HEADLINE, date(2019, 3, 7)))], None),
        ([document(1, news(HEADLINE), paper="other")], None),
        ([document(1, article("更正", HEADLINE, FRIDAY))], None),
        ([document(1, news("全市妇联工作会议召开"))], None),
        ([], None),
    ],
)
def test_a_correction_leads_to_the_likeliest_article_and_back(candidates: list[Document], right: int | None) -> None:
    reader = held(CORRECTION, *candidates)
    found = [one.id for one in corrected_by(reader, CORRECTION)]
    assert found == [one.id for one in candidates if one.ordinal == right]
    for one in candidates:
        assert [other.id for other in corrections_of(reader, one)] == ([CORRECTION.id] if one.ordinal == right else [])


def test_the_headline_may_be_quoted_with_its_other_line() -> None:
    correction = document(0, article("本报3月8日第2版《开年就是冲刺 实干写满每一天》有误。"))
    one = document(1, news("实干写满每一天", kicker="开年就是冲刺"))
    assert corrected_by(held(correction, one), correction) == (DocumentSummary.of(one),)


def test_a_headline_that_many_have_and_the_papers_own_name_lead_nowhere() -> None:
    correction = document(0, article("《云陂日报》2019年3月8日《简讯》有误。"))
    reader = held(correction, document(1, news("简讯")), document(2, news("《云陂日报》创刊")))
    assert corrected_by(reader, correction) == ()
    assert corrections_of(reader, document(1, news("简讯"))) == ()


def test_only_a_correction_corrects() -> None:
    quoting = document(0, article(f"本报3月8日《{HEADLINE}》一文引起反响。", "读者来信", kind="新闻"))
    one = document(1, news(HEADLINE))
    reader = held(quoting, one)
    assert corrected_by(reader, quoting) == corrections_of(reader, one) == ()


def test_the_correction_of_the_sample_archive_is_linked_both_ways(sample_archive: Path) -> None:
    engine = MemoryEngine()
    index(Archive(sample_archive), engine, jobs=1)
    reader = engine.reader()
    correction = reader.get(reader.search(Request(Phrase("更正", ()), Filters(kind=("更正",)))).hits[0].document.id)
    assert correction
    (named,) = corrected_by(reader, correction)
    corrected = reader.get(named.id)
    assert corrected
    assert (corrected.article.headline, corrected.article.date) == ("市中心医院新院区启用", date(2023, 12, 29))
    assert corrections_of(reader, corrected) == (correction,)
