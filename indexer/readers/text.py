"""Read plain text and Markdown: the unchanged text and the claims of its folio."""

from __future__ import annotations

import re

from indexer.model import Evidence, RawPage
from indexer.readers.decoding import decode
from indexer.readers.escapes import unescaped
from indexer.readers.folio import claims_at_the_edges
from indexer.readers.markdown import printed

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?:[^\n]*\n)*?---[ \t]*(?:\r?\n|\Z)")
_SETTING = re.compile(r"(date|page|section)[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t\r]*", re.IGNORECASE)
_MOST_FRONT_MATTER = 40


def read_text(data: bytes, source: str) -> RawPage:
    """Read a page of plain text.

    Raises PageError if the bytes are not text.

    >>> read_text("云陂日报 2019年3月8日 星期五 第03版\\n\\n打通断头路".encode(), "demo/1.txt").claims[0].value
    '2019-03-08'
    """
    decoded = decode(data, source)
    text = unescaped(decoded.text)
    return RawPage(source, text, claims=(*claims_at_the_edges(text), *decoded.claims()))


def read_markdown(data: bytes, source: str) -> RawPage:
    """Read a page in Markdown.

    Front matter is not part of the page: its settings become claims. It is replaced with spaces, not removed, so that
    offsets in the text are offsets in the decoded file.

    Raises PageError if the bytes are not text.
    """
    decoded = decode(data, source)
    text, claims = decoded.text, tuple(decoded.claims())
    match = _FRONT_MATTER.match(text)
    if match and match.group().count("\n") <= _MOST_FRONT_MATTER and ":" in match.group():
        claims += _front_matter_claims(match.group())
        text = re.sub(r"[^\r\n]", " ", match.group()) + text[match.end() :]
    text = printed(text)
    return RawPage(source, text, claims=claims_at_the_edges(text) + claims)


def _front_matter_claims(block: str) -> tuple[Evidence, ...]:
    claims = []
    for line in block.splitlines():
        match = _SETTING.fullmatch(line)
        if match and match[2]:
            claims.append(Evidence(match[1].lower(), match[2], "front matter", line.strip()))
    return tuple(claims)
