"""Measure lines of a page: their length, whether they are prose, and copies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from indexer.readers.html.markup import MarkupLine
from indexer.text.newsprint import STOPS

LEAST_BLOCK, LEAST_UNDER_HEADING = 20, 8
"""The fewest letters of a block of article text that is unmarked, or has only a heading."""

SENTENCE_END = re.compile(rf"[{STOPS}]")
_LETTER = re.compile(r"[\u3400-\u9fff]|[^\W_]")
_CUT_SHORT = re.compile(r"(?:…|\.{3}).{0,8}$")
"""The end of a summary that repeats the beginning of an article: …, ……[详细]."""


def letters(lines: Iterable[MarkupLine]) -> int:
    """Return the number of letters and digits."""
    return sum(len(_LETTER.findall(line.text)) for line in lines)


def is_running_text(lines: Sequence[MarkupLine], least: int) -> bool:
    """Return whether there are `least` letters or more and a sentence outside headings."""
    return letters(lines) >= least and any(SENTENCE_END.search(line.text) for line in lines if not line.level)


def squeezed(text: str) -> str:
    """Return the text without white space.

    >>> squeezed(" 工 会\\u3000")
    '工会'
    """
    return "".join(text.split())


@dataclass(frozen=True, slots=True)
class Copied:
    """Lines that were already found, used to detect copies of them."""

    lines: tuple[str, ...]
    text: str = field(init=False)
    long: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "".join(self.lines))
        object.__setattr__(self, "long", tuple(line for line in self.lines if len(line) >= LEAST_BLOCK))

    @classmethod
    def of(cls, lines: Iterable[MarkupLine]) -> Copied:
        """Return an instance for these lines."""
        return cls(tuple(squeezed(line.text) for line in lines))

    def says(self, lines: Sequence[MarkupLine]) -> bool:
        """Return whether the text of `lines` is all contained here.

        Short pieces beside running text are ignored, because copies have their own titles and buttons.
        """
        pieces = [_CUT_SHORT.sub("", squeezed(line.text)) for line in lines]
        news = [self._without_long(piece) for piece in pieces if piece not in self.text]
        if not any(news):
            return True
        is_prose = sum(map(len, pieces)) - sum(map(len, news)) >= LEAST_BLOCK
        return is_prose and not any(len(piece) >= LEAST_UNDER_HEADING and SENTENCE_END.search(piece) for piece in news)

    def _without_long(self, piece: str) -> str:
        for line in self.long if len(piece) >= LEAST_BLOCK else ():
            piece = piece.replace(line, "")
        return piece

    def fingerprints(self) -> Iterator[str]:
        """Yield lines and sentences; of two copies, one shares at least one with the other."""
        yield from filter(None, self.lines)
        yield from filter(None, SENTENCE_END.split(self.text))
