"""Read ALTO of any version: text, places, order, fonts, roles and confidence.

Source: the ALTO schemas 1.4 to 4.4 of the Library of Congress. Versions differ in their namespaces, in `language` and
`LANG`, in tags (from 2.1 on) and in ReadingOrder (4.0).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from indexer.model import Box, Evidence, RawPage, Role
from indexer.readers.layout.lay_out import lay_out
from indexer.readers.xml.parsing import Attributes, End, Start, XmlBytes, to_utf8, walk
from indexer.readers.xml.words import (
    FoundLine,
    PlacedWord,
    around_points,
    goes_on,
    in_order,
    number,
    placed,
    places_contradict,
    refuse_empty,
    role_of,
    size_of,
)

_MARGINS = frozenset(("TopMargin", "LeftMargin", "RightMargin", "BottomMargin"))
_AREAS = frozenset(("TextBlock", "ComposedBlock", "PrintSpace", *_MARGINS))
_TAGS = frozenset(("LayoutTag", "StructureTag", "RoleTag", "OtherTag"))
_GROUPS = frozenset(("OrderedGroup", "UnorderedGroup"))
_OF_PICTURES = ("illustration", "image", "figure", "picture", "photo", "graphic")
_FAR = 1e7
"""Further than any place on a page is from its corner, in any unit."""

_RARE = frozenset(("SUBS_TYPE", "STYLEREFS", "STYLE"))
"""What few words have."""

_LONGEST_CAPTION = 6
"""The lines of text in a block around a picture that are its caption, if they are no more."""


def read_alto(xml: XmlBytes, source: str) -> Sequence[RawPage]:
    """Read the pages of an ALTO file. Raises PageError if it is no well-formed XML or has no text."""
    handler = walk(xml, source, _AltoHandler)
    return refuse_empty([_laid_out(page, handler, xml, source) for page in handler.pages], source)


def _laid_out(page: _AltoPage, handler: _AltoHandler, xml: XmlBytes, source: str) -> RawPage:
    lines = placed(handler.ordered(page))
    return lay_out(
        source,
        lines,
        *size_of(page.width, page.height, lines),
        is_in_order=handler.says_order(page) or not places_contradict(page.lines),
        claims=(*page.claims(), *xml.claims),
    )


def blocks_by_id(data: bytes, source: str) -> Mapping[str, str]:
    """Return the block of each block, line and word of an ALTO file, by their ids, in the order of the file."""
    handler = walk(to_utf8(data, source), source, _IdHandler)
    return handler.blocks


@dataclass(slots=True)
class _AltoPage:
    width: float | None
    height: float | None
    sequence: str
    label: str
    confidence: float | None
    lines: list[FoundLine] = field(default_factory=list)
    next: dict[str, str] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    has_spaces: bool = False

    def claims(self) -> list[Evidence]:
        language = self.languages.most_common(1)
        said = [
            ("sequence", self.sequence, "PHYSICAL_IMG_NR"),
            ("page", self.label, "PRINTED_IMG_NR"),
            *(("language", name, "LANG") for name, _ in language),
        ]
        return [Evidence(about, value, source) for about, value, source in said if value]

    def settle(self) -> None:
        """Make texts of words, when all of the page is known."""
        for line in self.lines:
            line.settle(spaced=self.has_spaces)
            if line.confidence is None:
                line.confidence = self.confidence
        if all(line.role == "furniture" for line in self.lines):
            for line in self.lines:
                line.role = None


@dataclass(slots=True)
class _Area:
    """An element that holds lines, and what it passes on to what stands in it."""

    name: str
    block: str
    role: Role | None
    styles: tuple[str, ...]
    language: str
    is_turned: bool
    box: Box | None
    first: int
    has_picture: bool = False


class _AltoHandler:
    texts: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.pages: list[_AltoPage] = []
        self.order: dict[str, None] = {}
        self._referred: dict[str, tuple[int, int]] = {}
        self._tags: dict[str, str] = {}
        self._fonts: dict[str, tuple[float, int]] = {}
        self._page = _page({})  # takes what stands outside of pages, and is thrown away
        self._areas = [_Area("", "", None, (), "", False, None, 0)]
        self._line: FoundLine | None = None
        self._strings: list[Attributes] = []
        self._divided: tuple[FoundLine, str, str] | None = None
        self._groups: list[bool] = []
        self._blocks = 0
        self._starts: dict[str, Start] = {
            "TextLine": self._text_line,
            "HYP": self._hyphen,
            "Polygon": self._polygon,
            "Illustration": self._picture,
            **{name: partial(self._enter, name) for name in _AREAS},
            "Page": self._start_page,
            "TextStyle": self._style,
            **dict.fromkeys(_TAGS, self._tag),
            **{name: partial(self._group, name) for name in _GROUPS},
            "ElementRef": self._reference,
        }
        self._ends: dict[str, End] = {
            "TextLine": self._end_line,
            **dict.fromkeys(_AREAS, self._leave),
            "Page": self._end_page,
            **dict.fromkeys(_GROUPS, self._end_group),
        }

    # --- what it found

    def says_order(self, page: _AltoPage) -> bool:
        """Return whether the file says the order of a page's blocks, or of half of them at least."""
        return bool(self._order_of(page)) or 2 * len(page.next) >= len({line.block for line in page.lines}) - 1 > 0

    def ordered(self, page: _AltoPage) -> list[FoundLine]:
        """Return the lines of a page in the order that the file gives: by ReadingOrder, by IDNEXT, or as they are."""
        return in_order(page.lines, self._order_of(page) or _chained(page))

    def _order_of(self, page: _AltoPage) -> list[int]:
        at = self.pages.index(page)
        of_block: dict[str, list[int]] = {}
        for number_, line in enumerate(page.lines):
            of_block.setdefault(line.block, []).append(number_)
        found: list[int] = []
        for name in self.order:
            if name in of_block:
                found += of_block[name]
            elif (place := self._referred.get(name)) and place[0] == at:
                found.append(place[1])
        return found

    # --- elements

    def start_of(self, name: str) -> Start | None:
        """Return what follows the start of elements of a name; None for those that are passed over."""
        if name in ("String", "SP"):
            return self._strings.append  # most elements of a file are these: they are looked at line by line
        return self._starts.get(name)

    def end_of(self, name: str) -> End | None:
        """Return what follows the end of elements of a name."""
        return self._ends.get(name)

    def _end_group(self, _: str) -> None:
        self._groups.pop()

    def _hyphen(self, _: Attributes) -> None:
        if self._line:
            self._line.goes_on = self._line.goes_on or "\xad"

    def _picture(self, _: Attributes) -> None:
        self._areas[-1].has_picture = True

    def _start_page(self, attributes: Attributes) -> None:
        self._page = _page(attributes)
        self.pages.append(self._page)
        self._areas = [_Area("Page", "", None, _styles(attributes), "", False, None, 0)]

    def _end_page(self, _: str) -> None:
        self._page.settle()
        self._page = _page({})

    def _style(self, attributes: Attributes) -> None:
        bold = 700 if "bold" in attributes.get("FONTSTYLE", "") else 400
        self._fonts[attributes.get("ID", "")] = (number(attributes.get("FONTSIZE")) or 0.0, bold)

    def _tag(self, attributes: Attributes) -> None:
        self._tags[attributes.get("ID", "")] = attributes.get("LABEL", "")

    def _group(self, name: str, _: Attributes) -> None:
        self._groups.append(name == "OrderedGroup")

    def _reference(self, attributes: Attributes) -> None:
        if self._groups and self._groups[-1] and "REF" in attributes:
            self.order[attributes["REF"]] = None

    def _enter(self, name: str, attributes: Attributes) -> None:
        above = self._areas[-1]
        role = above.role or self._role(attributes)
        if name in _MARGINS:
            role = "furniture"
        elif name == "ComposedBlock" and attributes.get("TYPE", "").lower().startswith(_OF_PICTURES):
            role = role or "caption"
        block = above.block
        if name == "TextBlock":
            self._blocks += 1
            block = attributes.get("ID") or f"block {self._blocks}"
            if attributes.get("IDNEXT"):
                self._page.next[block] = attributes["IDNEXT"]
        self._areas.append(
            _Area(
                name,
                block,
                role,
                _styles(attributes) + above.styles,
                attributes.get("LANG") or attributes.get("language") or above.language,
                above.is_turned or number(attributes.get("ROTATION")) in (90, 270, -90),
                _box(attributes),
                len(self._page.lines),
            )
        )

    def _leave(self, _: str) -> None:
        if self._strings:  # words without a line
            self._text_line_of_strings()
        area = self._areas.pop()
        lines = self._page.lines[area.first :]
        if area.name == "TextBlock":
            for line in lines:
                if line.box is None and not any(word.box for word in line.words):
                    line.box = area.box
        elif area.name == "ComposedBlock" and area.has_picture and len(lines) <= _LONGEST_CAPTION:
            for line in lines:
                line.role = line.role or "caption"

    def _text_line_of_strings(self) -> None:
        strings = list(self._strings)
        self._text_line({})
        self._strings.extend(strings)
        self._end_line("")

    def _role(self, attributes: Attributes) -> Role | None:
        labels = (self._tags.get(one, "") for one in attributes.get("TAGREFS", "").split())
        roles = (role_of(label) for label in (*labels, attributes.get("TYPE", "")))
        return next(filter(None, roles), None)

    def _text_line(self, attributes: Attributes) -> None:
        area, page = self._areas[-1], self._page
        line = FoundLine(area.block, attributes.get("ID", ""), box=_box(attributes))
        line.role = area.role
        if "TAGREFS" in attributes:
            line.role = line.role or self._role(attributes)
        if area.is_turned or attributes.get("BASEDIRECTION", "").startswith("ttb"):
            line.is_vertical = None if area.is_turned else True
        styles = area.styles
        if "STYLEREFS" in attributes:
            styles = _styles(attributes) + styles
        if styles:
            line.font, line.weight = self._font(styles)
        language = attributes.get("LANG") or attributes.get("language") or area.language
        if language:
            page.languages[language] += 1
        self._referred[line.name] = (len(self.pages) - 1, len(page.lines))
        page.lines.append(line)
        self._line = line
        self._strings.clear()

    def _end_line(self, _: str) -> None:
        if self._line:
            self._fill(self._line)
        self._line = None

    def _fill(self, line: FoundLine) -> None:
        """Give a line the words that were met in it."""
        space: float | None = None
        for attributes in self._strings:
            text = attributes.get("CONTENT")
            if text is None:  # a space
                space = _width(attributes)
                self._page.has_spaces = True
                continue
            text = text.strip()
            if text:
                sure = _part(attributes["WC"]) if "WC" in attributes else None
                word = PlacedWord(text, _box(attributes), sure, space, line.font, line.weight)
                line.words.append(word)
                if self.order or not _RARE.isdisjoint(attributes):
                    self._look_closer(line, word, attributes)
                elif self._divided:
                    self._join(line, text, attributes)
            space = None
        self._strings.clear()

    def _look_closer(self, line: FoundLine, word: PlacedWord, attributes: Attributes) -> None:
        """Take what few words have: a style, a place in the reading order, the other part of a divided word."""
        if self.order and attributes.get("ID") in self.order:
            self._referred[attributes["ID"]] = (len(self.pages) - 1, len(self._page.lines) - 1)
        if "STYLEREFS" in attributes:
            font, weight = self._font(_styles(attributes))
            word.font, word.weight = font or word.font, weight or word.weight
        if "STYLE" in attributes and "bold" in attributes["STYLE"]:
            word.weight = 700
        if self._divided or "SUBS_TYPE" in attributes:
            self._join(line, word.text, attributes)

    def _join(self, line: FoundLine, text: str, attributes: Attributes) -> None:
        """Note where a word is divided, and how its first part ends when the second one is known."""
        part = attributes.get("SUBS_TYPE", "")
        if self._divided and self._divided[0] is line:  # it goes on in the same line
            line.goes_on, self._divided = "", None
        if self._divided and part == "HypPart2":
            first, before, whole = self._divided
            first.goes_on = goes_on(before, text, whole or attributes.get("SUBS_CONTENT", ""))
        if part:
            self._divided = None
        if part == "HypPart1":
            line.goes_on, self._divided = "\xad", (line, text, attributes.get("SUBS_CONTENT", ""))

    def _font(self, styles: tuple[str, ...]) -> tuple[float, int]:
        found = [self._fonts[style] for style in styles if style in self._fonts]
        return next((size for size, _ in found if size), 0.0), next((weight for _, weight in found), 0)

    def _polygon(self, attributes: Attributes) -> None:
        points = attributes.get("POINTS", "")
        if self._line and not self._strings:
            self._line.box = self._line.box or around_points(points)
        elif not self._line:
            self._areas[-1].box = self._areas[-1].box or around_points(points)


def _chained(page: _AltoPage) -> list[int]:
    """Return the order of lines where each block is followed by the one that its IDNEXT names, if it names one."""
    of_block: dict[str, list[int]] = {}
    for at, line in enumerate(page.lines):
        of_block.setdefault(line.block, []).append(at)
    follows = {page.next[block] for block in of_block if block in page.next}
    order: dict[str, None] = {}
    for head in (*(block for block in of_block if block not in follows), *of_block):
        block = head
        while block in of_block and block not in order:
            order[block] = None
            block = page.next.get(block, "")
    return [at for block in order for at in of_block[block]]


def _page(attributes: Attributes) -> _AltoPage:
    return _AltoPage(
        number(attributes.get("WIDTH")),
        number(attributes.get("HEIGHT")),
        attributes.get("PHYSICAL_IMG_NR", "").strip(),
        attributes.get("PRINTED_IMG_NR", "").strip(),
        _part(attributes.get("PC")),
    )


def _width(attributes: Attributes) -> float:
    """Return the width of a space, 0 where it has none."""
    try:
        return float(attributes["WIDTH"])
    except (KeyError, ValueError):
        return number(attributes.get("WIDTH")) or 0.0


def _styles(attributes: Attributes) -> tuple[str, ...]:
    return tuple(attributes.get("STYLEREFS", "").split())


def _box(attributes: Attributes) -> Box | None:
    try:
        left, top = float(attributes["HPOS"]), float(attributes["VPOS"])
        width, height = float(attributes.get("WIDTH", 0)), float(attributes.get("HEIGHT", 0))
    except (KeyError, ValueError):
        return _odd_box(attributes)
    right, bottom = left + width, top + height
    if -_FAR < left <= right < _FAR and -_FAR < top <= bottom < _FAR:
        return (left, top, right, bottom)
    return _odd_box(attributes)


def _odd_box(attributes: Attributes) -> Box | None:
    """Return a box whose numbers are not written as others are, None if it has no place."""
    left, top, width, height = (number(attributes.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    if left is None or top is None or max(map(abs, (left, top, width or 0, height or 0))) > _FAR:
        return None
    return (left, top, left + max(width or 0.0, 0.0), top + max(height or 0.0, 0.0))


def _part(text: str | None) -> float | None:
    """Return a share of 1, also of one written in hundredths."""
    try:
        value: float | None = float(text or "")
    except ValueError:
        value = number(text)
    if value is None or not value >= 0:
        return None
    return value if value <= 1 else min(value / 100, 1.0)


class _IdHandler:
    texts: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.blocks: dict[str, str] = {}
        self._block = ""
        self._count = 0

    def start_of(self, name: str) -> Start | None:
        """Follow the start of what an area may begin or end with."""
        return {"TextBlock": self._start_block, "TextLine": self._named, "String": self._named}.get(name)

    def end_of(self, name: str) -> End | None:
        """Follow no end."""
        return None

    def _start_block(self, attributes: Attributes) -> None:
        self._count += 1
        self._block = attributes.get("ID") or f"block {self._count}"
        self._named(attributes)

    def _named(self, attributes: Attributes) -> None:
        if "ID" in attributes:
            self.blocks[attributes["ID"]] = self._block
