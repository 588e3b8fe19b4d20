"""Undo escapes of HTML that stand in a text as letters: `&ldquo;`, `&#8220;`, and tags such as `&lt;br&gt;`."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

_REFERENCE = re.compile(r"&(?:amp;)*(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_AGAIN = re.compile(r"&(?:amp;)+(?=(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|([A-Za-z][A-Za-z0-9]{1,30}));)")
_TAG = re.compile(
    r"&(?:amp;)*lt;(/?(?:p|br|div|span|strong|font|img|table|tbody|tr|td)\b[^<>]{0,300}?)&(?:amp;)*gt;", re.IGNORECASE
)


def unescaped(text: str) -> str:
    """Return a text with its references to characters replaced, however often they were escaped.

    >>> unescaped("&ldquo;R&amp;D&rdquo;&amp;mdash;&#20013; A&B; x&lt;5")
    '“R&D”—中 A&B; x<5'
    """
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] != "#" and f"{name};" not in html5:
        return match.group()
    return unescape(f"&{name};")


def escaped_once(html: str) -> str:
    """Return HTML in which what was escaped twice or more is escaped once, and escaped tags are tags.

    >>> escaped_once("&amp;ldquo;R&amp;D&amp;rdquo; &amp;lt;5 &lt;br /&gt;&lt;五十&gt;")
    '&ldquo;R&amp;D&rdquo; &lt;5 <br />&lt;五十&gt;'
    """
    if "&" not in html:
        return html
    html = _TAG.sub(lambda match: f"<{unescape(unescape(match[1]))}>", html)
    return _AGAIN.sub(lambda match: "&" if match[1] is None or f"{match[1]};" in html5 else match.group(), html)
