"""An audit of what the site writes: pages as HTML, feeds as Atom, references read by the parsers of others."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
import rispy
from flask.testing import FlaskClient
from justhtml import JustHTML
from lxml import etree

from tests.conftest import PROJECT
from tests.support.web_audit import EDITOR, PAGES, UNION, AuditedSite, others_of, site_over_samples
from webui.i18n import COOKIE, LANGUAGES

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("/search.atom", f"/search.atom?q={UNION}", "/search.atom?q=%3Cscript%3E&paper=a%26b", "/new.atom?since=2026")
REFERENCES_TO_IDS = ("for", "list", "form", "aria-labelledby", "aria-describedby", "aria-controls")
PARENTS = {"li": ("ul", "ol"), "dt": ("dl", "div"), "dd": ("dl", "div"), "option": ("select", "datalist")}
FIELDS = ("input", "select", "textarea")


@pytest.fixture(name="site", scope="module")
def site_fixture(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> AuditedSite:
    return site_over_samples(tmp_path_factory.mktemp("audit"), sample_archive)


@pytest.fixture(name="client")
def client_fixture(site: AuditedSite) -> FlaskClient:
    return site.app.test_client(use_cookies=False)


# --- pages


class Tags(HTMLParser):
    """Finds elements that are not closed, or not in the order they were opened: HTML allows much of that, we don't."""

    VOID = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[str] = []

    @classmethod
    def faults(cls, html: str) -> list[str]:
        parser = cls()
        parser.feed(html)
        parser.close()
        return [*parser.found, *(f"{name} is not closed" for name in parser.open)]

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.found.append(f"{tag} is closed at {self.getpos()} before what is in it")


def faults(html: str) -> list[str]:
    """Return what is wrong with the HTML of a page."""
    document: Any = JustHTML(html, collect_errors=True, sanitize=False)
    elements = document.query("*")
    ids = Counter(one.attrs["id"] for one in elements if "id" in one.attrs)
    return [
        *(f"{one.code} at {one.line}:{one.column}" for one in document.errors),
        *Tags.faults(html),
        *(f"the id {name} is there {number} times" for name, number in ids.items() if number > 1),
        *(fault for one in elements for fault in _faults_of(one, ids.keys(), _labelled(elements))),
        *([] if len(document.query("h1")) == 1 else ["there is no single h1"]),
        *([] if document.query("html[lang]") and document.query("title") else ["it has no title or no language"]),
    ]


def _labelled(elements: list[Any]) -> set[str]:
    return {one.attrs["for"] for one in elements if one.name == "label" and "for" in one.attrs}


def _faults_of(element: Any, ids: Any, labelled: set[str]) -> Iterator[str]:
    attributes, name = element.attrs, element.name
    for attribute in REFERENCES_TO_IDS:
        for one in (attributes.get(attribute) or "").split():
            if one not in ids:
                yield f"{attribute} of {name} names {one}, which isn't there"
    address = attributes.get("href", "")
    if address.startswith("#") and address[1:] not in ids:
        yield f"{address} leads nowhere"
    if name in PARENTS and element.parent.name not in PARENTS[name]:
        yield f"{name} in {element.parent.name}"
    if name in FIELDS and attributes.get("type") != "hidden" and not _has_name(element, labelled):
        yield f"{name} {attributes.get('name')} has no label"
    if name == "img" and "alt" not in attributes:
        yield "an image without alt"
    if name == "script" and attributes.get("type") != "application/ld+json":
        yield "a script"
    if any(one.startswith("on") or one == "style" for one in attributes) or address.lower().startswith("javascript:"):
        yield f"{name} has a script or a style of its own"


def _has_name(field: Any, labelled: set[str]) -> bool:
    if field.attrs.get("id") in labelled or field.attrs.get("aria-label"):
        return True
    parent = field.parent
    while parent is not None and parent.name != "label":
        parent = parent.parent
    return parent is not None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*PAGES, "pages that have no name here"])
def test_a_page_is_valid_html(site: AuditedSite, client: FlaskClient, kind: str, language: str) -> None:
    for path in [site.address(PAGES[kind])] if kind in PAGES else others_of(site):
        response = client.get(path, headers={**EDITOR, "Cookie": f"{COOKIE}={language}"})
        assert response.mimetype == "text/html"
        assert faults(response.text) == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p>a<div>b</p></div>", "unexpected"),
        ("<b>a", "before what is in it"),
        ("<p id=a></p><p id=a></p>", "the id a"),
        ("<a href='#b'>b</a>", "#b leads nowhere"),
        ("<label for=c>c</label>", "names c"),
        ("<li>a</li>", "li in body"),
        ("<input name=q>", "has no label"),
        ("<img src=a>", "without alt"),
        ("<script>1</script>", "a script"),
        ("<p onclick='1'>a</p>", "a script"),
        ("<a href='JavaScript:1'>a</a>", "a script"),
    ],
)
def test_the_audit_finds_what_is_wrong(html: str, fault: str) -> None:
    sound = "<!doctype html><html lang=zh><head><title>a</title></head><body><h1>a</h1>{}</body></html>"
    assert faults(sound.format("")) == []
    assert any(fault in one for one in faults(sound.format(html))), faults(sound.format(html))


# --- feeds


@pytest.fixture(name="schema", scope="module")
def schema_fixture() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(PROJECT / "tests/data/atom.rng"))


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_atom(client: FlaskClient, schema: etree.RelaxNG, path: str) -> None:
    response = client.get(path)
    assert response.mimetype == "application/atom+xml"
    feed = etree.fromstring(response.data)
    schema.assertValid(feed)
    (own,) = feed.findall(f"{ATOM}link[@rel='self']")
    assert own.get("href") == feed.findtext(f"{ATOM}id")
    assert client.get(str(own.get("href"))).data == response.data
    assert len(feed.findall(f"{ATOM}link[@rel='alternate']")) == 1
    entries = feed.findall(f"{ATOM}entry")
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    assert len(set(ids)) == len(ids)
    times = [one.findtext(f"{ATOM}updated") or "" for one in entries]
    assert feed.findtext(f"{ATOM}updated") == max(times, default="1970-01-01T00:00:00Z")
    for entry in entries:
        assert len(entry.findall(f"{ATOM}link[@rel='alternate']")) == 1
        assert (entry.findtext(f"{ATOM}published") or "") <= (entry.findtext(f"{ATOM}updated") or "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<updated>", "<changed>"),
        ("Z</updated>", "</updated>"),
        ("<id>http", "<id>nowhere"),
        ('rel="self"', 'rel="me"'),
        ("<name>", "<name/><name>"),
        ("<title>", "<title/><title>"),
    ],
)
def test_the_schema_refuses_what_is_no_feed(
    client: FlaskClient, schema: etree.RelaxNG, before: str, after: str
) -> None:
    text = client.get("/search.atom?size=1").text
    broken = text.replace(before, after).replace(
        "</updated>", after.replace("<c", "</c") if "ch" in after else "</updated>"
    )
    assert broken != text
    assert not schema.validate(etree.fromstring(broken.encode()))


# --- references


def test_references_are_read_by_others(client: FlaskClient) -> None:
    hits = client.get(f"/api/search?q={UNION}&size=100").json["hits"]
    headlines = sorted(hit["headline"] for hit in hits)
    assert len(headlines) > 5

    records = rispy.loads(client.get(f"/search.ris?q={UNION}").text.lstrip("\ufeff"))
    assert sorted(one.get("title") or one["primary_title"] for one in records) == headlines
    assert all(one["type_of_reference"] == "NEWS" for one in records)

    library = bibtexparser.parse_string(client.get(f"/search.bib?q={UNION}").text)
    assert library.failed_blocks == []
    assert len(library.entries) == len({one.key for one in library.entries}) == len(headlines)


@pytest.mark.parametrize("name", ["article", "corrected", "torn", "catalogued"])
def test_the_reference_of_an_article_is_read_by_others(site: AuditedSite, client: FlaskClient, name: str) -> None:
    path = f"/article/{site.names[name]}"
    headline = client.get(f"/api{path}").json["headline"]
    (record,) = rispy.loads(client.get(f"{path}.ris").text.lstrip("\ufeff"))
    assert headline in (record.get("title"), record.get("primary_title"))
    (entry,) = bibtexparser.parse_string(client.get(f"{path}.bib").text).entries
    assert {"title", "url", "urldate"} <= entry.fields_dict.keys()
    csl = json.loads(client.get(f"{path}.json").text)
    (item,) = csl if isinstance(csl, list) else [csl]
    assert (item["type"], item["title"]) == ("article-newspaper", headline)
    (data,) = JustHTML(client.get(path).text, sanitize=False).query("script[type='application/ld+json']")
    about = json.loads(data.to_text() or "".join(child.data for child in data.children))
    assert (about["@type"], about["headline"], about["@context"]) == ("NewsArticle", headline, "https://schema.org")
