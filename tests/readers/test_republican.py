"""Tests of papers of the Republic and of Taiwan: their days, pages, sections and mastheads, read and searched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.archive.archive import Archive
from indexer.indexing.issue_reader import read_issue
from indexer.model import PageReading
from indexer.readers.folio import claims_at_the_edges
from indexer.text.dates import find_dates
from indexer.text.folding import fold

TEXT = "\n\n臺北渡輪碼頭昨日啟用\n\n【本報訊】臺北渡輪碼頭昨日啟用，旅客稱便，裡面設有候船室三間，每間可容百人。\n"


@pytest.mark.parametrize(
    ("folio", "claims"),
    [
        (
            "雲北日報　中華民國三十七年三月九日　星期二　第二版",
            {"date": "1948-03-09", "weekday": "二", "page": "2", "paper": "雲北日報"},
        ),
        (
            "報日北雲\n版二第　二期星　日九月三年七十三國民華中",
            {"date": "1948-03-09", "weekday": "二", "page": "2", "paper": "雲北日報"},
        ),
        ("报日陂云\n民国八年三月八日 第一版", {"date": "1919-03-08", "page": "1", "paper": "云陂日报"}),
        ("中華民國三十七年三月九日 第一張第二版", {"date": "1948-03-09", "page": "2"}),
        ("中華民國三十七年三月九日 第二張第三版", {"date": "1948-03-09", "page": "2-3"}),
        ("中華民國三十七年三月九日 第二張第六版", {"date": "1948-03-09", "page": "6"}),
        (
            "中華民國112年5月3日 星期三\nA3 地方新聞",
            {"date": "2023-05-03", "weekday": "三", "page": "A3", "section": "地方新聞"},
        ),
        ("民國112.05.03\n社會新聞 A12", {"date": "2023-05-03", "page": "A12", "section": "社會新聞"}),
        ("雲北日報\nROC 112.05.03\n頭版", {"date": "2023-05-03", "page": "1"}),
        ("2023年5月3日 星期三 A1 要聞", {"date": "2023-05-03", "weekday": "三", "page": "A1", "section": "要聞"}),
        ("昭和十二年七月七日 第貳版", {"date": "1937-07-07", "page": "2"}),
        ("二〇二三年五月三日\nG20 峰會", {"date": "2023-05-03"}),
    ],
)
def test_the_folio_of_an_old_paper_is_read(folio: str, claims: dict[str, str]) -> None:
    found = {claim.about: claim.value for claim in reversed(claims_at_the_edges(folio + TEXT))}
    assert claims.items() <= found.items()
    assert found.keys() - {"paper"} == claims.keys() - {"paper"}


NUMBERS = "零一二三四五六七八九"


def han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else NUMBERS[tens]) * bool(tens) + "十" * bool(tens) + NUMBERS[ones] * bool(ones)


@given(
    st.dates(min_value=find_dates("民國元年一月一日")[0].day, max_value=find_dates("民國九十九年十二月卅一日")[0].day)
)
def test_any_day_of_the_republic_is_read_from_the_left_and_from_the_right(day: object) -> None:
    year, month, number = (int(part) for part in str(day).split("-"))
    years = han(year - 1911) if year > 1912 else "元"
    line = f"中華民國{years}年{han(month)}月{han(number)}日"
    assert [str(found.day) for found in find_dates(line)] == [str(day)]
    claims = {claim.about: claim.value for claim in claims_at_the_edges(f"第二版　{line}"[::-1] + TEXT)}
    assert (claims["date"], claims["page"]) == (str(day), "2")


def read(folder: Path, text: str) -> PageReading:
    folder.mkdir(parents=True)
    (folder / "p1.txt").write_text(text)
    [issue] = Archive(folder.parents[1]).survey().issues
    [page] = read_issue(issue.pages, issue.paper).pages.values()
    return page


@pytest.mark.parametrize(
    ("folio", "label"),
    [
        ("報日北雲\n版二第　二期星　日九月三年七十三國民華中", "2"),
        ("雲北日報　中華民國三十七年三月九日\nA3 地方新聞", "A3"),
        ("雲北日報\n中華民國三十七年三月九日 第二張第一版", "2-1"),
    ],
)
def test_an_old_page_is_read_without_its_furniture(tmp_path: Path, folio: str, label: str) -> None:
    page = read(tmp_path / "ybrb/x", folio + TEXT)
    [article] = page.articles
    assert (page.identity.page, str(page.identity.date)) == (label, "1948-03-09")
    assert (article.kicker, article.headline) == ("", "臺北渡輪碼頭昨日啟用")
    assert "".join(one.text for one in page.furniture).replace(" ", "") == "".join(folio.split())


@pytest.mark.parametrize(
    ("one", "other"), [("臺灣", "台湾"), ("屋裡", "屋里"), ("里長", "里长"), ("啟用", "启用"), ("碼頭", "码头")]
)
def test_both_scripts_are_found_by_each_other(one: str, other: str) -> None:
    assert fold(one) == fold(other)
