"""Read METS, which says of the files of an issue which page each one is, and which articles they hold.

Sources: METS 1.12 (fileSec, structMap, structLink), MODS 3.8 (originInfo, part), the profiles of NDNP (Library of
Congress), of METS/ALTO newspapers (docWorks, Veridian), of Kitodo (DFG viewer) and of the British Library.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote

from indexer.model import Evidence, Role
from indexer.readers.xml.parsing import Attributes, End, Start, XmlBytes, unprefixed, walk
from indexer.text.dates import find_dates, make_day


@dataclass(frozen=True, slots=True)
class MetsArticle:
    """An article of the logical structure: its title, "" where none is given, and its areas in order.

    An area is the id of a file, the ids at which it begins and ends there, and the role that the structure gives it.
    """

    title: str
    areas: tuple[tuple[str, str, str, Role | None], ...]


@dataclass(frozen=True, slots=True)
class MetsPage:
    """A page of the physical structure: the ids of its files, its place in the issue and its printed label."""

    files: tuple[str, ...]
    order: str
    label: str


@dataclass(frozen=True, slots=True)
class Mets:
    """What a METS file says: `files` is id → address, `claims` are those of the issue."""

    claims: tuple[Evidence, ...]
    files: Mapping[str, str]
    pages: tuple[MetsPage, ...]
    articles: tuple[MetsArticle, ...]


def read_mets(xml: XmlBytes, source: str) -> Mets:
    """Read a METS file. Raises PageError if it is no well-formed XML."""
    return walk(xml, source, _Handler).mets()


def day_of(printed: str) -> date | None:
    """Return the day that a date of MODS is, None for a month, a year, a span or a placeholder.

    >>> [str(day_of(text)) for text in ("1926-01-12", "01.08.1821", "19260112", "1926-01-12T00:00:00Z", "[1759-1800]")]
    ['1926-01-12', '1821-08-01', '1926-01-12', '1926-01-12', 'None']
    """
    text = printed.strip().strip("[]").strip()
    for pattern, names in _DAYS:
        found = pattern.fullmatch(text)
        if found:
            parts = dict(zip(names, found.groups(), strict=True))
            month = parts["month"]
            try:
                number = int(month) if month.isdecimal() else _MONTHS.index(month[:3].lower()) + 1
                return make_day(int(parts["year"]), number, int(parts["day"]))
            except ValueError:
                return None
    dates = find_dates(text)
    return dates[0].day if len(dates) == 1 else None


_DAYS = (
    (re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ][\d:.,Z+-]*)?"), ("year", "month", "day")),
    (re.compile(r"(\d{4})(\d\d)(\d\d)"), ("year", "month", "day")),
    (re.compile(r"(\d{4})[/.](\d\d?)[/.](\d\d?)"), ("year", "month", "day")),
    (re.compile(r"(\d\d?)\. ?(\d\d?)\. ?(\d{4})"), ("day", "month", "year")),
    (re.compile(r"(\d\d?)\.? ([A-Za-z]{3,9})\.?,? (\d{4})"), ("day", "month", "year")),
    (re.compile(r"([A-Za-z]{3,9})\.? (\d\d?),? (\d{4})"), ("month", "day", "year")),
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_ARTICLES = frozenset(("article", "advert", "advertisement", "announcement", "obituary", "death_notice")) | frozenset(
    ("letter", "editorial", "poem", "review", "notice", "news", "weather", "shipping", "classified", "illustration")
)
"""Types of divisions that are articles, in small letters and without a prefix."""

_HOLDERS = frozenset(("newspaper", "volume", "year", "month", "day", "issue", "print_issue", "edition")) | frozenset(
    ("supplement", "ephemera", "content", "contents", "section", "advertisement_section", "advertisements")
)
"""Types of divisions that hold articles. Whatever stands in one and holds none is an article: there are many types."""

_PHYSICAL = frozenset(("physsequence", "page", "pagearea", "pageregion", "track", "reel"))
"""Types of divisions that are pages, or parts of one."""

_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("headline", "heading", "title", "head", "main_title", "maintitle"), "headline"),
    **dict.fromkeys(("overline", "kicker", "motto", "pretitle"), "kicker"),
    **dict.fromkeys(("subtitle", "subheadline", "sub_headline", "subheading", "deck"), "subtitle"),
    **dict.fromkeys(("author", "byline"), "byline"),
    **dict.fromkeys(("caption", "image_caption", "illustration_caption"), "caption"),
    **dict.fromkeys(
        ("titlesection", "title_section", "masthead", "page_header", "page_footer", "page_number", "running_title"),
        "furniture",
    ),
}
"""Types of divisions of an article, or of an issue, that give what stands in them a role."""

_PLACEHOLDER = re.compile(
    r"\W*(?:untitled|no title|unbekannt|uncounted|unnumbered|s\. ?n\.|n\. ?n\.|\[[^\]]*\]|-+|\?+|0+)?\W*", re.IGNORECASE
)
"""Labels that say nothing."""

_UNITS = frozenset(("pages", "page", ""))


@dataclass(slots=True)
class _Description:
    """A MODS record, or what Dublin Core says in its place."""

    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def first(self, *names: str) -> str:
        """Return the first value of the first of these names that has one, "" if none has."""
        return next((value for name in names for value in self.values.get(name, ())), "")

    def dates(self) -> Iterator[str]:
        """Yield the dates of issue as they are written; a span from one day to another is one text."""
        yield from self.values.get("dateIssued", ())
        if "span" in self.values:
            yield "/".join(dict.fromkeys(self.values["span"]))
        for name in ("part date", "dateCreated"):
            yield from self.values.get(name, ())


@dataclass(slots=True)
class _Division:
    kind: str
    attributes: Attributes
    above: _Division | None
    areas: list[tuple[str, str, str]] = field(default_factory=list)
    below: list[_Division] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.attributes.get("ID", "")

    def all(self) -> Iterator[_Division]:
        yield self
        for division in self.below:
            yield from division.all()


class _Handler:
    texts = frozenset(
        ("title", "dateIssued", "dateCreated", "date", "number", "start", "list", "languageTerm", "language", "caption")
    )

    def __init__(self) -> None:
        self.label = ""
        self.files: dict[str, str] = {}
        self.described: dict[str, _Description] = {}
        self.roots: list[_Division] = []
        self.links: dict[str, list[str]] = defaultdict(list)
        self._path: list[str] = []
        self._attributes: list[Attributes] = []
        self._file = self._record = ""
        self._division: _Division | None = None
        self._locators: dict[str, list[str]] = defaultdict(list)
        self._arcs: list[tuple[str, str]] = []

    def start_of(self, name: str) -> Start:
        """Follow the start of every element."""
        return partial(self._start, name)

    def end_of(self, name: str) -> End:
        """Follow the end of every element."""
        return partial(self._end, name)

    def _start(self, name: str, attributes: Attributes) -> None:
        attributes = unprefixed(attributes)
        self._path.append(name)
        self._attributes.append(attributes)
        match name:
            case "mets":
                self.label = attributes.get("LABEL", "")
            case "dmdSec":
                self._record = attributes.get("ID", "")
                self.described[self._record] = _Description()
            case "file":
                self._file = attributes.get("ID", "")
            case "FLocat" if self._file:
                self.files.setdefault(self._file, attributes.get("href", ""))
            case "div":
                kind = attributes.get("TYPE", "").rpartition(":")[2].strip().lower().replace(" ", "_")
                division = _Division(kind, attributes, self._division)
                (self._division.below if self._division else self.roots).append(division)
                self._division = division
            case "fptr" | "area" if self._division and attributes.get("FILEID"):
                begin = attributes.get("BEGIN", "") if attributes.get("BETYPE", "IDREF") == "IDREF" else ""
                end = attributes.get("END", "") or begin
                self._division.areas.append((attributes["FILEID"], begin, end if begin else ""))
            case "smLink":
                self.links[attributes.get("from", "").lstrip("#")].append(attributes.get("to", "").lstrip("#"))
            case "smLocatorLink":
                self._locators[attributes.get("label", "")].append(attributes.get("href", "").lstrip("#"))
            case "smArcLink":
                self._arcs.append((attributes.get("from", ""), attributes.get("to", "")))

    def _end(self, name: str, text: str) -> None:
        self._path.pop()
        attributes = self._attributes.pop()
        match name:
            case "div" if self._division:
                self._division = self._division.above
            case "dmdSec":
                self._record = ""
            case "file":
                self._file = ""
            case "smLinkGrp":
                for one, other in self._arcs:
                    for link in self._locators[one]:
                        self.links[link] += self._locators[other]
                self._locators.clear()
                self._arcs.clear()
            case _ if text.strip() and self._record:
                self._describe(name, " ".join(text.split()), attributes)

    def _describe(self, name: str, text: str, attributes: Attributes) -> None:
        values = self.described[self._record].values
        host = "host" if "relatedItem" in self._path and self._is_in_host() else ""
        if "relatedItem" in self._path and not host:
            return
        parent = self._path[-1] if self._path else ""
        match name:
            case "title" if parent != "titleInfo" or self._attributes[-1].get("type") in (None, "uniform"):
                values[f"{host}title"].append(text)
            case "dateIssued" | "dateCreated" if parent == "originInfo":
                values["span" if attributes.get("point") else name].append(text)
            case "date" if parent in ("part", "xmlData", "dc"):
                values["part date"].append(text)
            case "number" | "caption" if parent == "detail":
                values[f"{self._attributes[-1].get('type', '')} {name}".strip()].append(text)
            case "start" | "list" if parent == "extent" and self._attributes[-1].get("unit", "") in _UNITS:
                values["start"].append(text)
            case "languageTerm" if attributes.get("type", "code") == "code":
                values["language"].append(text)
            case "language" if parent in ("xmlData", "dc"):
                values["language"].append(text)

    def _is_in_host(self) -> bool:
        related = [at for name, at in zip(self._path, self._attributes, strict=True) if name == "relatedItem"]
        return related[-1].get("type") == "host"

    def mets(self) -> Mets:
        divisions = [division for root in self.roots for division in root.all()]
        pages = tuple(self._pages(divisions))
        return Mets(tuple(self._claims(divisions)), self.files, pages, tuple(self._articles(divisions)))

    def _records(self, division: _Division) -> list[_Description]:
        return [self.described[one] for one in division.attributes.get("DMDID", "").split() if one in self.described]

    def _claims(self, divisions: Sequence[_Division]) -> Iterator[Evidence]:
        """Yield what is said of the issue: by its own record, else by those that are no page's or article's."""
        issues = [one for one in divisions if one.kind in ("issue", "newspaper", "day", "physsequence")]
        records = [record for one in issues for record in self._records(one)]
        others = {id(record) for one in divisions if one not in issues for record in self._records(one)}
        records = records or [record for record in self.described.values() if id(record) not in others]

        def first(*names: str) -> str:
            return next((value for record in records for value in [record.first(*names)] if value), "")

        issued = [date for record in records for date in record.dates()]
        issued += [one.attributes[name] for one in issues for name in ("ORDERLABEL", "LABEL") if name in one.attributes]
        day = next(((day, text) for text in issued if (day := day_of(text))), None)
        if day:
            yield Evidence("date", day[0].isoformat(), "mets", day[1])
        elif issued:
            yield Evidence("issued", issued[0], "mets")  # a year, a span, a placeholder: no date
        for about in ("volume", "issue", "edition"):
            value = first(f"{about} number", f"{about} caption")
            if value:
                yield Evidence(about, value, "mets")
        title = first("hosttitle", "title")
        if not _PLACEHOLDER.fullmatch(title):
            yield Evidence("paper", title.strip(" .,;:/"), "mets", title)
        if language := first("language"):
            yield Evidence("language", language, "mets")

    def _pages(self, divisions: Iterable[_Division]) -> Iterator[MetsPage]:
        for division in divisions:
            files = tuple(dict.fromkeys(file for file, _, _ in division.areas))
            is_page = division.kind == "page" or (division.kind.endswith("page") and "ORDER" in division.attributes)
            if is_page:
                below = dict.fromkeys(file for one in division.all() for file, _, _ in one.areas)
                order = division.attributes.get("ORDER", "").strip() or self._said(division, "start")
                yield MetsPage(files or tuple(below), order, self._page_label(division))

    def _said(self, division: _Division, *names: str) -> str:
        return next(filter(None, (record.first(*names) for record in self._records(division))), "")

    def _page_label(self, division: _Division) -> str:
        names = ("page number number", "page number caption")
        label = self._said(division, *names) or division.attributes.get("ORDERLABEL", "").strip()
        label = label or self._said(division, "start")
        return "" if _PLACEHOLDER.fullmatch(label) else label.strip("[]() ")

    def _articles(self, divisions: Sequence[_Division]) -> Iterator[MetsArticle]:
        by_id = {division.id: division for division in divisions if division.id}
        for root in self.roots:
            for division, role in self._outermost(root):
                areas = tuple(self._areas(division, role, by_id))
                if any(begin for _, begin, _, _ in areas):
                    yield MetsArticle(self._title(division), areas)

    def _outermost(self, division: _Division) -> Iterator[tuple[_Division, Role | None]]:
        """Yield the divisions that are articles, and what else stands beside them with the role of its lines.

        A section in which no division is an article is one itself, with its heading.
        """
        kind = division.kind
        if kind in _PHYSICAL:
            return
        holds = kind in _HOLDERS and (kind != "section" or any(one.kind in _ARTICLES for one in division.all()))
        if not holds:
            yield division, None
            return
        for below in division.below:
            if _ROLES.get(below.kind) == "headline":
                yield below, "section"
            else:
                yield from self._outermost(below)

    def _areas(
        self, division: _Division, role: Role | None, by_id: Mapping[str, _Division]
    ) -> Iterator[tuple[str, str, str, Role | None]]:
        role = role if role in ("section", "furniture") else _ROLES.get(division.kind, role)
        yield from ((*area, role) for area in division.areas)
        for link in self.links.get(division.id, ()):
            linked = by_id.get(link)
            if linked and linked is not division:
                yield from ((*area, role) for one in linked.all() for area in one.areas if area[1])
        for below in division.below:
            yield from self._areas(below, role, by_id)

    def _title(self, division: _Division) -> str:
        titles = [record.first("title") for record in self._records(division)]
        title = next(filter(None, titles), "") or division.attributes.get("LABEL", "")
        return "" if _PLACEHOLDER.fullmatch(title) else " ".join(title.split())


def address_of(href: str) -> str:
    """Return the path in an address of METS, relative or not; of a URL only the name of the file.

    >>> address_of("file://./alto/0001.XML"), address_of("https://example.org/fulltext/0002.xml?x=1")
    ('alto/0001.XML', '0002.xml')
    """
    scheme, _, path = href.replace("\\", "/").rpartition("://")
    path = unquote(path.partition("?")[0].partition("#")[0]).strip()
    path = path.removeprefix("file:")
    return PurePosixPath(path).name if scheme and scheme != "file" else posixpath.normpath(path) if path else ""
