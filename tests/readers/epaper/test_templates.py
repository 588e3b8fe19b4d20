"""Tests of e-paper templates: each field of an article is read from each, and it is said by what its body was found."""

from __future__ import annotations

import re

import pytest

from indexer.model import RawPage
from indexer.readers.html.reader import read_html
from tests.readers.epaper.templates import (
    BYLINE,
    CAPTION,
    FIRST,
    HEADLINE,
    KICKER,
    SECOND,
    SUBTITLE,
    TEMPLATES,
)
from tests.support.readings import SOURCE

FIELDS = {
    "kicker": KICKER,
    "headline": HEADLINE,
    "subtitle": SUBTITLE,
    "byline": BYLINE,
    "body": f"{FIRST}\n{SECOND}",
    "caption": CAPTION,
    "date": "2024-03-08",
    "page": "A01",
    "section": "要闻",
}


def fields(page: RawPage) -> dict[str, str]:
    """Return all that a page holds: the text of each role, and the best claim about each other field."""
    found: dict[str, str] = {}
    for block in page.blocks:
        line = page.text[block.start : block.end].strip("　")
        found[block.role] = f"{found[block.role]}\n{line}" if block.role in found else line
    for claim in sorted(
        page.claims,
        key=lambda claim: ("printed", "field").index(claim.source) if claim.source in ("printed", "field") else 9,
    ):
        if claim.about in ("date", "page", "section"):
            found.setdefault(claim.about, claim.value)
    return found


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_field_of_each_template_is_read(template: str) -> None:
    html, finder = TEMPLATES[template]
    page = read_html(html.encode(), SOURCE)
    assert fields(page) == FIELDS
    assert [claim.value for claim in page.claims if claim.about == "body"] == [finder]


@pytest.mark.parametrize("without", ["kicker", "subtitle", "byline", "caption"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_field_that_an_article_has_not_is_made_of_no_other(template: str, without: str) -> None:
    html = TEMPLATES[template][0].replace(FIELDS[without], "")
    assert fields(read_html(html.encode(), SOURCE)) == {name: text for name, text in FIELDS.items() if name != without}


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_article_is_read_where_its_template_marks_no_body(template: str) -> None:
    html = re.sub(
        "founder-content|cms-content|ozoom|doccontent|contenttext|articleText|newsdetatext|M_m_cont",
        "x",
        TEMPLATES[template][0],
    )
    html = re.sub("<!--/?enpcontent-->|class=.(?:article|text_c).", "", html)
    page = read_html(html.encode(), SOURCE)
    found = fields(page)
    assert (found["headline"], found["body"], found["page"]) == (HEADLINE, FIELDS["body"], "A01")
    assert [claim.value for claim in page.claims if claim.about == "body"] == ["largest text block"]
