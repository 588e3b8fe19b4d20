"""Read a page of an issue (版) as e-paper systems show it: a picture with an area for each article, and links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from bs4 import Tag

from indexer.model import Evidence
from indexer.readers.epaper import addresses
from indexer.readers.folio import claims_of
from indexer.readers.html.markup import PAGE_LINK, Markup, attribute, written_by_script
from indexer.text.dates import read_number

EDITION_PAGE = "edition page"
"""The source of claims about an article that were read on the page of its issue."""

_LABEL = re.compile(
    r"\s*[(（【\[]?\s*第?\s*(?P<label>[A-Z]{0,3}\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:版|[)）】\]])(?:面)?"
    r"\s*[:：|·.-]?\s*(?P<section>\S.{0,29})?",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(r"\s*(?P<label>[A-Z]{0,2}\d{1,3})\s*", re.IGNORECASE)
_TURNS = re.compile("[上下]一[版页期篇]|首版|末版|返回|目录|导航|PDF", re.IGNORECASE)
_LISTS = ("ul", "ol", "dl", "table", "tbody", "td", "div")


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article as a page of the issue shows it: its address, its title, and the corners of its areas, x,y x,y …"""

    address: str
    title: str = ""
    polygons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EditionPage:
    """A page of an issue: what it says about itself, its picture, and its articles in order."""

    claims: tuple[Evidence, ...]
    picture: str
    articles: tuple[ListedArticle, ...]

    def claims_about(self, number: int) -> Iterator[Evidence]:
        """Yield what the page says about one of its articles, counted from 0."""
        yield from self.claims
        yield Evidence("sequence", str(number + 1), EDITION_PAGE, self.articles[number].title)
        for polygon in self.articles[number].polygons:
            yield Evidence("polygon", polygon, EDITION_PAGE, self.picture)


def read_edition_page(page: Markup, address: str) -> EditionPage | None:
    """Return the page of an issue that is at an address; None if it is none, but an article or something else.

    Links are resolved against `address`. The articles are those with an area on the picture, in their order, then those
    listed beside them; without a picture, all that are linked to. Lists of other pages' articles are left out.
    """
    if addresses.is_article(address):
        return None
    links = _links(page, address)
    areas = _areas(page, address)
    listed = areas or {one: () for one, tag in links if addresses.is_article(one) and not _turns_pages(tag)}
    if not listed:
        return None
    if areas:
        listed |= {one: () for one in _beside(links, areas) if one not in areas}
    titles = _titles(links)
    articles = tuple(ListedArticle(one, titles.get(one, ""), polygons) for one, polygons in listed.items())
    return EditionPage(tuple(_own_claims(page, address, links)), _picture(page), articles)


def _links(page: Markup, address: str) -> list[tuple[str, Tag]]:
    """Return the links to pages of the site: the resolved key of each, and its tag."""
    found = []
    for tag, _ in page.tags:
        target = attribute(tag, "href") if tag.name == "a" else ""
        if addresses.leads_to_a_page(target):
            found.append((_resolved(address, target), tag))
    return found


def _resolved(address: str, target: str) -> str:
    return addresses.key(urljoin(address, target))


def _areas(page: Markup, address: str) -> dict[str, tuple[str, ...]]:
    """Return the articles with areas on the picture of the page, and the corners of these areas."""
    found: dict[str, tuple[str, ...]] = {}
    for tag, _ in page.tags:
        target = attribute(tag, "href")
        if tag.name != "area" or not addresses.leads_to_a_page(target):
            continue
        article = _resolved(address, target)
        if addresses.is_edition_page(article) or article == addresses.key(address):
            continue
        corners = _corners(attribute(tag, "coords"))
        known = found.setdefault(article, ())
        if corners and corners not in known:
            found[article] = (*known, corners)
    return found


def _corners(coords: str) -> str:
    """Return the corners of an area, with a rectangle's four.

    >>> _corners("2,98,225,98, 225,366,2,366"), _corners("0,0,10,20"), _corners("")
    ('2,98 225,98 225,366 2,366', '0,0 10,0 10,20 0,20', '')
    """
    numbers = re.findall(r"-?\d+(?:\.\d+)?", coords)
    if len(numbers) == 4:
        left, top, right, bottom = numbers
        numbers = [left, top, right, top, right, bottom, left, bottom]
    return " ".join(f"{x},{y}" for x, y in zip(numbers[::2], numbers[1::2], strict=False))


def _beside(links: Iterable[tuple[str, Tag]], areas: Iterable[str]) -> list[str]:
    """Return the articles without an area in the list that holds those with one: small ones, a picture's caption."""
    wanted = set(areas)
    lists: dict[int, list[str]] = {}
    for article, tag in links:
        around = tag.find_parent(_LISTS[:5])
        if around is not None and addresses.is_article(article):
            lists.setdefault(id(around), []).append(article)
    fullest = max(lists.values(), key=lambda listed: len(wanted & set(listed)), default=[])
    shared = len(wanted & set(fullest))
    return list(dict.fromkeys(fullest)) if shared * 2 > len(wanted) and shared * 2 > len(set(fullest)) else []


def _titles(links: Iterable[tuple[str, Tag]]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for article, tag in links:
        if text := _text(tag):
            titles.setdefault(article, text)
    return titles


def _text(tag: Tag) -> str:
    """Return the text of a link. People's Daily has it written by a script."""
    return " ".join((tag.get_text(" ").strip() or written_by_script(tag)).split())


def _turns_pages(tag: Tag) -> bool:
    return bool(_TURNS.search(_text(tag)))


def _own_claims(page: Markup, address: str, links: Iterable[tuple[str, Tag]]) -> Iterator[Evidence]:
    """Yield the label, the section and the day of the page."""
    printed = [line.unlinked for line in page.lines if line.unlinked]
    told = claims_of([*printed, page.title], bare=True)
    for claim in told:
        if claim.about == "date":
            yield Evidence("date", claim.value, EDITION_PAGE, claim.quote)
            break
    else:
        yield from (one for one in addresses.claims_of(address, EDITION_PAGE) if one.about == "date")
    label, section, quote = _label(page, address, links, printed)
    if label:
        yield Evidence("page", label, EDITION_PAGE, quote)
    if section:
        yield Evidence("section", section, EDITION_PAGE, quote)


def _label(
    page: Markup, address: str, links: Iterable[tuple[str, Tag]], printed: Iterable[str]
) -> tuple[str, str, str]:
    """Return label, section, and where they were read: a line by itself, the list of pages, the title, the address."""
    own = [_text(tag) for target, tag in links if target == addresses.key(address)]
    only = [_text(tag) for _, tag in links if attribute(tag, "id").lower() == PAGE_LINK]
    in_list = [*own, *(only if len(only) == 1 else [])]
    for lines in (printed, in_list, [page.title]):
        found: dict[str, tuple[str, str, str]] = {}
        for line in lines:
            if told := label_of(line):
                found.setdefault(told[0], (*told, line))
        if len(found) == 1:
            [best] = found.values()
            return best if best[1] else (best[0], _name_alone(own), best[2])
    alone = next((match["label"].upper() for line in own if (match := _LABEL_ALONE.fullmatch(line))), "")
    label = alone or addresses.page_of(address)
    return label, _name_alone(own), label


def _name_alone(own: Iterable[str]) -> str:
    """Return the name of the page where its link is apart from that of its number: 01 头版."""
    return next(
        (
            line
            for line in own
            if not _LABEL_ALONE.fullmatch(line) and not label_of(line) and not _TURNS.search(line) and len(line) <= 12
        ),
        "",
    )


def label_of(line: str) -> tuple[str, str] | None:
    """Return the label and the section of a line that is nothing else, or None.

    >>> label_of("第A01版：头版"), label_of("01版:要闻 PDF版下载"), label_of("（GA02） 封面"), label_of("第三版")
    (('A01', '头版'), ('01', '要闻'), ('GA02', '封面'), ('3', ''))
    >>> label_of("今日8版"), label_of("2024年版")
    (None, None)
    """
    found = _LABEL.fullmatch(line.split("  ")[0] if "PDF" not in line else line[: line.index("PDF")])
    if not found:
        return None
    label = found["label"].upper()
    section = re.split(r"\s{2,}|\s(?=[上下]一)|[|｜]", (found["section"] or "").strip())[0]
    label = label if label.isascii() else str(read_number(label))
    return label, "" if _TURNS.search(section) or section == label else section


def _picture(page: Markup) -> str:
    """Return the address of the page's picture and its size, on which the areas lie."""
    for tag, _ in page.tags:
        if tag.name == "img" and tag.has_attr("usemap"):
            size = "×".join(filter(None, (attribute(tag, "width"), attribute(tag, "height"))))
            return " ".join(filter(None, (attribute(tag, "src"), size)))
    return ""
