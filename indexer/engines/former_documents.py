"""Reads stored documents of any release, as far as it takes to find their articles again.

Their form is written down here once more, apart from `stored_fields`: that has today's alone.

A document is MessagePack; JSON, with bytes in Base64, where the name of its file is not UTF-8. Either way it is nested
arrays::

    document   [brief, others]  others is MessagePack in bytes
    brief      [article, paper, paper title, page, source]
    article    [id, kind, kicker, headline, some others, [end of passages, end], lines]  lines is UTF-16 in bytes
    others     [some others, [[spans, flags, page] of each paragraph], [the same of each caption], lengths of passages]

The first characters of `lines`, as many as `end of passages`, are the passages, joined by line breaks. Their lengths
are given only where a passage has a line break itself. How many others stand before the end of passages and before the
marks of passages differs from format to format.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import msgspec

from indexer.model import FormerArticle

_JSON = b"["
"""The first byte of JSON. MessagePack of an array begins with another."""


def article_of(stored: bytes) -> FormerArticle:
    """The article in a stored document of any release.

    Raises ValueError, TypeError, IndexError or MsgspecError where it is none.
    """
    brief, others, lines = _fields(stored)
    article, _, _, _, source = brief
    article_id, headline, (end, _) = article[0], article[3], article[-2]
    *_, paragraphs, captions, lengths = others
    text = lines.decode("utf-16-le", "surrogatepass")[:end]
    # No passage and an empty one have the same text.
    passages = _parts(text, lengths)[: len(paragraphs) + len(captions)]
    return FormerArticle(article_id, source, (headline, *passages))


def _fields(stored: bytes) -> tuple[list[Any], list[Any], bytes]:
    """The brief form of a document, what else it has, and its lines."""
    if stored.startswith(_JSON):
        brief, others = json.loads(stored)
        others, lines = b64decode(others), b64decode(brief[0][-1])
    else:
        brief, others = msgspec.msgpack.decode(stored)
        lines = brief[0][-1]
    return brief, msgspec.msgpack.decode(others), lines


def _parts(text: str, lengths: Sequence[int]) -> list[str]:
    """The passages of a text, by their lengths where these are given, else line by line."""
    ends = accumulate([length + 1 for length in lengths])
    return [text[end - length - 1 : end - 1] for end, length in zip(ends, lengths, strict=True)] or text.split("\n")
