"""Read PAGE XML of any year: text, places, order, roles and confidence.

Source: the schemas of PRImA, 2009 to 2019 (`pagecontent.xsd`), and what Transkribus puts into `custom`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from indexer.model import Box, Evidence, RawPage, Role
from indexer.readers.layout.lay_out import lay_out
from indexer.readers.xml.parsing import Attributes, End, Start, XmlBytes, walk
from indexer.readers.xml.words import (
    FoundLine,
    PlacedWord,
    around_points,
    in_order,
    label_in,
    number,
    placed,
    places_contradict,
    refuse_empty,
    role_of,
    size_of,
)

_GROUPS = frozenset(("OrderedGroup", "UnorderedGroup", "OrderedGroupIndexed", "UnorderedGroupIndexed"))
_REFERENCES = frozenset(("RegionRef", "RegionRefIndexed"))
_WITH_TEXT = frozenset(("TextRegion", "TextLine", "Word", "Glyph"))
_PAGE_NUMBERS = frozenset(("pagenumber", "pageno", "folio"))
_UNRANKED = 1e6
_CUSTOM = re.compile(r"\b(\w++)\s*+\{([^{}]*)\}")
_PROPERTY = re.compile(r"\b(\w++)\s*+:\s*+([^;]*);?")


def read_page_xml(xml: XmlBytes, source: str) -> Sequence[RawPage]:
    """Read the page, or pages, of a PAGE file. Raises PageError if it is no well-formed XML or has no text."""
    handler = walk(xml, source, _PageXmlHandler)
    return refuse_empty([_laid_out(page, xml, source) for page in handler.pages], source)


def _laid_out(page: _PrintedPage, xml: XmlBytes, source: str) -> RawPage:
    order = page.order()
    for line in page.lines:
        line.settle(spaced=False)
    lines = placed(in_order(page.lines, order))
    return lay_out(
        source,
        lines,
        *size_of(page.width, page.height, lines),
        is_in_order=bool(order) or not places_contradict(page.lines),
        claims=(*page.claims(), *xml.claims),
    )


def custom(text: str) -> dict[str, dict[str, str]]:
    """Return what Transkribus says in a `custom` attribute.

    >>> custom("readingOrder {index:3;} structure {type:heading;}")
    {'readingOrder': {'index': '3'}, 'structure': {'type': 'heading'}}
    """
    return {name: dict(_PROPERTY.findall(inside)) for name, inside in _CUSTOM.findall(text)}


@dataclass(slots=True)
class _Element:
    """A region, a line, a word or a glyph: its id, place, role and texts, each with its rank."""

    kind: str
    name: str
    role: Role | None
    is_vertical: bool | None
    is_page_number: bool
    first: int
    index: int | None
    box: Box | None = None
    texts: list[tuple[float, float, str, float | None]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    font: float = 0.0
    weight: int = 0

    def text(self) -> tuple[str, float | None]:
        """Return the text of the lowest index, else of the highest confidence, else the first; and how sure it is."""
        if not self.texts:
            return "", None
        _, _, text, confidence = min(self.texts, key=lambda one: one[:2])
        return text.strip(), confidence


@dataclass(slots=True)
class _ReadingGroup:
    """A group of the reading order, or a reference to a region."""

    index: float
    is_ordered: bool
    region: str
    below: list[_ReadingGroup] = field(default_factory=list)

    def regions(self) -> Iterator[str]:
        """Yield the ids of regions in the order of reading."""
        if self.region:
            yield self.region
        for group in sorted(self.below, key=lambda one: one.index) if self.is_ordered else self.below:
            yield from group.regions()

    def says_order(self) -> bool:
        """Return whether two regions of it, or of a group in it, are in an order."""
        return (self.is_ordered and len(self.below) > 1) or any(group.says_order() for group in self.below)


@dataclass(slots=True)
class _PrintedPage:
    width: float | None
    height: float | None
    sequence: str
    groups: _ReadingGroup = field(default_factory=lambda: _ReadingGroup(0, True, ""))
    lines: list[FoundLine] = field(default_factory=list)
    regions: list[tuple[str, ...]] = field(default_factory=list)
    """The ids of the regions that each line stands in, the outermost first."""

    places: dict[str, int] = field(default_factory=dict)
    """The places of regions and lines in the order of reading, as Transkribus has them."""

    languages: Counter[str] = field(default_factory=Counter)
    labels: list[str] = field(default_factory=list)

    def order(self) -> list[int]:
        """Return the order of the lines that the file gives, none if it gives none."""
        if self.groups.says_order():
            of_region: dict[str, list[int]] = {}
            for at, regions in enumerate(self.regions):
                for region in regions:
                    of_region.setdefault(region, []).append(at)
            return [at for name in self.groups.regions() for at in of_region.get(name, ())]
        if self.places:
            first: dict[str, int] = {}
            keys = [
                [(self.places.get(name, len(self.lines)), first.setdefault(name, at)) for name in (*regions, line.name)]
                for at, (regions, line) in enumerate(zip(self.regions, self.lines, strict=True))
            ]
            return sorted(range(len(keys)), key=keys.__getitem__)
        return []

    def claims(self) -> Iterator[Evidence]:
        """Yield what the file says of the page."""
        if self.sequence:
            yield Evidence("sequence", self.sequence, "pageNr")
        for label in self.labels[:1]:
            yield Evidence("page", label, "page-number")
        for language, _ in self.languages.most_common(1):
            yield Evidence("language", language, "primaryLanguage")


class _PageXmlHandler:
    texts = frozenset(("Unicode", "PlainText"))

    def __init__(self) -> None:
        self.pages: list[_PrintedPage] = []
        self._open: list[_Element] = []
        self._groups: list[_ReadingGroup] = []
        self._sequence = ""
        self._equivalent: Attributes = {}
        self._points: list[str] = []
        self._regions: list[str] = []
        self._is_vertical: bool | None = None

    def start_of(self, name: str) -> Start:
        """Follow the start of every element."""
        return partial(self._start, name)

    def end_of(self, name: str) -> End:
        """Follow the end of every element."""
        return partial(self._end, name)

    def _start(self, name: str, attributes: Attributes) -> None:
        """Follow the start of an element."""
        match name:
            case "TranskribusMetadata":
                self._sequence = attributes.get("pageNr", "")
            case "Page":
                width, height = number(attributes.get("imageWidth")), number(attributes.get("imageHeight"))
                self.pages.append(_PrintedPage(width, height, self._sequence))
                self._is_vertical = self._vertical(attributes)
            case _ if not self.pages:
                return
            case _ if name in _GROUPS or name in _REFERENCES:
                self._group(name, attributes)
            case _ if name in _WITH_TEXT or name.endswith("Region"):
                self._enter(name, attributes)
            case "TextEquiv":
                self._equivalent = attributes
            case "Coords":
                self._points = [attributes.get("points", "")]
            case "Point":
                self._points.append(f"{attributes.get('x', '')},{attributes.get('y', '')}")
            case "TextStyle" if self._open:
                self._open[-1].font = number(attributes.get("fontSize")) or 0.0
                self._open[-1].weight = 700 if attributes.get("bold") in ("true", "1") else 0

    def _end(self, name: str, text: str) -> None:
        """Follow the end of an element."""
        match name:
            case "Unicode" | "PlainText" if self._open and text.strip():
                index, conf = number(self._equivalent.get("index")), number(self._equivalent.get("conf"))
                rank = (index if index is not None else _UNRANKED) + 0.5 * (name == "PlainText")
                self._open[-1].texts.append((rank, -(conf or 0.0), text, conf))
            case "Coords" if self._open:
                self._open[-1].box = around_points(" ".join(self._points))
            case _ if name in _GROUPS and self._groups:
                self._groups.pop()
            case "Glyph" if self._open:
                glyph = self._open.pop()
                self._open[-1].parts.append(glyph.text()[0])
            case "Word" if self._open:
                self._end_word(self._open.pop())
            case "TextLine" if self._open:
                self._end_line(self._open.pop())
            case _ if name.endswith("Region") and self._open:
                self._end_region(self._open.pop())

    def _group(self, name: str, attributes: Attributes) -> None:
        index = number(attributes.get("index"))
        group = _ReadingGroup(
            float("inf") if index is None else index, not name.startswith("Unordered"), attributes.get("regionRef", "")
        )
        above = self._groups[-1] if self._groups else self.pages[-1].groups
        above.below.append(group)
        if name in _GROUPS:
            self._groups.append(group)

    def _enter(self, name: str, attributes: Attributes) -> None:
        above = self._open[-1] if self._open else None
        said = custom(attributes.get("custom", ""))
        kind = attributes.get("type") or said.get("structure", {}).get("type", "")
        index = said.get("readingOrder", {}).get("index", "")
        own = self._vertical(attributes)
        element = _Element(
            name,
            attributes.get("id", ""),
            role_of(kind) or (above.role if above else None),
            own if own is not None else above.is_vertical if above else self._is_vertical,
            "".join(filter(str.isalpha, kind)).lower() in _PAGE_NUMBERS,
            len(self.pages[-1].lines),
            int(index) if index.strip().isdecimal() else None,
        )
        page = self.pages[-1]
        if name == "TextLine":
            place = len(page.lines) + 1
            line = FoundLine(self._regions[-1] if self._regions else f"line {place}", element.name or f"line {place}")
            line.role, line.is_vertical = element.role, element.is_vertical
            self._add(line)
            if element.index is not None:
                page.places[line.name] = element.index
        elif name.endswith("Region"):
            self._regions.append(element.name or f"region {len(page.lines)}.{len(self._regions)}")
            if element.index is not None:
                page.places[self._regions[-1]] = element.index
            if name == "TextRegion" and (language := attributes.get("primaryLanguage")):
                page.languages[language] += 1
        self._open.append(element)

    @staticmethod
    def _vertical(attributes: Attributes) -> bool | None:
        """Return whether an element says that its lines run from top to bottom; None if it does not say."""
        direction = attributes.get("readingDirection", "")
        return (
            True if direction == "top-to-bottom" else False if direction in ("left-to-right", "right-to-left") else None
        )

    def _add(self, line: FoundLine) -> None:
        self.pages[-1].lines.append(line)
        self.pages[-1].regions.append(tuple(self._regions))

    def _end_word(self, word: _Element) -> None:
        text, confidence = word.text()
        text = text or "".join(word.parts)
        if self._open and self._open[-1].kind == "TextLine" and text:
            line = self.pages[-1].lines[-1]
            line.words.append(PlacedWord(text, word.box, confidence, None, word.font, word.weight))

    def _end_line(self, element: _Element) -> None:
        line = self.pages[-1].lines[-1]
        line.text, line.confidence = element.text()
        line.box = element.box
        line.font, line.weight = element.font, element.weight

    def _end_region(self, region: _Element) -> None:
        name = self._regions[-1]
        page = self.pages[-1]
        inside = page.lines[region.first :]
        own = [line for line in inside if line.block == name]
        text, confidence = region.text()
        if text and not any(line.text or line.words for line in inside):
            self._spread(region, own, text.splitlines(), confidence)
        for line in own:
            line.box = line.box or (None if any(word.box for word in line.words) else region.box)
            line.font, line.weight = line.font or region.font, line.weight or region.weight
        if region.is_page_number and (label := label_in(text or " ".join(line.text for line in own))):
            page.labels.append(label)
        self._regions.pop()

    def _spread(self, region: _Element, own: list[FoundLine], texts: list[str], confidence: float | None) -> None:
        """Give the lines of a region its text, or make lines of it where it has others than the text."""
        if len(own) != len(texts):
            boxes = _divided(region.box, len(texts), bool(region.is_vertical))
            own[:] = [FoundLine(self._regions[-1], box=box) for box in boxes]
            for line in own:
                line.role, line.is_vertical = region.role, region.is_vertical
                self._add(line)
        for line, text in zip(own, texts, strict=True):
            line.text, line.confidence = text.strip(), confidence


def _divided(box: Box | None, count: int, is_vertical: bool) -> list[Box | None]:
    """Return the boxes of lines that share a region: from top to bottom, vertical ones from right to left."""
    if not box:
        return [None] * count
    left, top, right, bottom = box
    if is_vertical:
        wide = (right - left) / count
        return [(right - (at + 1) * wide, top, right - at * wide, bottom) for at in range(count)]
    tall = (bottom - top) / count
    return [(left, top + at * tall, right, top + (at + 1) * tall) for at in range(count)]
