"""Damage clean articles like scanning and extraction do.

The printed text is known, so cleaning can be measured.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HALF_WIDTH = str.maketrans("，；：？！（）“”", ',;:?!()""')
BULLET = "\ufffd" * 6
SHOWN = {BULLET: "", "\ufffd" * 5: "", "\uf06c": "●"}
"""Bullet → its form after cleaning."""
NOT_FIRST = "，。；：？！、）》”’…"
"""Marks that can't begin a line if `hanging` is on."""


@dataclass(frozen=True, slots=True)
class Style:
    """The damage of a page.

    `wrap` replaces the end of a line, and `gap` separates paragraphs. `half_width`, `column_breaks`, `bullets` and
    `invisible` are the shares of marks, paragraphs or characters that are damaged.
    """

    wrap: str = "\n"
    columns: int = 40
    gap: str = "\n\n"
    indent: str = ""
    hanging: bool = False
    column_breaks: float = 0.0
    half_width: float = 0.0
    headline_factor: int = 1
    letters_once: bool = False
    bullets: float = 0.0
    bullet: str = BULLET
    codes: bool = False
    bare_codes: bool = False
    padding: bool = False
    invisible: float = 0.0
    mixed_ends: bool = False


def any_style(rng: random.Random) -> Style:
    """Return a random mix of damages that occur together on a page."""
    wrap = rng.choice(["\n", " \n", " ", ""])
    gap = rng.choice(["\n\n", "\n\n", "\n"])
    return Style(
        wrap=wrap,
        columns=rng.choice([26, 30, 36, 40, 44]),
        gap=gap,
        indent="\u3000\u3000" if gap == "\n" and wrap.endswith("\n") and rng.random() < 0.5 else "",
        hanging=rng.random() < 0.5,
        column_breaks=0.0 if gap == "\n" else rng.choice([0.0, 0.3, 0.6]),
        half_width=float(rng.random() < 0.5),
        headline_factor=rng.choice([1, 2, 2, 2, 3, 4]),
        bullets=rng.choice([0.0, 0.2]),
        codes=rng.random() < 0.7,
        padding=wrap.endswith("\n") and rng.random() < 0.3,
    )


def odd_style(rng: random.Random) -> Style:
    """Return a style like `any_style`, but with rarer damages.

    These are other widths and line ends, bullets of all kinds, partly half-width marks, figures printed once in doubled
    headlines, codes after a bare word, and invisible characters.
    """
    wrap = rng.choice(["\n", "\n", "  \n", "\u3000\n", " ", ""])
    gap = rng.choice(["\n\n", "\n\n", "\n"])
    return Style(
        wrap=wrap,
        columns=rng.choice([20, 22, 24, 28, 32, 34, 38, 42, 48, 52, 60, 70]),
        gap=gap,
        indent=rng.choice(["\u3000\u3000", "    "]) if gap == "\n" and rng.random() < 0.6 else "",
        hanging=rng.random() < 0.5,
        column_breaks=0.0 if gap == "\n" else rng.choice([0.0, 0.4]),
        half_width=rng.choice([0.0, 0.3, 1.0]),
        headline_factor=rng.choice([1, 2, 2, 3, 4]),
        letters_once=rng.random() < 0.4,
        bullets=rng.choice([0.0, 0.3]),
        bullet=rng.choice(["● ", "■", "◆", "* ", "· ", "\uf06c", "\ufffd" * 5]),
        codes=rng.random() < 0.7,
        bare_codes=rng.random() < 0.2,
        padding=rng.random() < 0.25,
        invisible=rng.choice([0.0, 0.0, 0.02]),
        mixed_ends=rng.random() < 0.3,
    )


def columns(text: str) -> int:
    """Return the printed width of `text`."""
    return sum(1 if char < "\u0100" else 2 for char in text)


def wrapped(text: str, width: int, hanging: bool) -> list[str]:
    """Wrap `text` at `width` columns.

    `hanging` keeps closing marks at the end of the previous line.
    """
    lines, line = [], ""
    for token in re.findall(r"[A-Za-z0-9.%]+|.", text):
        if line and columns(line + token) > width and not (hanging and token in NOT_FIRST):
            lines.append(line)
            line = ""
        line += token
    return [*lines, line]


def doubled(text: str, factor: int, letters_once: bool = False) -> str:
    """Repeat every character `factor` times, but not spaces.

    With `letters_once`, figures and Latin letters aren't repeated either.
    """
    once = re.compile("[ 0-9A-Za-z]" if letters_once else " ")
    return "".join(char if once.match(char) else char * factor for char in text)


def damaged(articles: Sequence[tuple[str, Sequence[str]]], style: Style, rng: random.Random) -> tuple[str, list[str]]:
    """Return a damaged page of `articles` and the lines of a perfect cleaning.

    An article is its headline and its paragraphs.
    """
    parts, expected = [], []
    for headline, paragraphs in articles:
        parts += (doubled(headline, style.headline_factor, style.letters_once), "\n\n")
        expected.append(headline)
        for i, paragraph in enumerate(paragraphs):
            last = i == len(paragraphs) - 1
            text = re.sub("[。！？”）]+$", "", paragraph) if style.bare_codes and last else paragraph
            text += rng.choice(["②", "③5", "⑤5", "②13"]) if style.codes and last else ""
            bullet = style.bullet if rng.random() < style.bullets else ""
            expected.append(SHOWN.get(bullet, bullet) + text)
            parts += (printed(text, style, rng, bullet), "\n\n" if last else style.gap)
    raw = "".join(parts)
    return re.sub("\n", lambda _: rng.choice(["\n", "\r\n"]), raw) if style.mixed_ends else raw, expected


def printed(paragraph: str, style: Style, rng: random.Random, bullet: str = "") -> str:
    """Return a paragraph as extracted from a page in this style."""
    text = "".join(c.translate(HALF_WIDTH) if rng.random() < style.half_width else c for c in paragraph)
    text = "".join(c + rng.choice("\xad\u200b") if rng.random() < style.invisible else c for c in text)
    if style.padding:
        text = re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)", " ", text)
        text = re.sub(r"(?<=[，；])", lambda _: rng.choice(["", " "]), text)
    if not style.wrap:
        lines = wrapped(text, rng.randrange(60, 400), hanging=True)
        breaks = [rng.random() < style.column_breaks for _ in lines]
        return (
            bullet
            + "".join(line + ("\n\n" if end else "") for line, end in zip(lines[:-1], breaks, strict=False))
            + lines[-1]
        )
    lines = wrapped(style.indent + text, style.columns, style.hanging)
    lines[0] = style.indent + bullet + lines[0][len(style.indent) :]
    foot = rng.randrange(len(lines) - 1) if len(lines) > 1 and rng.random() < style.column_breaks else -1
    ends = ["\n\n" if i == foot else style.wrap for i in range(len(lines) - 1)] + [""]
    return "".join(line + end for line, end in zip(lines, ends, strict=True))


def articles_of(record: Mapping[str, object]) -> tuple[str, list[str]]:
    """Return the headline and paragraphs of a corpus record."""
    return str(record["title"]), [str(paragraph).strip() for paragraph in record["paragraphs"]]  # type: ignore[attr-defined]


def is_prose(record: Mapping[str, object]) -> bool:
    """Return whether a record is an article of sentences.

    The line ends of tables and lists can't be restored.
    """
    _, paragraphs = articles_of(record)
    return bool(paragraphs) and all(len(p) > 14 and re.search("[。！？…；：”）)]$", p) for p in paragraphs)
