"""Make PDF files of lines with boxes as real ones are made: in any order, doubled, turned, with labels."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SONG = "STSong-Light"
ASCENT = 0.88
"""How far letters reach above their baseline, in parts of their size."""

_FILLED, _FILLED_AND_STROKED = 0, 2

Box = tuple[float, float, float, float]


class Line(Protocol):
    """A line of print: its box is left, top, right and bottom in points from the top left corner of the page."""

    @property
    def text(self) -> str: ...
    @property
    def box(self) -> Box: ...
    @property
    def size(self) -> float: ...
    @property
    def weight(self) -> int: ...


class Page(Protocol):
    """A page and its lines, in the order in which they are written into the file."""

    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    @property
    def lines(self) -> Sequence[Line]: ...


@dataclass(frozen=True)
class SetLine:
    """A line of print."""

    text: str
    box: Box
    size: float
    weight: int = 400
    is_vertical: bool = False


@dataclass(frozen=True)
class SetPage:
    """A page of such lines."""

    lines: Sequence[SetLine]
    width: float = 595.0
    height: float = 842.0


def column(text: str, left: float, top: float, letters: int, size: float = 10.0, leading: float = 1.4) -> list[SetLine]:
    """Set a text in a column of `letters` letters a line."""
    cut = [text[at : at + letters] for at in range(0, len(text), letters)]
    return [line(one, left, top + row * size * leading, size) for row, one in enumerate(cut)]


def line(text: str, left: float, top: float, size: float = 10.0, weight: int = 400) -> SetLine:
    """Set a line."""
    return SetLine(text, (left, top, left + width_of(text, size), top + size), size, weight)


def width_of(text: str, size: float) -> float:
    """Return how wide a text is in the font of these pages."""
    _font()
    return float(pdfmetrics.stringWidth(text, SONG, size))


def pdf_of(
    pages: Sequence[Page],
    *,
    labels: Sequence[str] = (),
    rotate: int = 0,
    crop: float = 0.0,
    letter_by_letter: bool = False,
    shuffled: bool = False,
    twins: Sequence[tuple[float, float]] = (),
    twins_at_the_end: bool = False,
    before: Callable[[Canvas, Page], None] | None = None,
) -> bytes:
    """Return a PDF file of these pages.

    `labels` are those of /PageLabels. `rotate` is what viewers turn the page by: its text is turned back, so that it
    is seen upright. `crop` is the margin in points outside the crop box. Each line is drawn again at each of `twins`,
    its offsets in parts of its size, right behind it or all `twins_at_the_end`.
    """
    _font()
    target = io.BytesIO()
    canvas = Canvas(target, pageCompression=1, invariant=1)
    for page in pages:
        size = (page.height, page.width) if rotate % 180 else (page.width, page.height)
        canvas.setPageSize((page.width + 2 * crop, page.height + 2 * crop))  # it turns the media box by itself
        if crop:
            canvas.setCropBox((crop, crop, size[0] + crop, size[1] + crop))
        canvas.setPageRotation(rotate)
        canvas.translate(crop, crop)
        if rotate:
            _turn(canvas, page, rotate)
        if before:
            before(canvas, page)
        _draw(canvas, page, letter_by_letter, shuffled, twins, twins_at_the_end)
        canvas.showPage()
    for number, label in enumerate(labels):
        canvas.addPageLabel(number, "NONE", 1, label)
    canvas.save()
    return target.getvalue()


def _font() -> None:
    if SONG not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(SONG))


def _turn(canvas: Canvas, page: Page, rotate: int) -> None:
    """Turn counter-clockwise what a viewer turns clockwise."""
    across, up = {90: (page.height, 0.0), 180: (page.width, page.height), 270: (0.0, page.width)}[rotate]
    canvas.translate(across, up)
    canvas.rotate(rotate)


def _draw(
    canvas: Canvas,
    page: Page,
    letter_by_letter: bool,
    shuffled: bool,
    twins: Sequence[tuple[float, float]],
    twins_at_the_end: bool,
) -> None:
    parts = [part for one in page.lines for part in (_letters(one) if letter_by_letter else [one])]
    if shuffled:
        random.Random(len(parts)).shuffle(parts)
    again = []
    for part in parts:
        for across, down in ((0.0, 0.0), *twins):
            drawn = (part, across * part.size, down * part.size)
            if twins_at_the_end and (across or down):
                again.append(drawn)
            else:
                _set(canvas, page, *drawn)
    for drawn in again:
        _set(canvas, page, *drawn)


def _letters(one: Line) -> list[Line]:
    """Cut a line into its letters."""
    left, top, right, bottom = one.box
    if getattr(one, "is_vertical", False):
        step = (bottom - top) / max(len(one.text), 1)
        return [
            SetLine(letter, (left, top + at * step, right, top + at * step + one.size), one.size, one.weight)
            for at, letter in enumerate(one.text)
        ]
    wide, natural = right - left, width_of(one.text, one.size)
    apart = (wide - natural) / max(len(one.text) - 1, 1)
    letters: list[Line] = []
    for letter in one.text:
        width = width_of(letter, one.size)
        letters.append(SetLine(letter, (left, top, left + width, bottom), one.size, one.weight))
        left += width + apart
    return letters


def _set(canvas: Canvas, page: Page, one: Line, across: float = 0.0, down: float = 0.0) -> None:
    if getattr(one, "is_vertical", False):
        for letter in _letters(one):
            _set(canvas, page, letter, across, down)
        return
    left, top, right, _ = one.box
    canvas.saveState()
    text = canvas.beginText(left + across, page.height - top - ASCENT * one.size - down)
    text.setFont(SONG, one.size)
    text.setTextRenderMode(_FILLED_AND_STROKED if one.weight >= 600 else _FILLED)
    if len(one.text) > 1:
        text.setCharSpace((right - left - width_of(one.text, one.size)) / (len(one.text) - 1))
    text.textOut(one.text)
    canvas.setFillColor(Color(0, 0, 0))
    canvas.drawText(text)
    canvas.restoreState()


def raw_pdf(objects: Sequence[str], content: str, page: str = "", font: str = "") -> bytes:
    """Return a PDF of one page from its objects, written by hand (ISO 32000-1, 7.5). Object 5 is its font.

    `objects` are those from 6 on; `page` is added to the page's dictionary, `font` is the dictionary of the font.
    """
    resources = "/Resources << /Font << /F1 5 0 R >> /XObject << /X1 6 0 R >> >>"
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {resources} {page} >>",
        stream(content),
        font or "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *objects,
    ]
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def stream(content: str, dictionary: str = "") -> str:
    """Return a stream object."""
    return f"<< /Length {len(content.encode('latin-1'))} {dictionary} >>\nstream\n{content}\nendstream"


def chinese_font(cmap: str, name: str = "STSong-Light", supplement: str = "GB1") -> str:
    """Return a font that is not in the file and has no ToUnicode table: its letters are known by a predefined CMap."""
    system = f"<< /Registry (Adobe) /Ordering ({supplement}) /Supplement 2 >>"
    below = f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{name} /CIDSystemInfo {system} /DW 1000 >>"
    return f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /{cmap} /DescendantFonts [{below}] >>"
