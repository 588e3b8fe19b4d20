"""Tests of search URLs: every search has one canonical form, however it was made."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import UsageError
from indexer.model import DateSpan
from webui.links import CHOICES, PARAMETERS, SearchLink, decode, read, read_strictly
from webui.settings import Limits


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        (b"", "/search"),
        (b"q=%E5%B7%A5%E4%BC%9A", "/search?q=%E5%B7%A5%E4%BC%9A"),
        pytest.param("q=工会".encode(), "/search?q=%E5%B7%A5%E4%BC%9A", id="not encoded"),
        pytest.param(b"q=%e5%b7%a5+OR+a", "/search?q=%E5%B7%A5%20OR%20a", id="plus for a space, small hex"),
        pytest.param(b"q=a%20&paper=&from=&to=", "/search?q=a", id="as a form sends it"),
        pytest.param(b"page=1&size=10&sort=relevance&q=a", "/search?q=a", id="defaults"),
        pytest.param(b"page=2&paper=x&q=a", "/search?q=a&paper=x&page=2", id="order"),
        pytest.param(b"paper=b&paper=a&paper=b", "/search?paper=a&paper=b", id="several values"),
        pytest.param(b"page=-3&size=x&sort=best", "/search", id="impossible values"),
        pytest.param(b"page=99999999999999999999999", "/search?page=1000000", id="absurd page"),
        pytest.param(b"size=007", "/search?size=7", id="leading noughts"),
        pytest.param(b"locality=%2Fa%2Fb%2F&locality=a", "/search?locality=a", id="a place within a chosen one"),
        pytest.param(b"q=a&from=2019&from=timeline&isappinstalled=0", "/search?q=a&from=2019", id="shared in WeChat"),
        pytest.param(b"q=a&from=singlemessage", "/search?q=a", id="shared in WeChat, no dates"),
        pytest.param(b"q=a&from=2019-02-30", "/search?q=a&from=2019-02-30", id="a wrong date stays, to be pointed out"),
        pytest.param(b"from=2020&to=2019-03", "/search?from=2019-03&to=2020", id="the wrong way round"),
        pytest.param(b"q=a&q=%08", "/search?q=a", id="a second query that asks for nothing"),
        pytest.param(b"q=%ff%00", "/search?q=%EF%BF%BD%00", id="any bytes"),
        pytest.param(b"q=%ED%A0%80", "/search?q=%EF%BF%BD%EF%BF%BD%EF%BF%BD", id="a lone surrogate"),
    ],
)
def test_other_spellings_mean_the_canonical_link(typed: bytes, canonical: str) -> None:
    assert read(decode(typed)).url() == canonical


def test_a_page_takes_only_as_many_filters_as_its_links_can_repeat() -> None:
    link = read([("paper", f"p{number:04}") for number in range(1000)])
    assert link.within_limits(Limits()).paper == link.paper[:50]
    places = read([("locality", f"甲省/乙{number:04}") for number in range(1000)])
    assert 0 < places.within_limits(Limits()).chosen_count < 50
    assert len(places.within_limits(Limits()).url()) < 2000
    few = read([("paper", "a"), ("kind", "新闻"), ("q", "工会")])
    assert few.within_limits(Limits()) == few


pairs = st.lists(
    st.tuples(
        st.sampled_from((*PARAMETERS, "utm_source")),
        st.one_of(st.text(max_size=8), st.sampled_from(["2", "2019", "newest", "a/b", "a", "/", "timeline"])),
    ),
    max_size=12,
).map(lambda made: [(name, value.encode("utf-8", "replace").decode()) for name, value in made])


@given(pairs)
def test_the_canonical_link_leads_to_the_same_search(typed: list[tuple[str, str]]) -> None:
    link = read(typed)
    _, _, query_string = link.url().partition("?")
    assert decode(query_string.encode("ascii")) == link.pairs()
    assert read(link.pairs()) == link


@given(st.binary(max_size=60))
def test_any_bytes_mean_some_search(query_string: bytes) -> None:
    link = read(decode(query_string))
    assert read(decode(link.url().partition("?")[2].encode())) == link


@given(
    pairs, st.sampled_from(CHOICES), st.text(min_size=1, max_size=4).filter(lambda value: value.strip("/ ") == value)
)
def test_toggling_chooses_a_value_or_lets_it_go(typed: list[tuple[str, str]], name: str, value: str) -> None:
    link = read(typed)
    toggled = link.toggle(name, value)  # type: ignore[arg-type]
    assert (value in getattr(toggled, name)) != (value in getattr(link, name))
    assert toggled.page == 1


def test_choosing_a_place_takes_the_stead_of_those_around_and_within_it() -> None:
    link = SearchLink(locality=("甲省", "乙省/丙市"))
    assert link.toggle("locality", "甲省/丁市").locality == ("乙省/丙市", "甲省/丁市")
    assert link.toggle("locality", "乙省").locality == ("乙省", "甲省")


def test_a_year_is_chosen_and_let_go() -> None:
    chosen = SearchLink("a", page=3).toggle_year("2019")
    assert (chosen.url(), chosen.dates()) == (
        "/search?q=a&from=2019&to=2019",
        DateSpan(date(2019, 1, 1), date(2019, 12, 31)),
    )
    assert chosen.toggle_year("2019").url() == "/search?q=a"


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        ("2019", "2020-03", ("2019", "2020-03")),
        ("2019-02-30", "2020", ("", "2020")),
        ("2019", "soon", ("2019", "")),
        ("x", "y", ("", "")),
        ("2021", "2019", ("", "2019")),
    ],
)
def test_dates_that_cannot_be_read_are_left_aside(start: str, end: str, left: tuple[str, str]) -> None:
    readable = SearchLink(start=start, end=end).with_readable_dates()
    assert (readable.start, readable.end) == left
    readable.filters()


@pytest.mark.parametrize(
    ("query_string", "named"),
    [
        (b"localty=a", "localty"),
        (b"sort=best", "relevance, newest, oldest"),
        (b"size=0", "size"),
        (b"size=100000", "size"),
        (b"page=two", "page"),
        (b"from=2019-02-30", "2019-02-30"),
        (b"from=2020&to=2019", "exchange"),
    ],
)
def test_a_program_is_told_what_it_got_wrong(query_string: bytes, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        read_strictly(decode(query_string))
