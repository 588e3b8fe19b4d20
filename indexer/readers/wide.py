"""Decode UTF-16 and UTF-32, with and without a byte order mark.

The Unicode Standard, section 3.10: a mark at the beginning names the order of the bytes. Without one, the text itself
tells: Chinese print, read in another way, is not Chinese.
"""

from __future__ import annotations

import re

from indexer.readers import resync
from indexer.text.newsprint import LOST

MARKS = {
    b"\xff\xfe\0\0": "utf-32-le",  # before the mark of UTF-16, with which it begins
    b"\0\0\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
"""Maps a byte order mark to the codec of the bytes after it."""

_NULS = re.compile("\0+")
_KNOWN = 0.8
_SAMPLE = 1_000
"""The characters at the beginning that a text without a mark is judged by."""


def marked(data: bytes) -> tuple[bytes, str] | None:
    """Return the byte order mark of a text and the codec that it stands for, or None.

    >>> marked("报".encode("utf-32")), marked("报".encode())
    ((b'\\xff\\xfe\\x00\\x00', 'utf-32-le'), None)
    """
    for mark, codec in MARKS.items():
        if data.startswith(mark) and (len(mark) == 2 or len(data) % 4 == 0 or is_wide(data[4:], codec)):
            return mark, codec
    return None


def decode(data: bytes, codec: str, before: int = 0) -> tuple[str, tuple[int, ...]]:
    """Return the text, and the byte offset of each place that is no letter; `before` is the length of the mark.

    NUL is no letter either. Each such place is one U+FFFD.

    >>> decode("报纸".encode("utf-16-le") + b"!", "utf-16-le", 2)
    ('报纸\ufffd', (6,))
    """
    damage: tuple[int, ...] = ()
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as problem:
        text = data.decode(codec, "replace")
        damage = (problem.start + before,) * max(text.count(LOST) - data.decode(codec, "ignore").count(LOST), 1)
    if "\0" in text:
        nuls = [before + len(text[: bad.start()].encode(codec, "replace")) for bad in _NULS.finditer(text)]
        text, damage = _NULS.sub(LOST, text), (*damage, *nuls)
    return text, damage


def is_wide(data: bytes, codec: str) -> bool:
    """Return whether bytes without a mark are text in this codec: nearly all of it ASCII or usual Chinese.

    In UTF-32, three bytes of four leave so little to chance that any letters will do.
    """
    if codec.startswith("utf-32"):
        text, damage = decode(data[: 4 * _SAMPLE], codec)
        return not damage and any(map(str.isalnum, text))
    text, damage = decode(data[: 2 * _SAMPLE], codec)
    known = sum(char in "\t\n\r" or " " <= char <= "~" or resync.worth(char) > 0 for char in text)
    return known >= _KNOWN * len(text) and len(damage) * 50 <= len(text) + 49


def without_mark(data: bytes) -> str:
    """Return the codec that bytes are text in as UTF-16 or UTF-32 without a mark, or "".

    Bytes without NUL, as Chinese text in UTF-16 may be, may be text in another encoding too.

    >>> without_mark("报纸\\n".encode("utf-16-be")), without_mark("报纸".encode("gbk"))
    ('utf-16-be', '')
    """
    codecs = list(MARKS.values())
    if b"\0" not in data or not _has_four_bytes_a_letter(data):
        codecs = codecs[2:] if b"\0" in data or len(data) % 2 == 0 else []
    fitting = [codec for codec in codecs if is_wide(data, codec)]
    return max(fitting, key=lambda codec: worth(data, codec), default="")


def _has_four_bytes_a_letter(data: bytes) -> bool:
    """Return whether every fourth byte is NUL, at the one end or the other, as in UTF-32."""
    return not any(data[3:_SAMPLE:4]) or not any(data[0:_SAMPLE:4])


def worth(data: bytes, codec: str) -> float:
    """Return how usual the letters of a text are on the average, up to 1; 0 for what is no text in this codec."""
    text, damage = decode(data[: 2 * _SAMPLE], codec)
    return 0.0 if damage or not text else sum(map(resync.worth, text)) / len(text)
