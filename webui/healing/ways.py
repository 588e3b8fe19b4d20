"""Find where a link that leads to no page was meant to lead, or what near it is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import current_app

from indexer.model import Document, PaperHolding
from webui import i18n, links
from webui.citation import pages as pages_of
from webui.healing.paths import (
    LONGEST_PATH,
    IdParts,
    beginning,
    nearest,
    page_key,
    read_day,
    read_id,
    read_month,
    read_path,
)
from webui.healing.query import read_query
from webui.links import SearchLink
from webui.site_state import reader, site_state

MOST_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """A link that may have been meant."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Way:
    """Where a link leads: to the one address that was meant, or to the offers; both may be missing."""

    url: str = ""
    offers: tuple[Offer, ...] = ()


def way_on(path: bytes, query: bytes) -> Way:
    """Return the way on from an unquoted path that leads to no page.

    Every address is one of this site. Raises IndexUnavailable if there is no usable index.
    """
    if len(path) > LONGEST_PATH:
        return Way()
    read = read_path(path, query)
    if not read.names:
        return Way("/")
    link = links.read(read_query(read.query.encode()).pairs)
    name, *rest = read.names
    match nearest(name, {*_fixed_paths(), "article", "articles", "paper", "papers"}):
        case "article" | "articles":
            return _article("-".join(rest), link)
        case "paper" | "papers":
            return _paper(rest) if rest else Way("/")
        case "search" if any(map(str.isalnum, "".join(rest))):
            query_string = rest[0] if "=" in rest[0] else f"q={rest[0]}"
            return Way(links.read(read_query(query_string.encode()).pairs).url())
        case None:
            return _article(name, link) if read_id(name) else _paper([name, *rest], only_whole=True)
        case fixed:
            return Way(f"/{fixed}?{read.query}".rstrip("?")) if not rest else Way()


def _fixed_paths() -> set[str]:
    """Return the paths of one name, without the slash."""
    rules = current_app.url_map.iter_rules()
    return {rule.rule[1:] for rule in rules if "GET" in (rule.methods or ()) and rule.rule.count("/") == 1} - {""}


# --- articles


def _article(text: str, link: SearchLink) -> Way:
    parts = read_id(text)
    held = _held(parts.paper if parts else beginning(text).rpartition("-")[0])
    if parts is None or held is None:
        return Way(offers=(_paper_offer(held),) if held else ())
    issue = reader().issue(held.paper, parts.day)
    start = f"{parts.paper}-{parts.day.strftime('%Y%m%d') if parts.day else links.UNDATED}-"
    found = [document for document in issue if _is_begun(document.id, start, parts)]
    moved = site_state().new_ids(f"{start}{parts.page}-{parts.digest}") if parts.digest else set()
    ids = moved | {document.id for document in found}
    if parts.digest and len(ids) == 1:
        return Way(links.article_url(ids.pop(), link))
    on_page = found or [document for document in issue if page_key(document.page) == page_key(parts.page or "")]
    labels = dict.fromkeys(document.page for document in on_page)
    offers = [
        *([_article_offer(document, link) for document in on_page] if parts.page else []),
        *(_page_offer(held, parts.day, label) for label in labels if parts.page),
        _issue_offer(held, parts.day) if issue else _paper_offer(held),
    ]
    return Way(offers=_most(offers))


def _is_begun(article_id: str, start: str, parts: IdParts) -> bool:
    """Return whether an id begins with what is left of a damaged one."""
    end = parts.page or ""
    if parts.digest is not None:
        end += f"-{parts.digest}"
    return article_id.lower().startswith(start + end)


# --- papers, issues and pages


def _paper(rest: Sequence[str], *, only_whole: bool = False) -> Way:
    """Return the way on from the names behind `/paper`; `only_whole` asks for the name of a paper as it is held."""
    name, *behind = rest
    held = _held(name)
    if held is None:
        known = () if only_whole else reader().papers()
        begun = beginning(name).lower()
        return Way(offers=_most([_paper_offer(one) for one in known if begun and one.paper.lower().startswith(begun)]))
    return _issue(held, "/".join(behind)) if behind else Way(links.paper_url(held.paper))


def _issue(held: PaperHolding, text: str) -> Way:
    read = read_day(text)
    if read is None:
        month = read_month(text)
        link = links.SearchLink(paper=(held.paper,), start=month or "", end=month or "")
        in_month = [Offer(f"{held.title} {month}", link.url())] if month and link == link.with_readable_dates() else []
        return Way(offers=(*in_month, _paper_offer(held)))
    day, behind = read
    issue = reader().issue(held.paper, day)
    if not issue:
        return Way(offers=(*_around(held, day), _paper_offer(held)))
    page = behind.partition("/")[2]
    return _page(held, day, issue, page) if page else Way(links.issue_url(held.paper, day))


def _page(held: PaperHolding, day: date | None, issue: Sequence[Document], page: str) -> Way:
    labels = dict.fromkeys(label for document in issue for label in pages_of(document))
    same = [label for label in labels if page_key(label) == page_key(page)]
    if len(same) == 1:
        return Way(links.page_url(held.paper, day, same[0]))
    begun = same or [label for label in labels if label.lower().startswith(beginning(page).lower())]
    return Way(offers=_most([*(_page_offer(held, day, label) for label in begun), _issue_offer(held, day)]))


def _around(held: PaperHolding, day: date | None) -> list[Offer]:
    """Offer the issues before and after a day on which none is held."""
    days = [issue.date for issue in reader().issues(held.paper) if issue.date is not None]
    before, after = [one for one in days if day and one < day], [one for one in days if day and one > day]
    return [_issue_offer(held, one) for one in (*before[-1:], *after[:1])]


def _held(name: str) -> PaperHolding | None:
    """Return the paper of this name or title, whatever is glued to it."""
    begun = beginning(name).lower()
    papers = reader().papers()
    return next((paper for paper in papers if paper.paper.lower() == begun or paper.title == name), None)


# --- offers


def _most(offers: Sequence[Offer]) -> tuple[Offer, ...]:
    return (*offers[: MOST_OFFERED - 1], *offers[-1:]) if len(offers) > MOST_OFFERED else tuple(offers)


def _article_offer(document: Document, link: SearchLink) -> Offer:
    return Offer(i18n.translator().title(document.article), links.article_url(document.id, link))


def _paper_offer(held: PaperHolding) -> Offer:
    return Offer(held.title, links.paper_url(held.paper))


def _issue_offer(held: PaperHolding, day: date | None) -> Offer:
    return Offer(f"{held.title} {i18n.translator().day(day)}", links.issue_url(held.paper, day))


def _page_offer(held: PaperHolding, day: date | None, label: str) -> Offer:
    t = i18n.translator()
    return Offer(f"{held.title} {t.day(day)} {t.page(label)}", links.page_url(held.paper, day, label))
