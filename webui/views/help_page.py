"""The help page: how to search, browse and pass on, by examples that are links."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from webui import i18n, links
from webui.links import SearchLink
from webui.meta import Meta
from webui.site_state import reader
from webui.views.start import EXAMPLES

pages = Blueprint("help_page", __name__)


@dataclass(frozen=True, slots=True)
class Example:
    """What is typed or pressed, what it does (the key of a message), and where it leads."""

    label: str
    message: str
    url: str


def _search(name: str, line: str) -> Example:
    return Example(line, name, SearchLink(line).url())


_STARTED = {name: _search(f"example_{name}", line) for name, line in EXAMPLES}
_QUERIES = (
    (
        "words",
        (_search("help_word", "工会"), _STARTED["phrase"], _STARTED["prefix"], _search("help_variant", "工會")),
    ),
    (
        "combine",
        (
            _STARTED["both"],
            _STARTED["either"],
            _STARTED["without"],
            _search("help_not", "工会 NOT 启事"),
            _search("help_group", "(工会 OR 妇联) 表彰"),
            _STARTED["near"],
        ),
    ),
    ("fields", (_search("help_headline", "标题:表彰"), _search("help_byline", "作者:王"))),
)


@pages.get("/help")
def help_page() -> str:
    """Explain the site by examples that can be pressed."""
    t = i18n.translator()
    return render_template(
        "help.html", meta=Meta(t("help"), t("help_description"), "/help"), groups=[*_QUERIES, *_of_this_archive()]
    )


def _of_this_archive() -> list[tuple[str, tuple[Example, ...]]]:
    """Return the examples that name years and papers, with those that are held."""
    t = i18n.translator()
    papers = reader().papers()
    year = str(max((paper.last.year for paper in papers if paper.last), default=2019))
    month = f"{year}-03"
    union = SearchLink("工会")
    shown = papers[:1]
    return [
        (
            "narrow",
            (
                Example(year, "help_year", SearchLink(start=year, end=year).url()),
                Example(f"2019-03 – {month}", "help_months", SearchLink(start="2019-03", end=month).url()),
                Example(t("sort_newest"), "help_newest", SearchLink(sort="newest").url()),
                Example(t.kind("公告"), "help_kind", SearchLink(kind=("公告",)).url()),
            ),
        ),
        (
            "browse",
            (
                *(Example(paper.title, "help_papers", links.paper_url(paper.paper)) for paper in shown),
                Example("03-08", "help_on_day", "/on/03-08"),
            ),
        ),
        (
            "keep",
            (
                Example(t("clips"), "help_clips", "/clips"),
                Example(t("as_feed"), "help_feed", union.url("/search.atom")),
                Example("CSV", "help_table", union.url("/search.csv")),
                Example("RIS", "help_references", union.url("/search.ris")),
            ),
        ),
    ]
