"""Tests of what a paper holds: years, calendars with gaps, days of all years, ways in, and help."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.model import IssueHolding
from tests.support.web_site import CHINESE, ENGLISH, links_in, text_of
from webui.holdings.year_calendar import day_after, rhythm_of, years_of
from webui.links import decode, is_canonical, read

MONDAY = date(2024, 3, 4)


def issue(day: date) -> IssueHolding:
    return IssueHolding(day, ("01",), 1)


def states(days: list[date], weekdays: set[int]) -> dict[date, str]:
    found = years_of([issue(day) for day in sorted(days)], weekdays)
    cells = [day for year in found for month in year.months for week in month.weeks for day in week if day]
    return {day.date: day.state for day in cells if day.state}


def test_a_day_that_is_due_without_an_issue_is_missing() -> None:
    found = states([MONDAY, MONDAY + timedelta(days=14)], {1, 5})
    assert found == {
        date(2024, 3, 4): "held",
        date(2024, 3, 8): "missing",
        date(2024, 3, 11): "missing",
        date(2024, 3, 15): "missing",
        date(2024, 3, 18): "held",
    }


def test_a_holiday_without_an_issue_may_be_no_gap() -> None:
    found = states([date(2024, 4, 29), date(2024, 5, 6)], {1, 3})
    assert found[date(2024, 5, 1)] == "holiday"


@settings(deadline=None)
@given(st.sets(st.dates(date(1990, 1, 1), date(1993, 12, 31)), min_size=1), st.sets(st.integers(1, 7)))
def test_a_calendar_has_each_issue_and_no_gap_outside(days: set[date], weekdays: set[int]) -> None:
    found = states(list(days), weekdays)
    assert {day for day, state in found.items() if state == "held"} == days
    assert all(min(days) <= day <= max(days) for day in found)
    assert all(day.isoweekday() in weekdays for day, state in found.items() if state != "held")


@pytest.mark.parametrize(
    ("days", "weekdays"),
    [
        ([], set()),
        (
            [MONDAY + timedelta(days=at) for at in range(60) if (MONDAY + timedelta(days=at)).isoweekday() < 6],
            set(range(1, 6)),
        ),
        ([MONDAY + timedelta(days=7 * week) for week in range(0, 40, 3)], set()),
        ([MONDAY, MONDAY + timedelta(days=7)], set()),
    ],
)
def test_the_rhythm_is_that_of_most_weeks(days: list[date], weekdays: set[int]) -> None:
    assert rhythm_of(days) == weekdays


def test_the_day_after_goes_round_the_year() -> None:
    assert (day_after(2, 28, 1), day_after(12, 31, 1), day_after(1, 1, -1)) == ((2, 29), (1, 1), (12, 31))


# --- pages


def test_a_paper_shows_what_is_missing_by_its_rhythm(site: FlaskClient, archive: Path) -> None:
    settings = archive / "yunbei" / "paper.toml"
    settings.write_text("[rhythm]\nweekdays = [1, 2, 3, 4, 5]\n", encoding="utf-8")
    try:
        page = site.get("/paper/yunbei", headers=CHINESE).text
        assert '<td class="missing"><span class="unseen">缺 </span>11</td>' in page
        settings.write_text("[rhythm\n", encoding="utf-8")
        assert 'class="missing"><span class="unseen">' not in site.get("/paper/yunbei").text
    finally:
        settings.unlink()


def test_a_year_has_a_page_with_its_neighbours(site: FlaskClient) -> None:
    page = site.get("/paper/yunbei/2019", headers=CHINESE).text
    found = links_in(page)
    assert "云北日报 2019年" in page
    assert {"/paper/yunbei/2019-03-08", "/paper/yunbei/2020"} <= set(found)
    assert "/paper/yunbei/2020-05-01" not in found
    assert site.get("/paper/yunbei/2018").status_code == 404


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/paper/yunbei", {"paper": "yunbei"}),
        ("/paper/yunbei/2019", {"paper": "yunbei", "from": "2019", "to": "2019"}),
        ("/paper/yunbei/2019-03-08", {"paper": "yunbei", "from": "2019-03-08", "to": "2019-03-08"}),
        ("/paper/yunbei/2019-03-08/01", {"paper": "yunbei", "from": "2019-03-08", "to": "2019-03-08"}),
        ("/paper/yunbei/undated", {"paper": "yunbei"}),
    ],
)
def test_a_page_of_a_paper_has_a_box_that_searches_there(site: FlaskClient, path: str, kept: dict[str, str]) -> None:
    box = site.get(path).text.partition('class="search here"')[2].partition("</form>")[0]
    assert dict(re.findall('type="hidden" name="([^"]+)" value="([^"]+)"', box)) == kept


def test_a_day_shows_the_papers_of_all_years(site: FlaskClient) -> None:
    page = text_of(site.get("/on/03-08", headers=CHINESE).text)
    assert "历年3月8日" in page
    assert "云北日报 2019年" in page
    assert "通河晚报 2019年" in page
    assert "全市安全生产工作会议召开" in page
    assert "没有馆藏" in site.get("/on/02-29", headers=CHINESE).text
    assert "8 March in all years" in site.get("/on/03-08", headers=ENGLISH).text


@pytest.mark.parametrize("day", ["02-30", "13-01", "3-8", "x", "99999999-1"])
def test_a_day_that_is_none_leads_nowhere(site: FlaskClient, day: str) -> None:
    assert site.get(f"/on/{day}").status_code == 404


def test_the_start_page_invites_by_year_place_and_section(site: FlaskClient) -> None:
    page = site.get("/", headers=CHINESE)
    found = links_in(page.text)
    assert "/search?from=2019&to=2019" in found
    assert any(link.startswith("/search?locality=") for link in found)
    assert any(link.startswith("/search?section=") for link in found)
    assert any(re.fullmatch(r"/on/\d\d-\d\d", link) for link in found)
    titles = re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]+)', page.text)
    assert titles == ["通河晚报", "云北日报"]  # tōng, yún


# --- help


def test_every_example_of_the_help_page_does_what_it_says(site: FlaskClient) -> None:
    found = links_in(site.get("/help").text.partition("<main")[2].partition("</main>")[0])
    assert len(found) > 15
    for link in found:
        response = site.get(link)
        assert response.status_code == 200, link
        path, _, query = link.partition("?")
        if path == "/search":
            assert is_canonical(read(decode(query.encode())).pairs(), query.encode())
            assert '<ol class="hits"' in response.text, link
