"""Read PDF files: a page, or all pages of an issue, by the places of their letters."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium

from indexer.errors import PageError
from indexer.model import Box, Evidence, RawPage
from indexer.readers.layout.lay_out import PlacedLine, lay_out
from indexer.readers.layout.repetition import mark_furniture
from indexer.readers.pdf import glyphs
from indexer.readers.pdf.document import LOCK, MOST_CHARACTERS, opened
from indexer.readers.pdf.rows import lines_of
from indexer.readers.pdf.twins import without_twins
from indexer.readers.pdf.upright import frames, upright
from indexer.text.newsprint import LOST

_BAD = re.compile(f"[{LOST}\ue000-\uf8ff]")
"""A letter that its font gives no code point, or one that is private to the font."""

_MOST_BAD = 0.5
"""The share of letters that are not known, with which a page has no text."""

_MOST_NAMED = 10

_SCAN = (
    "this PDF holds pictures of its pages but no text (a scan); run OCR, e.g. `ocrmypdf -l chi_sim in.pdf out.pdf`, "
    "or put the text beside it as ALTO or hOCR"
)
_UNMAPPED = (
    "the fonts of this PDF don't say which letters they draw, so it has no text that can be read; export it again "
    "with Unicode tables, or run OCR, e.g. `ocrmypdf --force-ocr -l chi_sim in.pdf out.pdf`"
)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A page as it was read: its number in the file from 1, its lines, size and label, and how many letters are bad."""

    number: int
    lines: tuple[PlacedLine, ...]
    width: float
    height: float
    label: str
    letters: int
    bad: int

    @property
    def is_readable(self) -> bool:
        return self.letters > 0 and self.bad <= _MOST_BAD * self.letters


def read_pdf(data: bytes, source: str) -> Sequence[RawPage]:
    """Read the pages of a PDF file. Pages without text are left out, and the others say so.

    Raises PageError if the file can't be opened or has no text.
    """
    with LOCK, opened(data, source) as document:
        leaves = list(_leaves(document, source))
    readable = [leaf for leaf in leaves if leaf.is_readable]
    if not readable:
        raise PageError(source, _UNMAPPED if any(leaf.letters for leaf in leaves) else _SCAN)
    marked = mark_furniture([(leaf.lines, leaf.height) for leaf in readable])
    readable = [replace(leaf, lines=tuple(lines)) for leaf, lines in zip(readable, marked, strict=True)]
    pages = [_page(source, leaf, len(leaves)) for leaf in readable]
    left_out = [leaf.number for leaf in leaves if not leaf.is_readable]
    if left_out:
        pages[0] = replace(pages[0], claims=(*pages[0].claims, _without_text(left_out, len(leaves))))
    return pages


def _leaves(document: pypdfium2.PdfDocument, source: str) -> Iterator[_Leaf]:
    """Yield the pages one after the other; each is freed before the next is read."""
    for index in range(len(document)):
        label = document.get_page_label(index).strip()
        page = pdfium.FPDF_LoadPage(document.raw, index)
        text_page = pdfium.FPDFText_LoadPage(page) if page else None
        try:
            address = _address(text_page)
            many = glyphs.count(address) if address else 0
            if not many:
                yield _Leaf(index + 1, (), 0.0, 0.0, label, 0, 0)
                continue
            if many > MOST_CHARACTERS:
                raise PageError(
                    source,
                    f"page {index + 1} has {many} characters, more than a page can have (at most {MOST_CHARACTERS}); "
                    "look at it, and leave it out of the file",
                )
            yield _leaf(page, address, index + 1, label)
        finally:
            if text_page:
                pdfium.FPDFText_ClosePage(text_page)
            if page:
                pdfium.FPDF_ClosePage(page)


def _address(handle: pdfium.FPDF_PAGE | pdfium.FPDF_TEXTPAGE) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _leaf(page: pdfium.FPDF_PAGE, text_page: int, number: int, label: str) -> _Leaf:
    found = glyphs.glyphs_of(_address(page), text_page)
    found, width, height = upright(found, _crop_box(page), pdfium.FPDFPage_GetRotation(page))
    found = without_twins(found)
    lines = [line for frame in frames(found) for line in lines_of(frame)]
    lines.sort(key=lambda line: (line.box[1], line.box[0]))
    bad = len(_BAD.findall("".join(line.text for line in lines)))
    return _Leaf(number, tuple(lines), round(width, 2), round(height, 2), label, len(found), bad)


def _crop_box(page: pdfium.FPDF_PAGE) -> Box:
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    return box.left, box.bottom, box.right, box.top


def _page(source: str, leaf: _Leaf, pages: int) -> RawPage:
    page = lay_out(source, leaf.lines, leaf.width, leaf.height, claims=_claims_of_file(leaf, pages))
    if pages == 1 or any(claim.about == "page" for claim in page.claims):
        return page
    counted = Evidence("page", str(leaf.number), "sequence", f"page {leaf.number} of {pages}")
    return replace(page, claims=(*page.claims, counted))


def _claims_of_file(leaf: _Leaf, pages: int) -> Iterator[Evidence]:
    """Yield what the file says of a page. A label that only counts the pages says no more than their sequence."""
    yield Evidence("sequence", str(leaf.number), "file", f"page {leaf.number} of {pages}")
    if leaf.label and leaf.label != str(leaf.number):
        yield Evidence("page", leaf.label, "page label", leaf.label)
    if leaf.bad:
        line, place = next((line.text, bad.start()) for line in leaf.lines if (bad := _BAD.search(line.text)))
        says = f"{leaf.bad} of {leaf.letters} letters have no Unicode in their fonts"
        yield Evidence("bad glyphs", says, "fonts", line[max(place - 8, 0) : place + 9])


def _without_text(numbers: Sequence[int], pages: int) -> Evidence:
    which = ", ".join(map(str, numbers[:_MOST_NAMED])) + (" …" if len(numbers) > _MOST_NAMED else "")
    says = f"page {which} of {pages} has" if len(numbers) == 1 else f"pages {which} of {pages} have"
    return Evidence("pages without text", f"{says} no text and {'is' if len(numbers) == 1 else 'are'} left out", "file")
