"""Template filters. Only `marks` and `numbered_marks` create HTML from text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from markupsafe import Markup, escape

from indexer.model import SnippetPart
from webui.marking import MarkedLine

_TELEPHONE = r"(?<!\d)(?:0\d{2,3}-\d{7,8}|1\d{10}|[48]00-\d{3,4}-\d{3,4})(?!\d)"
_TELEPHONES = re.compile(_TELEPHONE)
_DIGITS = re.compile(r"\d{3}")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def marks(parts: Iterable[SnippetPart], doubts: Mapping[str, str] = MappingProxyType({})) -> Markup:
    """Return the text as HTML with its hits in `<mark>`.

    Words in `doubts` get their remark behind them. All text is escaped.

    >>> marks([SnippetPart("<b>", False), SnippetPart("工会", True)])
    Markup('&lt;b&gt;<mark>工会</mark>')
    >>> marks([SnippetPart("人库", False)], {"人库": "疑为“入库”"})
    Markup('<span class="doubt">人库<small>〔疑为“入库”〕</small></span>')
    """
    return _marked(parts, doubts, lambda text, _: f"<mark>{text}</mark>")


def numbered_marks(
    line: MarkedLine, total: int, label: Callable[..., str], doubts: Mapping[str, str] = MappingProxyType({})
) -> Markup:
    """Return a line as HTML in which each match is a place to link to, and leads to the next of `total` matches.

    `label` says which of how many a match is.

    >>> numbered_marks(MarkedLine((SnippetPart("工会", True),)), 2, lambda n, all: f"{n}/{all}")
    Markup('<mark id="m1" data-place="1/2"><a href="#m2" title="1/2">工会</a></mark>')
    """

    def hit(text: str, place: int) -> str:
        number = line.first + place
        said = escape(label(n=number, all=total))
        if total > 1:
            text = f'<a href="#m{number % total + 1}" title="{said}">{text}</a>'
        return f'<mark id="m{number}" data-place="{said}">{text}</mark>'

    return _marked(line.parts, doubts, hit)


def _marked(parts: Iterable[SnippetPart], doubts: Mapping[str, str], hit: Callable[[str, int], str]) -> Markup:
    """Return parts as HTML; `hit` makes that of a match, given its HTML and how many matches come before it."""
    doubted = re.compile("|".join([*map(re.escape, doubts), _TELEPHONE])) if doubts else _TELEPHONES
    made, hits = [], 0
    for part in parts:
        # Without doubts and digits there is nothing to look for.
        text = _doubted(part.text, doubted, doubts) if doubts or _DIGITS.search(part.text) else escape(part.text)
        made.append(hit(text, hits) if part.is_hit else text)
        hits += part.is_hit
    return Markup("".join(made))  # noqa: S704 (its pieces are escaped)


def _doubted(text: str, doubted: re.Pattern[str], doubts: Mapping[str, str]) -> str:
    pieces: list[str] = []
    at = 0
    for m in doubted.finditer(text):
        if m[0] in doubts:
            span = f'<span class="doubt">{escape(m[0])}<small>〔{escape(doubts[m[0]])}〕</small></span>'
        else:
            span = f'<span class="whole">{escape(m[0])}</span>'
        pieces += [escape(text[at : m.start()]), span]
        at = m.end()
    return "".join([*pieces, escape(text[at:])])


def plain(parts: Iterable[SnippetPart]) -> str:
    """Return the text of a snippet without its marks."""
    return "".join(part.text for part in parts)


def shorten(text: str, most: int) -> str:
    """Return the text on one line, truncated to `most` characters with an ellipsis.

    >>> shorten("安全  生产工作", 5)
    '安全 生…'
    """
    line = " ".join(text[: most * 4].split())
    return line if len(line) <= most else line[: most - 1] + "…"


def visible(text: str) -> str:
    """Return a text with its spaces and line ends made visible, for what is struck out or put in.

    >>> visible("工 会\\n")
    '工␣会↵'
    """
    return text.replace("\n", "↵").replace(" ", "␣").replace("\u3000", "□")


def utc(seconds: int) -> str:
    """Return a time, in seconds since 1970, as feeds write it.

    >>> utc(60)
    '1970-01-01T00:01:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def xml_text(text: str) -> str:
    """Return the text without the characters that XML does not allow.

    >>> xml_text("a" + chr(0) + "b")
    'ab'
    """
    return _NOT_IN_XML.sub("", text)
