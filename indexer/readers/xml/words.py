"""Words and lines as ALTO, PAGE and hOCR give them, and how they become the lines of a page."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from indexer.model import Box, RawPage, Role
from indexer.readers.layout.lay_out import PlacedLine

SOFT_HYPHEN = "\xad"
_SIGNS = "¬\xad "
"""What stands at the end of a line for a word that goes on: the sign of ABBYY, in UTF-8 read as Latin-1 Â¬; U+00AD."""

_PLAIN_HYPHENS = "-‐‑⸗=~—\xad¬ "
_FIRST_ASIAN = "\u1100"
_ASIAN = re.compile(
    "[\u1100-\u11ff\u2e80-\u303f\u3040-\u312f\u31a0-\u9fff\ua960-\ua97f\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
_REGULAR, _BOLD = 400, 700
_CLOSING = re.compile(r"[,.;:!?)\]}»”’%]+")
_NARROW = 0.5
"""The widest gap between Han letters that is no space, as a part of their height."""

_TOUCHING, _APART = 0.12, 0.25
"""A gap, as a part of the height of letters, within which a mark belongs to its word, and which parts two words."""

_LABELS: dict[str, Role] = {
    **dict.fromkeys(("heading", "headline", "title", "maintitle", "articletitle", "chapter"), "headline"),
    **dict.fromkeys(("subheading", "subheadline", "subtitle", "deck"), "subtitle"),
    **dict.fromkeys(("kicker", "overline", "pretitle"), "kicker"),
    **dict.fromkeys(("byline", "author", "credit"), "byline"),
    **dict.fromkeys(("caption", "figurecaption", "imagecaption", "tablecaption", "legend"), "caption"),
    **dict.fromkeys(
        ("header", "footer", "pageheader", "pagefooter", "pagenumber", "pageno", "folio", "runninghead", "masthead"),
        "furniture",
    ),
    **dict.fromkeys(("runningtitle", "signaturemark", "catchword", "impressum"), "furniture"),
}
"""What the labels of tags and regions mean, without their capitals and signs (PAGE 2019 TextTypeSimpleType, OCR-D)."""


def role_of(label: str) -> Role | None:
    """Return the role that a label gives to a block, None for a paragraph and for what is unknown.

    >>> role_of("page-number"), role_of("Heading"), role_of("paragraph")
    ('furniture', 'headline', None)
    """
    return _LABELS.get("".join(filter(str.isalpha, label)).lower())


@dataclass(slots=True)
class PlacedWord:
    """A word, or several: letters, place, confidence, and the width of the space before it (None: there is none)."""

    text: str
    box: Box | None = None
    confidence: float | None = None
    space: float | None = None
    font: float = 0.0
    weight: int = 0


@dataclass(slots=True)
class FoundLine:
    """A line as a file gives it. `goes_on` is what its last word ends with: "" nothing, U+00AD or a hyphen.

    `name` is its id, `font` the size of its font in points, 0 where unknown. `text` is what the file says of the whole
    line; else its words say it.
    """

    block: str
    name: str = ""
    words: list[PlacedWord] = field(default_factory=list)
    box: Box | None = None
    role: Role | None = None
    is_vertical: bool | None = None
    goes_on: str = ""
    text: str = ""
    confidence: float | None = None
    font: float = 0.0
    weight: int = 0
    size: float = 0.0

    def settle(self, *, spaced: bool) -> None:
        """Make the text of a line from its words, whose places are then forgotten.

        `spaced` says whether the file says itself where spaces are.
        """
        words, self.words = self.words, []
        own = " ".join(self.text.split()) if self.text else ""
        own = own or _joined([word for word in words if word.text], spaced=spaced)
        boxes = [word.box for word in words if word.box]
        self.box = self.box or around(boxes)
        self.text = ended(own, self.goes_on)
        if self.is_vertical is None:
            self.is_vertical = is_vertical(own, self.box)
        if not self.size:
            start, end = (0, 2) if self.is_vertical else (1, 3)
            sizes = sorted([box[end] - box[start] for box in boxes or ([self.box] if self.box else [])])
            self.size = sizes[len(sizes) // 2] if sizes else 0.0
        self._settle_letters(words)

    def _settle_letters(self, words: Sequence[PlacedWord]) -> None:
        """Find how sure the letters of the words are, and the font and weight of most."""
        known = bold = 0
        sure = 0.0
        font = self.font
        for word in words:
            size = len(word.text)
            if word.confidence is not None:
                known += size
                sure += size * word.confidence
            if word.font > font:
                font = word.font
            if word.weight:
                bold += size if word.weight > _REGULAR else -size
        if known:
            self.confidence = sure / known
        self.font = font
        if bold:
            self.weight = _BOLD if bold > 0 else _REGULAR


def ended(text: str, goes_on: str) -> str:
    """Return a line with the sign that the file says it ends with.

    >>> ended("verbun¬", ""), ended("disinter-", "\\xad"), ended("Anglo", "-"), ended("1918-", "")
    ('verbun\\xad', 'disinter\\xad', 'Anglo-', '1918-')
    """
    if goes_on:
        return text.rstrip(_PLAIN_HYPHENS) + goes_on
    whole = text.rstrip(_SIGNS)
    return whole.removesuffix("Â") + SOFT_HYPHEN if len(whole) < len(text.rstrip()) else text


def goes_on(first: str, second: str, whole: str) -> str:
    """Return what the first part of a divided word ends with: a hyphen if the whole word has one there, else U+00AD.

    Where the whole word is cut short or wrong, the parts count.

    >>> goes_on("Anglo-", "American", "Anglo-American"), goes_on("disinter", "ested", "disinteri") == "\\xad"
    ('-', True)
    """
    part = first.rstrip(_PLAIN_HYPHENS)
    return "-" if whole in (f"{part}-{second}", f"{part}‐{second}") else SOFT_HYPHEN


def _joined(words: Sequence[PlacedWord], *, spaced: bool) -> str:
    parts: list[str] = []
    before: PlacedWord | None = None
    for word in words:
        if before and _is_apart(before, word, spaced=spaced):
            parts.append(" ")
        parts.append(word.text)
        before = word
    return "".join(parts)


def _is_apart(before: PlacedWord, word: PlacedWord, *, spaced: bool) -> bool:
    """Return whether a space stands between two words."""
    last, first = before.text[-1], word.text[0]
    after_asian = last >= _FIRST_ASIAN and bool(_ASIAN.match(last))
    before_asian = first >= _FIRST_ASIAN and bool(_ASIAN.match(first))
    if word.space is not None and not (after_asian and before_asian):
        return True
    height = gap = 0.0
    if before.box and word.box:
        height = min(before.box[3] - before.box[1], word.box[3] - word.box[1])
        gap = word.box[0] - before.box[2]
    if word.space is not None:
        return height > 0 and word.space > _NARROW * height
    if after_asian or before_asian:
        return height > 0 and gap > _NARROW * height
    if spaced:
        return last.isalnum() and first.isalnum() and height > 0 and gap > _APART * height
    return not (height > 0 and gap < _TOUCHING * height and _CLOSING.fullmatch(word.text))


def is_vertical(text: str, box: Box | None) -> bool:
    """Return whether a line runs from top to bottom: several Han letters in a box much taller than wide."""
    if not box or not 0 < 1.5 * (box[2] - box[0]) < box[3] - box[1]:
        return False
    letters = len(_ASIAN.findall(text))
    return letters > 1 and letters * 2 >= len("".join(text.split()))


def around(boxes: Iterable[Box]) -> Box | None:
    """Return the box around boxes, None if there are none."""
    sides = list(zip(*boxes, strict=True))
    return (min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])) if sides else None


def number(text: str | None) -> float | None:
    """Return a number of a file, None for what is none.

    >>> number("12,5"), number("9148"), number("NaN"), number(None)
    (12.5, 9148.0, None, None)
    """
    try:
        value = float(text) if text else math.nan
    except ValueError:
        try:
            value = float((text or "").replace(",", "."))
        except ValueError:
            return None
    return value if math.isfinite(value) else None


def around_points(points: str) -> Box | None:
    """Return the box around points, written `x,y x,y` or `x y x y`; None if there is no pair of numbers.

    >>> around_points("370,164 1467,164 1467,227"), around_points("1 2 3 4"), around_points("")
    ((370.0, 164.0, 1467.0, 227.0), (1.0, 2.0, 3.0, 4.0), None)
    """
    numbers = [float(one) for one in re.findall(r"-?\d{1,7}(?:\.\d+)?", points)]
    across, down = numbers[::2], numbers[1::2]
    return (min(across), min(down), max(across), max(down)) if down else None


def places_contradict(lines: Sequence[FoundLine]) -> bool:
    """Return whether blocks, or lines in them, stand above what precedes them in the file, in the same column.

    Of vertical text, whether they stand to the right of it. One pair of twenty is enough. A file may well order its
    blocks by articles, which leads from the foot of a column to the head of another one.
    """
    blocks: dict[str, list[FoundLine]] = {}
    for line in lines:
        if line.box and line.role != "furniture":
            blocks.setdefault(line.block, []).append(line)
    boxes = [box for some in blocks.values() if (box := around(line.box for line in some if line.box))]
    vertical = sum(bool(line.is_vertical) for line in lines) * 2 > len(lines)
    inside = [[line.box for line in some if line.box] for some in blocks.values()]
    return _is_against(boxes, vertical, [boxes]) or _is_against(boxes, vertical, inside)


def _is_against(boxes: Sequence[Box], vertical: bool, runs: Iterable[Sequence[Box]]) -> bool:
    pairs = [pair for run in runs for pair in pairwise(run)]
    against = sum(_comes_before(other, one, vertical) for one, other in pairs)
    return against > 0 and against * 20 >= len(pairs)


def _comes_before(one: Box, other: Box, vertical: bool) -> bool:
    """Return whether a box stands wholly above another of the same column, or to the right of it in the same row."""
    if vertical:
        beyond, across = one[0] >= other[2], (1, 3)
    else:
        beyond, across = one[3] <= other[1], (0, 2)
    if not beyond:
        return False
    start, end = across
    shared = min(one[end], other[end]) - max(one[start], other[start])
    return shared > 0.8 * max(one[end] - one[start], other[end] - other[start])


def placed(lines: Iterable[FoundLine]) -> list[PlacedLine]:
    """Return the lines of a page that have letters, with the sizes of their letters in the unit of the boxes.

    Where fonts have sizes, these count, since the height of a word depends on which letters are in it.
    """
    kept = [line for line in lines if line.text.strip()]
    scales = [line.size / line.font for line in kept if line.size and line.font]
    scale = median(scales) if scales else 0.0
    return [
        PlacedLine(
            line.text,
            line.box or (0.0, 0.0, 0.0, 0.0),
            line.font * scale if line.font and scale else line.size,
            line.weight,
            line.confidence,
            line.block,
            line.role,
            bool(line.is_vertical),
        )
        for line in kept
    ]


def in_order(lines: Sequence[FoundLine], order: Sequence[int]) -> list[FoundLine]:
    """Return lines in an order that need not name all: the others come last, as in the file.

    >>> lines = [FoundLine("a", text=text) for text in "abcd"]
    >>> [line.text for line in in_order(lines, [3, 0])]
    ['d', 'a', 'b', 'c']
    """
    return [lines[at] for at in dict.fromkeys((*order, *range(len(lines))))]


def size_of(width: float | None, height: float | None, lines: Iterable[PlacedLine]) -> tuple[float, float]:
    """Return the size of a page: as the file gives it, but no smaller than what stands on it."""
    box = around(line.box for line in lines) or (0.0, 0.0, 0.0, 0.0)
    return max(width or 0.0, box[2]), max(height or 0.0, box[3])


def refuse_empty(pages: Sequence[RawPage], source: str) -> Sequence[RawPage]:
    """Return the pages of a file. Raises PageError if none has any text."""
    from indexer.errors import PageError

    if any(page.text for page in pages):
        return pages
    raise PageError(
        source,
        "no line of text is in it: the page is blank or a picture, or its text was never recognised; "
        "have its scan recognised, or leave the file out",
    )


_LABEL = re.compile(r"[\s\-–—.,·•*\[\]()]*([A-Z]{0,2}\d{1,4}|[IVXLC]{1,8}|[ivxlc]{1,8})[\s\-–—.,·•*\[\]()]*")


def label_in(text: str) -> str:
    """Return the label of a page in a line that is nothing else, "" if it is another text.

    >>> label_in("— 448 —"), label_in("A3"), label_in("Berlin, 2. August")
    ('448', 'A3', '')
    """
    found = _LABEL.fullmatch(text)
    return found[1] if found else ""
