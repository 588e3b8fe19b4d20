"""Join text that was set vertically and extracted as one letter a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.cleaning.apply import Change
from indexer.cleaning.sentence_halves import crosses
from indexer.text.newsprint import HAN

_ONE = rf"[ \t\u3000]*+(?:[{HAN}，。、；：？！（）《》“”‘’「」『』﹁﹂—…·]|[0-9A-Za-z]{{1,4}})[ \t\u3000]*+(?=\n|\Z)"
_COLUMN = re.compile(rf"^{_ONE}(?:\n{_ONE}){{5,}}+|^{_ONE}(?:\n[ \t]*\n{_ONE}){{5,}}+", re.MULTILINE)
_BREAK = re.compile(r"\s*\n\s*")
_MANY = 10
_LETTERS = re.compile(f"[{HAN}]")


def join(text: str) -> Iterator[Change]:
    """Join rows of lines that contain one letter each, if the letters make words.

    >>> texts = "防\\n汛\\n工\\n作\\n要\\n点", "王\\n钱\\n孙\\n李\\n周\\n吴"
    >>> [len([*join(text)]) for text in texts]
    [5, 0]
    """
    if text.count("\n") < 5:
        return
    for column in _COLUMN.finditer(text):
        if _makes_words(column[0].split()):
            for feed in _BREAK.finditer(text, column.start(), column.end()):
                if column.start() < feed.start() and feed.end() < column.end():
                    yield Change(feed.start(), feed.end(), "")


def _makes_words(pieces: list[str]) -> bool:
    """Return whether most letters form words with their neighbours, and few stand there again and again."""
    letters = [piece for piece in pieces if _LETTERS.fullmatch(piece)]
    if len(letters) < len(pieces) / 2 or 3 * len(set(letters[:60])) < len(letters[:60]):
        return False
    in_words = 0
    for place, piece in enumerate(pieces):
        before, after = "".join(pieces[max(place - 2, 0) : place]), "".join(pieces[place + 1 : place + 3])
        in_words += bool(_LETTERS.fullmatch(piece)) and (crosses(before, piece) or crosses(piece, after))
    certain = len(letters) < len(pieces) or len(letters) >= _MANY
    return (2 if certain else 1.5) * in_words >= len(letters)
