"""What lines of a page say: how much, whether it reads like an article's text, and whether other lines say it too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from indexer.readers.markup import Line

LEAST_BLOCK, LEAST_UNDER_HEADING = 20, 8
"""Letters from which a block may be part of an article's text when nothing marks it, or only a heading does."""

SENTENCE_END = re.compile(r"[。！？]")
_LETTER = re.compile(r"[\u3400-\u9fff]|[^\W_]")
_CUT_SHORT = re.compile(r"(?:…|\.{3}).{0,8}$")
"""The end of a summary that repeats an article's beginning: …, ……[详细]."""


def letters(lines: Iterable[Line]) -> int:
    """How many letters and digits there are."""
    return sum(len(_LETTER.findall(line.text)) for line in lines)


def is_running_text(lines: Sequence[Line], least: int) -> bool:
    """Whether the lines have at least so many letters, and a sentence outside headings."""
    return letters(lines) >= least and any(SENTENCE_END.search(line.text) for line in lines if not line.level)


def squeezed(text: str) -> str:
    """The text without white space.

    >>> squeezed(" 工 会\\u3000")
    '工会'
    """
    return "".join(text.split())


@dataclass(frozen=True, slots=True)
class Copied:
    """Lines that were found already, to tell copies of them by."""

    lines: tuple[str, ...]
    text: str = field(init=False)
    long: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "".join(self.lines))
        object.__setattr__(self, "long", tuple(line for line in self.lines if len(line) >= LEAST_BLOCK))

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Copied:
        """What these lines say."""
        return cls(tuple(squeezed(line.text) for line in lines))

    def says(self, lines: Sequence[Line]) -> bool:
        """Whether all that the lines say is said here too.

        Where running text is, short pieces beside it are not counted: copies have titles and buttons of their own.
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
        """Lines and sentences: of two copies, one has one of the other's."""
        yield from filter(None, self.lines)
        yield from filter(None, SENTENCE_END.split(self.text))
