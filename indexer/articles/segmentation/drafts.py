"""Articles in the making, while a page is being divided."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from indexer.articles.page_lines import bylines
from indexer.articles.page_lines.source_map import Line
from indexer.articles.segmentation.jump_lines import RUNS_ON
from indexer.text.newsprint import END_CODE

LONGEST_CODE = 8
"""An editor's code, with what may stand around it."""

_END_CODE = re.compile(rf"(?<!图){END_CODE.pattern}\s*$")

_CLOSING = ("）", ")", "】")
_ENDS = re.compile(rf"[（(](?:完|未完待续)[)）]$|^{RUNS_ON.pattern}$")


@dataclass(slots=True)
class Draft:
    """The lines of one article, sorted by kind. Inner headings are in both `body` and `inner`.

    `signed` means that its text has named its author, `ended` that the article seems complete: with an editor's code,
    or with its last line.
    """

    section: str = ""
    head: list[Line] = field(default_factory=list)
    bylines: list[Line] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)
    inner: list[Line] = field(default_factory=list)
    captions: list[Line] = field(default_factory=list)
    codes: list[Line] = field(default_factory=list)
    signed: bool = False
    ended: bool = False

    def add_body(self, line: Line) -> None:
        """Add a line of text. An editor's code at its end goes to `codes`."""
        code = end_code(line.text)
        if code:
            self.codes.append(cut(line, code.start(), len(line.text)))
            line = cut(line, 0, code.start())
        self.signed |= bylines.opens_news(line.text)
        self.ended = bool(self.codes or bylines.at_end(line.text) or _is_marked_end(line.text))
        if line.text:
            (self.bylines if bylines.is_credit(line.text) else self.body).append(line)


def _is_marked_end(text: str) -> bool:
    return text.endswith(_CLOSING) and bool(_ENDS.search(text))


@dataclass(frozen=True, slots=True)
class Groups:
    """A page's articles, and the lines that belong to none."""

    drafts: tuple[Draft, ...]
    furniture: tuple[Line, ...]


def end_code(text: str) -> re.Match[str] | None:
    """Find the editor's code that closes an article.

    >>> bool(end_code("大会召开。③5")), bool(end_code("见图①"))
    (True, False)
    """
    return _END_CODE.search(text, max(len(text) - LONGEST_CODE, 0))


def cut(line: Line, start: int, end: int) -> Line:
    """Return a part of a line, without the blanks around it."""
    if start == 0 and end == len(line.text):
        return line
    text = line.text[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    return replace(
        line, text=text, start=line.start + start, end=line.start + start + len(text), gap=line.gap if start == 0 else 0
    )
