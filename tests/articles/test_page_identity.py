"""Tests of page identity: issue, page label, and evidence for and against them."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.articles.metadata.page_identity import identify
from indexer.errors import PageError
from indexer.model import Evidence, PageIdentity, Paper, RawPage

PAPER = Paper("demo", title="云陂日报", former_titles=("云陂报",), sections={"综合新闻": "综合"})


def page(source: str, *claims: tuple[str, str, str], text: str = "") -> PageIdentity:
    told = tuple(Evidence(*claim) for claim in claims)
    return identify(RawPage(source, text, claims=told), PAPER)


def conflicts(identity: PageIdentity) -> list[tuple[str, str, str]]:
    return [(one.about, one.value, one.source) for one in identity.evidence if one.about.endswith("conflict")]


PRINTED = ("date", "2024-01-26", "printed")
URL = ("date", "2024-01-27", "url")
COMMENT = ("date", "2024-01-25", "comment")


@pytest.mark.parametrize(
    ("source", "claims", "day"),
    [
        ("demo/2024-01-28/01.htm", [COMMENT, URL, PRINTED], date(2024, 1, 26)),
        ("demo/2024-01-28/01.htm", [COMMENT, URL], date(2024, 1, 28)),
        ("demo/01.htm", [COMMENT, URL], date(2024, 1, 27)),
        ("demo/01.htm", [COMMENT], date(2024, 1, 25)),
        ("demo/01.htm", [("date", "rather late", "comment")], None),
        ("demo/p003.txt", [], None),
    ],
)
def test_print_is_believed_before_the_path_before_the_comment(
    source: str, claims: list[tuple[str, str, str]], day: date | None
) -> None:
    assert page(source, *claims).date == day


@pytest.mark.parametrize(
    ("source", "claims", "label"),
    [
        ("demo/2024-01-26/05.txt", [("page", "A03", "printed")], "A03"),
        ("demo/2024-01-26/A05.txt", [], "A05"),
        ("demo/2024-01-26/03.txt", [("page", "3", "printed")], "03"),
        ("demo/2024-01-26/a03.txt", [("page", "A3", "printed")], "a03"),
        ("demo/html/2024-01/26/content_12.htm", [("page", "A03", "printed")], "A03"),
        ("demo/html/2024-01/26/content_12.htm?div=-1", [], "content_12"),
        ("demo/html/2017-03/27/nbs.D110000renmrb_01.htm", [], "01"),
        ("demo/html/2017-03/27/nw.D110000renmrb_20170327_1-02.htm", [], "02"),
        ("demo/20240126_A03.txt", [], "A03"),
        ("demo/p003.txt", [], "p003"),
        ("demo/2024-01-26/03-2.txt", [], "03-2"),
    ],
)
def test_the_label_is_the_printed_one_else_the_stem(
    source: str, claims: list[tuple[str, str, str]], label: str
) -> None:
    assert page(source, *claims).page == label


def test_sections_go_by_the_names_that_the_settings_give_them() -> None:
    told = [("section", "综合新闻", "printed"), ("section", "要闻", "printed"), ("section", "时政频道", "comment")]
    assert page("demo/1.txt", *told).sections == ("综合", "要闻")
    assert page("demo/1.txt", told[2]).sections == ("时政频道",)


def test_all_evidence_is_kept_and_conflicts_are_named() -> None:
    identity = page("demo/2024-01-27/03.txt", PRINTED, ("weekday", "六", "printed"), ("paper", "人民日报", "printed"))
    assert Evidence("date", "2024-01-27", "path", "2024-01-27") in identity.evidence
    assert conflicts(identity) == [
        ("date conflict", "星期六", "printed"),
        ("paper conflict", "人民日报", "printed"),
        ("date conflict", "2024-01-27", "path"),
    ]


def test_what_agrees_is_no_conflict() -> None:
    told = [PRINTED, ("weekday", "五", "printed"), ("page", "3", "printed"), ("paper", "云陂报", "printed"), COMMENT]
    assert conflicts(page("demo/2024-01-26/03.txt", *told)) == []


@pytest.mark.parametrize(
    ("about", "value", "day"),
    [
        ("weekday", "五", "2024-01-26"),
        ("lunar", "农历十二月十六", "2024-01-26"),
        ("lunar", "癸卯年腊月十六", "2024-01-26"),
    ],
)
def test_what_stands_beside_the_date_strengthens_it(about: str, value: str, day: str) -> None:
    identity = page("demo/2024-01-26/03.txt", PRINTED, (about, value, "printed"))
    assert Evidence("date", day, about, value) in identity.evidence
    assert conflicts(identity) == []


def test_a_lunar_date_of_another_day_is_a_conflict_and_one_that_cannot_be_read_is_none() -> None:
    identity = page("demo/2024-01-26/03.txt", PRINTED, ("lunar", "农历十二月十七", "printed"))
    assert conflicts(identity) == [("date conflict", "农历十二月十七", "printed")]
    assert "lunar" not in {one.source for one in identity.evidence}
    assert conflicts(page("demo/2024-01-26/03.txt", PRINTED, ("lunar", "农历癸卯年", "printed"))) == []
    assert conflicts(page("demo/p003.txt", ("lunar", "农历十二月十七", "printed"))) == []


def test_datelines_of_later_days_are_a_conflict() -> None:
    text = "新华社北京1月29日电 今天……\n本报讯（记者 张三）1月28日，市总工会……"
    assert conflicts(page("demo/2024-01-26/03.txt", text=text)) == [("date conflict", "2024-01-29", "datelines")]
    assert conflicts(page("demo/2024-01-29/03.txt", text=text)) == []
    assert conflicts(page("demo/p003.txt", text=text)) == []


@pytest.mark.parametrize("folder", ["2023-02-30", "2023-13-01"])
def test_a_folder_named_like_no_day_sets_its_pages_aside(folder: str) -> None:
    with pytest.raises(PageError, match=f"demo/{folder}/01.txt: there is no day {folder}.*rename the folder"):
        page(f"demo/{folder}/01.txt", PRINTED)
