"""Tests of the advanced form: it makes query lines, and gives back those that it was filled with."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import chain

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.model import And, Everything, Query
from indexer.search.query_parser import parse, render
from tests.support.web_archive import fill
from tests.support.web_site import in_memory
from webui import Settings, create_app
from webui.advanced.query_fields import QueryFields
from webui.links import SearchLink, read


@pytest.fixture(name="app", scope="module")
def app_fixture(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("site")
    engine = in_memory(folder)
    fill(engine, folder / "archive")
    return create_app(Settings(folder / "archive", str(folder / "index")), engine)


class Form(HTMLParser):
    """The values that a browser sends of the advanced form, if nothing is changed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.select: str | None = None
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = one["action"] == "/advanced/search"
        elif not self.is_inside:
            return
        elif tag == "select":
            self.select = one["name"]
        elif tag == "option" and "selected" in one and self.select:
            self.pairs.append((self.select, one["value"]))
        elif tag == "input" and (one.get("type") != "checkbox" or "checked" in one):
            self.pairs.append((one["name"], one.get("value", "")))


def submit(site: FlaskClient, pairs: list[tuple[str, str]]) -> str:
    response = site.get("/advanced/search", query_string=pairs)
    assert response.status_code == 302
    return response.location


def clauses(query: Query) -> set[Query]:
    return set(query.clauses) if isinstance(query, And) else set() if isinstance(query, Everything) else {query}


WORDS = ("工会", "安全生产", "工會", "张", "2019", "a-b", "着急", "会议")
QUOTED = ('"安全生产工作"', "「说“好”了」", '"招商 签约"~10', '"开 会 了"~3', "“张三”", '"a"')
parts = st.recursive(
    st.sampled_from(
        (*WORDS, *QUOTED, "张*", "furniture:报头", "标题:表彰", 'byline:"王 明"', "headline:大*", "-", "or", "《春》")
    ),
    lambda inner: st.one_of(
        inner.map("-{}".format),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: f"({' OR '.join(some)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: f"-({' '.join(some)})"),
        inner.map("headline:({})".format),
    ),
    max_leaves=4,
)
lines = st.one_of(st.lists(parts, max_size=6).map(" ".join), st.text(max_size=12))


@given(lines)
def test_the_fields_of_a_line_ask_for_what_it_asks(line: str) -> None:
    """The order may differ."""
    query = parse(line)
    assert clauses(parse(QueryFields.of_line(line).line())) == clauses(query)


words = st.lists(st.sampled_from(WORDS), max_size=3, unique_by=lambda word: parse(word))


@given(words, words, words, words, words, st.sampled_from(("", "安全生产工作", "开 会", '说"好"')))
def test_each_field_asks_for_what_it_is_called(
    every: list[str], some: list[str], none: list[str], head: list[str], name: list[str], phrase: str
) -> None:
    made = QueryFields(
        *(" ".join(every), phrase, " ".join(some), " ".join(none), " ".join(head), " ".join(name)),
    ).line()
    letters = phrase.replace('"', " ")
    asked = chain(
        every,
        [f'"{letters}"'] if phrase else [],
        [f"({' OR '.join(some)})"] if some else [],
        (f"headline:{word}" for word in head),
        (f"byline:{word}" for word in name),
        (f"-{word}" for word in none),
    )
    assert parse(made) == parse(" ".join(asked))
    assert made == render(parse(made))


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"all": "安全 工会"}, "安全 工会"),
        ({"all": '"安全 生产" 工会 -招聘'}, '"安全生产" 工会 -招聘'),
        ({"any": "工会 OR 妇联 团委"}, "工会 OR 妇联 团委"),
        ({"any": "工会"}, "工会"),
        ({"all": "表彰", "any": "工会 妇联"}, "表彰 (工会 OR 妇联)"),
        ({"none": "招聘 启事"}, "-招聘 -启事"),
        ({"none": "招聘 OR 启事"}, "-(招聘 OR 启事)"),
        ({"headline": '表彰 "先进工作者"'}, 'headline:表彰 headline:"先进工作者"'),
        ({"byline": "王 OR 李"}, "byline:王 OR byline:李"),
        ({"near": "招商 签约"}, '"招商 签约"~10'),
        ({"near": "招商 签约", "distance": "3"}, '"招商 签约"~3'),
        ({"near": "招商 签约", "distance": "9" * 5000}, '"招商 签约"~9999'),
        ({"near": "招商 签约", "distance": "-٣"}, '"招商 签约"~10'),
        ({"near": "招商"}, '"招商"'),
        ({"phrase": "「安全”生产"}, '"安全生产"'),
        ({"all": "(工会", "phrase": '"', "more": '妇联) "团委'}, '工会 妇联 "团委"'),
        ({"more": "工会 OR 妇联", "all": "表彰"}, "表彰 (工会 OR 妇联)"),
        ({"near": '"', "phrase": " ", "any": "()"}, '"()"'),
        ({}, ""),
    ],
)
def test_fields_become_a_line(fields: dict[str, str], line: str) -> None:
    assert QueryFields.of(fields).line() == line


@settings(max_examples=40, deadline=None)
@given(
    q=lines.map(lambda line: " ".join(line.split())),
    chosen=st.fixed_dictionaries(
        {},
        optional={
            "paper": st.sampled_from((("yunbei",), ("tonghe", "yunbei"), ("nope",))),
            "kind": st.just(("公告",)),
            "locality": st.just(("河东省/云陂市",)),
            "section": st.just(("要闻", "无此版")),
            "quality": st.just(("good",)),
            "start": st.sampled_from(("2019", "2019-02-30", "unknown")),
            "end": st.sampled_from(("2020", "unknown")),
            "sort": st.just("newest"),
            "size": st.just(50),
        },
    ),
)
def test_a_search_taken_into_the_form_comes_back_unchanged(app: Flask, q: str, chosen: dict[str, object]) -> None:
    link = read(SearchLink(q, **chosen).pairs())  # type: ignore[arg-type]
    site = app.test_client()
    page = site.get(link.url("/advanced"))
    assert page.status_code == 200
    assert submit(site, Form(page.text).pairs) == link.url()


def test_a_change_in_the_form_changes_the_search(app: Flask) -> None:
    site = app.test_client()
    form = dict(Form(site.get("/advanced?q=%E5%B7%A5%E6%9C%83%20%22a%20b%22&paper=yunbei&lang=en").text).pairs)
    assert (form["line"], form["all"], form["phrase"], form["lang"]) == ('工會 "a b"', "工会", "ab", "en")
    changed = submit(site, [*(form | {"none": "招聘"}).items(), ("paper", "tonghe")])
    link = SearchLink('工会 "ab" -招聘', paper=("tonghe", "yunbei"))
    assert changed == f"{link.url()}&lang=en"


def test_the_form_is_found_from_other_pages(app: Flask) -> None:
    site = app.test_client()
    for path in ("/", "/help"):
        assert 'href="/advanced"' in site.get(path).text
    assert (
        'href="/advanced?q=%E5%B7%A5%E4%BC%9A&amp;paper=yunbei"'
        in site.get("/search?q=%E5%B7%A5%E4%BC%9A&paper=yunbei").text
    )
    for path in ("/paper/yunbei", "/paper/yunbei/2019", "/paper/yunbei/2019-03-08", "/paper/yunbei/2019-03-08/01"):
        assert '<input type="hidden" name="paper" value="yunbei">' in site.get(path).text
