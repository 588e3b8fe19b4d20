"""Decode the bytes of a file to text.

Nothing is lost silently. A file that can't be read is rejected with advice on what to do.
"""

from __future__ import annotations

import stat
from pathlib import Path

from indexer.errors import PageError

SIZE_LIMIT = 20 * 1024 * 1024
"""The largest file size in bytes.

A newspaper page has some 20 kB of text; a larger file is a dump or a mistake.
"""

_BINARY_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"\x1f\x8b",
)
_CONTROLS = bytes(frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1a\x1b"))


def load(path: Path, source: str) -> bytes:
    """Return the bytes of a page file.

    Raises PageError if the file is missing, not readable, too large or empty.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PageError(source, "this is not a file; move it out of the archive")
        if status.st_size > SIZE_LIMIT:
            size, limit = status.st_size // 2**20, SIZE_LIMIT // 2**20
            raise PageError(
                source, f"{size} MB is more than a page can be (at most {limit} MB); split it into its pages"
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise PageError(source, "there is no such file (any more); look for it, then index again") from None
    except PermissionError:
        raise PageError(source, "no permission to read it; give it with `chmod a+r`, then index again") from None
    except OSError as problem:
        raise PageError(source, f"it can't be read ({problem.strerror}); copy it again from the original") from None
    if not data.strip(b" \t\r\n\x00"):
        raise PageError(source, "the file is empty; copy it again from the original, or delete it")
    return data


def decode(data: bytes, source: str) -> tuple[str, str]:
    """Return the text of a file and the name of its Python codec.

    The codec is UTF-8, UTF-16 if there is a byte order mark, or else GB18030. The byte order mark is not part of the
    text.

    Raises PageError if the bytes are not text, or are truncated or damaged.

    >>> decode("报".encode("gbk"), "demo/1.txt"), decode(b"\\xef\\xbb\\xbf" + "报".encode(), "demo/1.txt")
    (('报', 'gb18030'), ('报', 'utf-8-sig'))
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text, codec = _decode_utf16(data, source), "utf-16"
    else:
        _refuse_binary(data, source)
        codec = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
        try:
            text = data.decode(codec)
        except UnicodeDecodeError as problem:
            _refuse_damaged_utf8(data, problem, source)
            text, codec = _decode_gb18030(data, source), "gb18030"
    if not text.strip():
        raise PageError(source, "the file holds nothing but white space; copy it again from the original, or delete it")
    return text, codec


def _refuse_binary(data: bytes, source: str) -> None:
    """Reject binary data.

    Text does not contain NUL, and rarely control characters. Both are common in other data.

    Raises PageError for binary data.
    """
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if data.startswith(_BINARY_MAGIC) or b"\0" in data or controls * 100 > len(data):
        raise PageError(
            source, "this is not text but binary data, or damaged; export the page as UTF-8 text, or delete the file"
        )


def _decode_utf16(data: bytes, source: str) -> str:
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError:
        raise PageError(source, "its UTF-16 text is cut off or damaged; copy it again from the original") from None
    if "\0" in text:
        raise PageError(source, "this is not text but binary data; export the page as UTF-8 text, or delete the file")
    return text


def _refuse_damaged_utf8(data: bytes, problem: UnicodeDecodeError, source: str) -> None:
    """Reject truncated or damaged UTF-8, which GB18030 would decode to wrong characters.

    Raises PageError for such data; other encodings pass.
    """
    if problem.reason == "unexpected end of data" and any(byte > 127 for byte in data[3 : problem.start]):
        raise PageError(source, "it ends inside a character, so it is cut off; copy it again from the original")
    text = data.decode("utf-8", errors="replace")
    lost = text.count("\ufffd")
    if lost * 10 < sum(char > "\x7f" for char in text):
        line = data.count(b"\n", 0, problem.start) + 1
        raise PageError(source, f"its UTF-8 text is damaged in line {line}; copy it again from the original")


def _decode_gb18030(data: bytes, source: str) -> str:
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as problem:
        if problem.reason == "incomplete multibyte sequence":
            raise PageError(
                source, "it ends inside a character, so it is cut off; copy it again from the original"
            ) from None
        line = data.count(b"\n", 0, problem.start) + 1
        raise PageError(
            source, f"line {line} is neither UTF-8 nor GB18030; find out its encoding and save the file as UTF-8"
        ) from None
