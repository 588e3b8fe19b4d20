"""Damage clean articles the way scanning and extraction do, so that what was printed is known."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HALF_WIDTH = str.maketrans("，；：？！（）“”", ',;:?!()""')
BULLET = "\ufffd" * 6
NOT_FIRST = "，。；：？！、）》”’…"
"""Marks that no line begins with where `hanging` is on."""


@dataclass(frozen=True, slots=True)
class Style:
    """How one page suffers. `wrap` is what stands where a line ended, `gap` what parts two paragraphs."""

    wrap: str = "\n"
    columns: int = 40
    gap: str = "\n\n"
    indent: str = ""
    hanging: bool = False
    column_breaks: float = 0.0
    half_width: bool = False
    headline_factor: int = 1
    bullets: float = 0.0
    codes: bool = False
    padding: bool = False


def any_style(rng: random.Random) -> Style:
    """Any mix of damages that occurs on one page."""
    wrap = rng.choice(["\n", " \n", " ", ""])
    gap = rng.choice(["\n\n", "\n\n", "\n"])
    return Style(
        wrap=wrap,
        columns=rng.choice([26, 30, 36, 40, 44]),
        gap=gap,
        indent="\u3000\u3000" if gap == "\n" and wrap.endswith("\n") and rng.random() < 0.5 else "",
        hanging=rng.random() < 0.5,
        column_breaks=0.0 if gap == "\n" else rng.choice([0.0, 0.3, 0.6]),
        half_width=rng.random() < 0.5,
        headline_factor=rng.choice([1, 2, 2, 2, 3, 4]),
        bullets=rng.choice([0.0, 0.2]),
        codes=rng.random() < 0.7,
        padding=wrap.endswith("\n") and rng.random() < 0.3,
    )


def columns(text: str) -> int:
    """Printed width of `text`."""
    return sum(1 if char < "\u0100" else 2 for char in text)


def wrapped(text: str, width: int, hanging: bool) -> list[str]:
    """`text` in lines of `width` columns; `hanging` keeps closing marks at the end of the line before."""
    lines, line = [], ""
    for token in re.findall(r"[A-Za-z0-9.%]+|.", text):
        if line and columns(line + token) > width and not (hanging and token in NOT_FIRST):
            lines.append(line)
            line = ""
        line += token
    return [*lines, line]


def doubled(text: str, factor: int) -> str:
    """Every character drawn `factor` times, a space once."""
    return "".join(char if char == " " else char * factor for char in text)


def damaged(articles: Sequence[tuple[str, Sequence[str]]], style: Style, rng: random.Random) -> tuple[str, list[str]]:
    """A page of `articles` (headline, paragraphs), and the lines that a perfect cleaning gives."""
    parts, expected = [], []
    for headline, paragraphs in articles:
        parts += (doubled(headline, style.headline_factor), "\n\n")
        expected.append(headline)
        for i, paragraph in enumerate(paragraphs):
            last = i == len(paragraphs) - 1
            text = paragraph + (rng.choice(["②", "③5", "⑤5", "②13"]) if style.codes and last else "")
            expected.append(text)
            parts += (printed(text, style, rng), "\n\n" if last else style.gap)
    return "".join(parts), expected


def printed(paragraph: str, style: Style, rng: random.Random) -> str:
    """One paragraph as the extraction of a page in this style gives it."""
    text = paragraph.translate(HALF_WIDTH) if style.half_width else paragraph
    if style.padding:
        text = re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)", " ", text)
        text = re.sub(r"(?<=[，；])", lambda _: rng.choice(["", " "]), text)
    bullet = BULLET if rng.random() < style.bullets else ""
    if not style.wrap:
        lines = wrapped(text, rng.randrange(60, 400), hanging=True)
        breaks = [rng.random() < style.column_breaks for _ in lines]
        return (
            bullet
            + "".join(line + ("\n\n" if end else "") for line, end in zip(lines[:-1], breaks, strict=False))
            + lines[-1]
        )
    lines = wrapped(style.indent + text, style.columns, style.hanging)
    foot = rng.randrange(len(lines) - 1) if len(lines) > 1 and rng.random() < style.column_breaks else -1
    ends = ["\n\n" if i == foot else style.wrap for i in range(len(lines) - 1)] + [""]
    return bullet + "".join(line + end for line, end in zip(lines, ends, strict=True))


def articles_of(record: Mapping[str, object]) -> tuple[str, list[str]]:
    """Headline and paragraphs of a corpus record."""
    return str(record["title"]), [str(paragraph).strip() for paragraph in record["paragraphs"]]  # type: ignore[attr-defined]


def is_prose(record: Mapping[str, object]) -> bool:
    """Is this record an article of sentences, not a table or a list, of which no one could tell the line ends?"""
    _, paragraphs = articles_of(record)
    return bool(paragraphs) and all(len(p) > 14 and re.search("[。！？…；：”）)]$", p) for p in paragraphs)
