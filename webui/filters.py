"""Template filters. Only `marks` creates HTML from text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from markupsafe import Markup, escape

from indexer.model import SnippetPart

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def marks(parts: Iterable[SnippetPart], doubts: Mapping[str, str] = MappingProxyType({})) -> Markup:
    """Return the text as HTML with its hits in `<mark>`.

    Words in `doubts` get their remark as a title. All text is escaped.

    >>> marks([SnippetPart("<b>", False), SnippetPart("工会", True)])
    Markup('&lt;b&gt;<mark>工会</mark>')
    >>> marks([SnippetPart("人库", False)], {"人库": "疑为“入库”"})
    Markup('<span class="doubt" title="疑为“入库”">人库</span>')
    """
    doubted = re.compile("|".join(map(re.escape, doubts)) or "(?!)")
    return Markup("").join(
        Markup("<mark>{}</mark>").format(_doubted(part.text, doubted, doubts))
        if part.is_hit
        else _doubted(part.text, doubted, doubts)
        for part in parts
    )


def _doubted(text: str, doubted: re.Pattern[str], doubts: Mapping[str, str]) -> Markup:
    pieces, at = [], 0
    for m in doubted.finditer(text):
        span = Markup('<span class="doubt" title="{}">{}</span>').format(doubts[m[0]], m[0])
        pieces += [escape(text[at : m.start()]), span]
        at = m.end()
    return Markup("").join([*pieces, escape(text[at:])])


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
