"""The characters of a page and where they stand, as PDFium finds them (`fpdf_text.h`).

PDFium is asked for each of them five times, so it is called through prototypes that convert nothing, and by `map`: that
takes a tenth of the time of loops. What belongs to a text object (font, size, direction) is asked once for each.
"""

from __future__ import annotations

import ctypes
import re
from collections import deque
from dataclasses import dataclass, fields, replace
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from indexer.text.newsprint import LOST

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

ASCENT, DESCENT = 0.88, 0.12
"""How far the square of a Chinese letter reaches above and below its baseline, in parts of its size."""

BOLD, REGULAR = 700, 400

_CODES = 0x110000
_SPACES = np.array(
    [*range(1, 33), 0xA0, 0x3000, *range(0x2000, 0x2010), *range(0x2028, 0x2030), *range(0x205F, 0x2070), 0xFEFF]
)
"""White space, and what has no width. Spaces are set again by how far letters stand apart."""

_LOST_CODE = ord(LOST)
_HYPHEN_CODE = 2
"""What PDFium puts in place of a hyphen at a line end."""

_BOLD_NAME = re.compile(
    r"bold|heavy|black|demi|simhei|stheiti|msyhbd|gothic-?b|黑|粗|大标宋|超宋"
    r"|[-_,](?:b|h|eb|db|xb|bd)$|^fz(?:d|c|t|z)?(?:ht|hei|ch|dh|dbs|xbs|bs|cs|cy|ck|zd|zc|cq|tc)|[-_](?:w[6-9])$",
    re.IGNORECASE,
)
"""Names of bold fonts. SimHei and its like are what Chinese papers set headlines in; 方正 names them FZHTK, FZDBSK …"""

_MOST_LEFT_OUT = 2_000
_FORCE_BOLD = 1 << 18
_FILLED_AND_STROKED = 2
INVISIBLE = 3
"""Render modes of text (ISO 32000-1, table 106). An OCR layer over a scan is invisible."""

_BOLD_STEMS = 600
"""The least weight of a font, which PDFium reckons from its stems, that is bold. Regular ones have 190 to 500."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters of a page, in the order of its content: one value of each array for each.

    `codes` are code points, U+FFFD where the font doesn't say which letter it draws. `x` and `y` are where the
    baseline begins, in points from the top left corner of the upright page. `left` and `right` are the ends of the
    box along x, `top` and `bottom` along y. `angles` are in degrees, clockwise. `glyph` numbers what was drawn: a
    ligature is several characters of one glyph. `objects` are PDFium's text objects. `after_space` says that a space
    was drawn before it.
    """

    codes: Integers
    x: Floats
    y: Floats
    left: Floats
    top: Floats
    right: Floats
    bottom: Floats
    sizes: Floats
    weights: Integers
    angles: Floats
    glyph: Integers
    objects: Integers
    after_space: Flags

    def __len__(self) -> int:
        return len(self.codes)

    def of(self, chosen: Flags | Integers) -> Glyphs:
        """Return some of them."""
        return Glyphs(*[getattr(self, one.name)[chosen] for one in fields(self)])


def _prototype(name: str, result: Any, *arguments: Any) -> Any:
    """Return a function of PDFium that takes bare numbers and addresses."""
    function = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p)
    return ctypes.CFUNCTYPE(result, *arguments)(function.value or 0)


_ADDRESS, _INT, _UNSIGNED = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint
_count = _prototype("FPDFText_CountChars", _INT, _ADDRESS)
_unicode = _prototype("FPDFText_GetUnicode", _UNSIGNED, _ADDRESS, _INT)
_loose_box = _prototype("FPDFText_GetLooseCharBox", _INT, _ADDRESS, _INT, _ADDRESS)
_origin = _prototype("FPDFText_GetCharOrigin", _INT, _ADDRESS, _INT, _ADDRESS, _ADDRESS)
_text_object = _prototype("FPDFText_GetTextObject", _ADDRESS, _ADDRESS, _INT)
_is_unmapped = _prototype("FPDFText_HasUnicodeMapError", _INT, _ADDRESS, _INT)
_size = _prototype("FPDFText_GetFontSize", ctypes.c_double, _ADDRESS, _INT)
_weight = _prototype("FPDFText_GetFontWeight", _INT, _ADDRESS, _INT)
_matrix = _prototype("FPDFText_GetMatrix", _INT, _ADDRESS, _INT, _ADDRESS)
_count_objects = _prototype("FPDFPage_CountObjects", _INT, _ADDRESS)
_object = _prototype("FPDFPage_GetObject", _ADDRESS, _ADDRESS, _INT)
_type = _prototype("FPDFPageObj_GetType", _INT, _ADDRESS)
_bounds = _prototype("FPDFPageObj_GetBounds", _INT, _ADDRESS, *[_ADDRESS] * 4)
_font = _prototype("FPDFTextObj_GetFont", _ADDRESS, _ADDRESS)
_render_mode = _prototype("FPDFTextObj_GetTextRenderMode", _INT, _ADDRESS)
_fill_colour = _prototype("FPDFPageObj_GetFillColor", _INT, _ADDRESS, *[_ADDRESS] * 4)
_font_name = _prototype("FPDFFont_GetBaseFontName", ctypes.c_size_t, _ADDRESS, _ADDRESS, ctypes.c_size_t)
_font_flags = _prototype("FPDFFont_GetFlags", _INT, _ADDRESS)


def count(text_page: int) -> int:
    """Return the number of characters of a text page, at `text_page` in memory."""
    return int(max(_count(text_page), 0))


def glyphs_of(page: int, text_page: int) -> Glyphs:
    """Return the characters of a page, without spaces, in the page's own unturned coordinates.

    There y counts upwards and angles counter-clockwise. Both are addresses, of the page and of its text.
    """
    n = count(text_page)
    every, pages = range(n), repeat(text_page)
    codes = np.fromiter(map(_unicode, pages, every), np.int64, n)
    unmapped = np.fromiter(map(_is_unmapped, pages, every), np.int64, n) == 1
    objects = np.fromiter([one or 0 for one in map(_text_object, pages, every)], np.int64, n)
    boxes = np.zeros((n, 4), np.float32)  # FS_RECTF: left, top, right, bottom
    _call_all(_loose_box, text_page, boxes)
    origins = np.zeros((n, 2))
    first = origins.ctypes.data
    places = range(first, first + 16 * n, 16)
    deque(map(_origin, pages, every, places, range(first + 8, first + 8 + 16 * n, 16)), 0)
    left, top, right, bottom = boxes.T.astype(np.float64)
    codes[codes == _HYPHEN_CODE] = ord("-")
    is_space = np.isin(codes, _SPACES) & ~unmapped
    codes[
        unmapped
        | (codes == 0)
        | (codes == 0x7F)
        | ((codes > 0x7F) & (codes < 0xA0))
        | (codes >= 0xFFFE) & (codes < 0x10000)
        | (codes >= _CODES)
    ] = _LOST_CODE
    changes = np.flatnonzero(np.diff(objects, prepend=-1))
    of_objects = _of_objects(text_page, changes, objects)
    sizes, weights, angles = of_objects[np.cumsum(np.diff(objects, prepend=-1) != 0) - 1].T if n else np.zeros((3, 0))
    x, y = origins.T
    is_new = np.ones(n, np.bool_)
    is_new[1:] = (np.diff(objects) != 0) | (np.diff(x) != 0) | (np.diff(y) != 0)
    after_space = np.zeros(n, np.bool_)
    after_space[1:] = (is_space & (objects != 0) & (right > left))[:-1]
    found = Glyphs(
        codes, x, y, left, top, right, bottom, sizes, weights.astype(np.int64), angles, np.cumsum(is_new), objects,
        after_space,
    )  # fmt: skip
    found = _with_whole_letters(found.of(~is_space & (objects != 0)))
    return replace(found, weights=np.where(_drawn_again(page, found), BOLD, found.weights))


def _drawn_again(page: int, glyphs: Glyphs) -> Flags:
    """Return which glyphs are in a place where PDFium left out a text object, as it does if the same was drawn there.

    It does so for one of the five objects before, so `twins.py` never sees those.
    """
    known = set(np.unique(glyphs.objects).tolist())
    objects = map(_object, repeat(page), range(_count_objects(page)))
    left_out = [one for one in objects if one and one not in known and _type(one) == pdfium.FPDF_PAGEOBJ_TEXT]
    again = np.zeros(len(glyphs), np.bool_)
    across, up = (glyphs.left + glyphs.right) / 2, (glyphs.top + glyphs.bottom) / 2
    edges = (ctypes.c_float * 4)()
    first = ctypes.addressof(edges)
    for one in left_out[:_MOST_LEFT_OUT]:
        if _bounds(one, *range(first, first + 16, 4)):
            left, bottom, right, top = edges
            again |= (left < across) & (across < right) & (bottom < up) & (up < top)
    return again


def _call_all(function: Any, text_page: int, into: NDArray[np.float32]) -> None:
    first, step, n = into.ctypes.data, into.strides[0], len(into)
    deque(map(function, repeat(text_page), range(n), range(first, first + step * n, step)), 0)


def _of_objects(text_page: int, starts: Integers, objects: Integers) -> Floats:
    """Return size, weight and angle of the text objects that begin at these characters, an array of three columns."""
    places, ones, n = starts.tolist(), objects[starts].tolist(), len(starts)
    matrices = np.zeros((n, 6), np.float32)  # FS_MATRIX
    first = matrices.ctypes.data
    deque(map(_matrix, repeat(text_page), places, range(first, first + 24 * n, 24)), 0)
    a, b, c, d, *_ = matrices.T.astype(np.float64)
    sizes = np.fromiter(map(_size, repeat(text_page), places), np.float64, n)
    angles = np.degrees(np.arctan2(b, a)) + np.where(sizes < 0, 180, 0)  # a negative size turns the letters round
    weights: dict[int, int] = {}
    fonts = [font or 0 for font in map(_font, ones)]
    for font, place in zip(fonts, places, strict=True):
        if font not in weights:
            weights[font] = _font_weight(font, _weight(text_page, place))
    stroked = np.fromiter(map(_render_mode, ones), np.int64, n) == _FILLED_AND_STROKED
    bold = np.where(stroked, BOLD, np.array([weights[font] for font in fonts], np.int64))
    return np.array((np.abs(sizes) * np.hypot(c, d), bold, angles)).T


def _font_weight(font: int, by_stems: int) -> int:
    name = _name(font)
    if _BOLD_NAME.search(name.rpartition("+")[2]) or (font and _font_flags(font) & _FORCE_BOLD):
        return BOLD
    return BOLD if by_stems >= _BOLD_STEMS else REGULAR


def _name(font: int) -> str:
    if not font:
        return ""
    buffer = ctypes.create_string_buffer(256)
    _font_name(font, ctypes.addressof(buffer), len(buffer))
    try:
        return buffer.value.decode()
    except UnicodeDecodeError:
        return buffer.value.decode("gb18030", "replace")


def _with_whole_letters(glyphs: Glyphs) -> Glyphs:
    """Put together letters that PDFium gives in two halves, as UTF-16 has them. A half alone is lost."""
    high = (glyphs.codes >= 0xD800) & (glyphs.codes < 0xDC00)
    low = (glyphs.codes >= 0xDC00) & (glyphs.codes < 0xE000)
    if not (high.any() or low.any()):
        return glyphs
    second = np.zeros(len(glyphs), np.bool_)
    second[1:] = high[:-1] & low[1:]
    first = np.flatnonzero(second) - 1
    codes = np.where(high | low, _LOST_CODE, glyphs.codes)
    codes[first] = 0x10000 + ((glyphs.codes[first] - 0xD800) << 10) + glyphs.codes[first + 1] - 0xDC00
    right = glyphs.right.copy()
    right[first] = np.maximum(right[first], right[first + 1])
    return replace(glyphs, codes=codes, right=right).of(~second)


def is_hidden(text_object: int) -> bool:
    """Return whether a text object can't be seen: it is invisible or transparent, or white as paper is."""
    if _render_mode(text_object) == INVISIBLE:
        return True
    colours = (ctypes.c_uint * 4)()
    first = ctypes.addressof(colours)
    if not _fill_colour(text_object, *range(first, first + 16, 4)):
        return False
    *rgb, alpha = colours
    return alpha == 0 or min(rgb) >= 250
