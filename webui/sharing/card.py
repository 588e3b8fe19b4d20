"""Draw the picture that a chat shows of a page: 1200 × 630 dots, ink on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont

from webui.sharing.fonts import Weight, font

SIZE = (1200, 630)
MOST_KEPT = 200
"""Pictures that are kept, of 20 to 40 kB each."""

_PAPER, _INK, _ACCENT = (251, 250, 246), (29, 27, 24), (155, 28, 28)
_SHADES = 16
_ACCENT_SHADE = _SHADES
_MARGIN = 64
_WIDTH = SIZE[0] - 2 * _MARGIN
_NOT_FIRST = frozenset("，。、；：？！…—”’）》〉」』】〕％,.;:?!)]}%")
_SOFT, _FULL = 170, 255


@dataclass(frozen=True, slots=True)
class Card:
    """What a picture shows: a line above, a headline, a passage, a line below, and counts of years as bars."""

    site: str
    above: str
    headline: str
    passage: str
    below: str
    years: tuple[tuple[str, int], ...] = ()


@lru_cache(maxsize=MOST_KEPT)
def picture(card: Card) -> bytes | None:
    """Return a card as PNG, or None where no font has Chinese characters. What it shows is all that it depends on."""
    if font("head", 60) is None:
        return None
    shades = Image.new("L", SIZE)
    draw = ImageDraw.Draw(shades)
    _line(draw, card.above, 48, "text", 30, _SOFT)
    at = _block(draw, card.headline, 104, "head", 62, lines=3, shade=_FULL)
    room = max(1, (500 - at) // 54) if not card.years else 1
    _block(draw, card.passage, at + 18, "text", 36, lines=min(4, room), shade=210)
    _line(draw, card.below, 556, "text", 30, _SOFT, width=_WIDTH - 170)
    _line(draw, card.site, 550, "head", 38, _FULL, right=True)
    return _as_png(shades, card.years)


def _as_png(shades: Image.Image, years: tuple[tuple[str, int], ...]) -> bytes:
    """Colour sixteen shades, which takes a tenth of the time and room that a picture of full colours takes."""
    image = shades.point([value * _SHADES // 256 for value in range(256)]).convert("P")
    ramp = [_mixed(step / (_SHADES - 1)) for step in range(_SHADES)]
    image.putpalette([part for colour in (*ramp, _ACCENT) for part in colour])
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 11), fill=_ACCENT_SHADE)
    draw.rectangle((_MARGIN, 532, SIZE[0] - _MARGIN, 533), fill=_SHADES // 4)
    _bars(draw, years)
    out = io.BytesIO()
    image.save(out, "PNG", bits=8, compress_level=6)
    return out.getvalue()


def _mixed(share: float) -> tuple[int, int, int]:
    red, green, blue = (round(paper + (ink - paper) * share) for paper, ink in zip(_PAPER, _INK, strict=True))
    return red, green, blue


def _bars(draw: ImageDraw.ImageDraw, years: tuple[tuple[str, int], ...]) -> None:
    """Draw how many articles each year has, with the first and the last year below."""
    small = font("text", 22)
    if not years or small is None:
        return
    most = max(count for _, count in years)
    step = min(_WIDTH / len(years), 90)
    for place, (_, count) in enumerate(years):
        left = _MARGIN + place * step
        height = max(2, 130 * count // most) if count else 0
        if height:
            draw.rectangle((left, 488 - height, left + step * 0.8 - 1, 488), fill=_ACCENT_SHADE)
    draw.text((_MARGIN, 496), years[0][0], font=small, fill=_SHADES - 5)
    if len(years) * step > 150:
        draw.text((_MARGIN + len(years) * step, 496), years[-1][0], font=small, fill=_SHADES - 5, anchor="ra")


def _line(
    draw: ImageDraw.ImageDraw,
    text: str,
    top: int,
    weight: Weight,
    size: int,
    shade: int,
    *,
    right: bool = False,
    width: int = _WIDTH,
) -> None:
    """Draw a single line, cut to its width."""
    face = font(weight, size)
    if face is None or not text:
        return
    (line, *_) = (*wrapped(text, face, width, 1), "")
    left = SIZE[0] - _MARGIN - face.getlength(line) if right else _MARGIN
    draw.text((left, top), line, font=face, fill=shade)


def _block(draw: ImageDraw.ImageDraw, text: str, top: int, weight: Weight, size: int, *, lines: int, shade: int) -> int:
    """Draw a text in lines, and return where it ends."""
    face = font(weight, size)
    if face is None:
        return top
    for line in wrapped(text, face, _WIDTH, lines):
        draw.text((_MARGIN, top), line, font=face, fill=shade)
        top += size * 3 // 2
    return top


def wrapped(text: str, face: FreeTypeFont, width: int, most: int) -> Iterator[str]:
    """Yield the lines of a text, at most `most`, the last one with an ellipsis where text is left.

    No line begins with a closing mark.
    """
    rest = " ".join(text[: most * 200].split())
    for number in range(most):
        if not rest:
            return
        line, rest = _first_line(rest, face, width)
        if rest and number == most - 1:
            while line and face.getlength(line + "…") > width:
                line = line[:-1]
            line += "…"
        yield line


def _first_line(text: str, face: FreeTypeFont, width: int) -> tuple[str, str]:
    end, length = 0, 0.0
    while end < len(text) and (length := length + face.getlength(text[end])) <= width:
        end += 1
    end = max(end, 1)
    while 1 < end < len(text) and text[end] in _NOT_FIRST:
        end -= 1
    return text[:end].rstrip(), text[end:].lstrip()
