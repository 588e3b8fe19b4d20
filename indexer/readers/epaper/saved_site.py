"""Make the pages of one file of a saved web site: its articles, in the order of the issue's pages (版) they are on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from indexer.errors import PageError
from indexer.model import Evidence, RawPage
from indexer.readers.epaper import addresses
from indexer.readers.epaper.edition_page import EDITION_PAGE, EditionPage, read_edition_page
from indexer.readers.html.markup import read_markup
from indexer.readers.html.reader import decode_html, read_html
from indexer.text.natural_sort import natural_key

ADDRESS = "address"
"""The source of claims that were read from the address of a page on the web."""

_FEW = 3
"""The most addresses that a claim about what was left out names."""

_NOT_NUMBERED = 1_000_000


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page of a web site: its address, its HTML, and the charset that it was sent with, "" if none."""

    address: str
    data: bytes
    charset: str = ""


def read_saved_site(saved: Iterable[SavedPage], source: str) -> tuple[RawPage, ...]:
    """Return the articles of a saved site, each as a page with what its address and its page of the issue say.

    Of what was saved twice the last one counts. What belongs to another paper than most of it is left out, with a claim
    of the first page that says so; articles of other days keep their own day.

    Raises PageError if there is no article.
    """
    by_key = {addresses.key(one.address): one for one in saved}
    paper = _paper(by_key)
    own = {
        key: one for key, one in by_key.items() if addresses.paper_of(key) == paper and _may_be_of_an_issue(key, by_key)
    }
    edition_pages = dict(_edition_pages(own, source))
    described = _described(edition_pages, own)
    pages = [page for key, one in own.items() if (page := _read(key, one, source, edition_pages, described))]
    pages = _once_each(sorted(pages, key=_place))
    if not pages:
        raise PageError(source, "it holds no page with the text of an article; save the site with its articles' pages")
    left_out = [key for key in by_key if key not in own]
    return (replace(pages[0], claims=(*pages[0].claims, *_about_others(left_out))), *pages[1:])


def _paper(keys: Iterable[str]) -> str:
    """Return the paper that most articles are of; without addresses that are known, the site with most pages."""
    known = [key for key in keys if addresses.is_article(key)] or list(keys)
    return next((paper for paper, _ in Counter(map(addresses.paper_of, known)).most_common(1)), "")


def _may_be_of_an_issue(key: str, keys: Iterable[str]) -> bool:
    """Return whether an address may be an article's where the others' are known: pages about the site are not."""
    return addresses.is_article(key) or addresses.is_edition_page(key) or not any(map(addresses.is_article, keys))


def _edition_pages(saved: Mapping[str, SavedPage], source: str) -> Iterator[tuple[str, EditionPage]]:
    for key, one in saved.items():
        if not addresses.is_article(key):
            try:
                markup = read_markup(decode_html(one.data, source, one.charset).text, source)
            except PageError:
                continue
            if page := read_edition_page(markup, one.address):
                yield key, page


def _described(pages: Mapping[str, EditionPage], saved: Mapping[str, SavedPage]) -> dict[str, tuple[Evidence, ...]]:
    """Return what the pages of the issue say about their articles; of one that two pages list, what the first says."""
    described: dict[str, tuple[Evidence, ...]] = {}
    for page in pages.values():
        for number, article in enumerate(page.articles):
            if article.address in saved:
                described.setdefault(article.address, tuple(page.claims_about(number)))
    return described


def _read(
    key: str,
    saved: SavedPage,
    source: str,
    pages: Mapping[str, EditionPage],
    described: Mapping[str, tuple[Evidence, ...]],
) -> RawPage | None:
    """Return the page of an article, or None: it has no text, or is a page of the issue whose articles are there."""
    if key in pages and any(article.address in described for article in pages[key].articles):
        return None
    try:
        page = read_html(saved.data, source, saved.charset)
    except PageError:
        return None
    told = (*described.get(key, ()), *(pages[key].claims if key in pages else ()))
    address = (Evidence("address", saved.address, ADDRESS), *addresses.claims_of(saved.address, ADDRESS))
    return replace(page, claims=(*page.claims, *told, *address))


def _place(page: RawPage) -> tuple[object, ...]:
    """Return by what pages are put in order: day, page, number on the page, address."""
    label = _first("page", page)
    number = int(_first("sequence", page) or _NOT_NUMBERED)
    return _first("date", page), not label, natural_key(label), number, natural_key(_first("address", page))


def _first(about: str, page: RawPage) -> str:
    """Return the value of the claim that is trusted most, "" if there is none."""
    told = (claim for claim in page.claims if claim.about == about)
    ranks = {"printed": 0, EDITION_PAGE: 1, ADDRESS: 2}
    return min(told, key=lambda claim: ranks.get(claim.source, 3), default=Evidence(about, "", "")).value


def _once_each(pages: Iterable[RawPage]) -> list[RawPage]:
    """Return the pages without those that say the same as one before: sites show an article at several addresses."""
    kept: dict[str, RawPage] = {}
    for page in pages:
        kept.setdefault("".join(page.text.split()), page)
    return list(kept.values())


def _about_others(left_out: list[str]) -> Iterator[Evidence]:
    if left_out:
        more = f" and {len(left_out) - _FEW} more" if len(left_out) > _FEW else ""
        yield Evidence("left out", str(len(left_out)), ADDRESS, ", ".join(left_out[:_FEW]) + more)
