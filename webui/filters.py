"""Template filters. `marks` is the only place on the site that makes HTML from text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from indexer.model import SnippetPart

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def marks(parts: Iterable[SnippetPart]) -> Markup:
    """Return the text with its hits in `<mark>`, everything else escaped.

    >>> marks([SnippetPart("<b>", False), SnippetPart("工会", True)])
    Markup('&lt;b&gt;<mark>工会</mark>')
    """
    pieces = (Markup("<mark>{}</mark>").format(part.text) if part.is_hit else escape(part.text) for part in parts)
    return Markup("").join(pieces)


def plain(parts: Iterable[SnippetPart]) -> str:
    """Return the text of a snippet without its marks."""
    return "".join(part.text for part in parts)


def shorten(text: str, most: int) -> str:
    """Return the text on one line, cut to `most` characters with an ellipsis.

    >>> shorten("安全  生产工作", 5)
    '安全 生…'
    """
    line = " ".join(text[: most * 4].split())
    return line if len(line) <= most else line[: most - 1] + "…"


def xml_text(text: str) -> str:
    """Return the text without the characters that XML can't hold.

    >>> xml_text("a" + chr(0) + "b")
    'ab'
    """
    return _NOT_IN_XML.sub("", text)
