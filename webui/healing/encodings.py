"""Read the bytes of a link as text: UTF-8, an older Chinese encoding, or either of them encoded more than once.

A link is ASCII when it is made. On its way, its bytes may be encoded again (`%25E6`), written as `%u62A4` by old
scripts, encoded in the GBK or Big5 of a machine, taken for Latin-1, or cut within a character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, unquote_to_bytes

from indexer.text.folding import fold
from indexer.text.tokenizer import is_in_dictionary, query_words

ROUNDS = 4
"""The most times that a link is taken to be encoded."""

_COMMON_AT_LEAST = 1 / 2
_SAMPLED = 60
"""The number of characters by which an encoding is judged."""
_OLDER = ("gb18030", "big5hkscs")
_UNIT = re.compile(rb"(?:%u[0-9A-Fa-f]{4})+")
_TORN_ESCAPE = re.compile(rb"%(?:[0-9A-Fa-f]|u[0-9A-Fa-f]{0,3})?$")
_STRAY_PERCENT = re.compile(rb"(?<!%[0-9A-Fa-f])[0-9]%$")
_ESCAPED_LETTER = re.compile(r"%(?:25)*(?:[89A-Fa-f][0-9A-Fa-f]|u[0-9A-Fa-f]{4})")
_ESCAPED_SIGN = re.compile(r"%(?:25)*(?:2[0-9A-Fa-f]|3[A-Fa-f]|40|5[B-Eb-e]|7[B-Db-d])")
_ENTITY = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9A-Fa-f]{1,6}));")
_WINDOWS = {ord(bytes([code]).decode("cp1252", "replace")): code for code in range(0x80, 0xA0)}


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text read from bytes; `is_torn` says whether bytes were left out because they are no character."""

    text: str
    is_torn: bool = False


def read_escaped(escaped: bytes) -> ReadText:
    """Return the text of a percent-encoded value, which may be encoded up to `ROUNDS` times.

    >>> [read_escaped(made).text for made in (b"%E6%8A%A4", b"%25E6%258A%25A4", b"%u62A4", b"%BB%A4%D3%E6")]
    ['护', '护', '护', '护渔']
    >>> read_escaped(b"%E6%8A%A4%E6%B8"), read_escaped(b"5%25")
    (ReadText(text='护', is_torn=True), ReadText(text='5%', is_torn=False))
    """
    read = _read_once(escaped)
    is_torn = read.is_torn
    for _ in range(ROUNDS - 1):
        again = _read_again(read.text)
        if again is None:
            break
        read, is_torn = again, is_torn or again.is_torn
    return ReadText(_ENTITY.sub(_character, read.text), is_torn)


def read_bytes(raw: bytes) -> ReadText:
    """Return the text of bytes in UTF-8, GBK or Big5, whichever gives a Chinese text.

    >>> read_bytes("護漁隊".encode("big5")).text, read_bytes("护渔队".encode("gbk")).text, read_bytes(b"ok").text
    ('護漁隊', '护渔队', 'ok')
    """
    try:
        text = _from_latin(raw.decode())
        return _without_replacements(_as_gbk_words(text) or text)
    except UnicodeDecodeError as problem:
        is_cut = problem.reason == "unexpected end of data"
        if is_cut and not raw[: problem.start].isascii():
            return _without_replacements(raw[: problem.start].decode(), is_torn=True)
    older = _in_older_encoding(raw)
    if older is None and not is_cut:
        older = _in_older_encoding(raw[:-1])
        return ReadText(older or raw.decode(errors="ignore"), is_torn=True)
    return ReadText(raw.decode(errors="ignore"), is_torn=True) if older is None else ReadText(older)


def _read_once(escaped: bytes) -> ReadText:
    escaped = _UNIT.sub(_as_utf8, escaped)
    whole = escaped if _STRAY_PERCENT.search(escaped) else _TORN_ESCAPE.sub(b"", escaped)
    read = read_bytes(unquote_to_bytes(whole))
    return ReadText(read.text, read.is_torn or whole != escaped)


def _as_utf8(units: re.Match[bytes]) -> bytes:
    text = bytes.fromhex(units[0].replace(b"%u", b"").decode()).decode("utf-16-be", "replace")
    return quote(text, safe="").encode()


def _read_again(text: str) -> ReadText | None:
    """Return the text of a text that is encoded once more, or None if that is in doubt.

    A sign alone is no proof where a number may stand before it, as in `20%30%`, nor is one letter: `5%ABC`.
    """
    letters = len(_ESCAPED_LETTER.findall(text))
    if letters:
        read = _read_once(text.encode())
        is_older = not _is_utf8(unquote_to_bytes(text)) and not read.is_torn
        if is_older and (letters == 1 or not text.isascii()):
            return None
        return read if not read.is_torn or _letters_beyond_ascii(read.text) > _letters_beyond_ascii(text) else None
    is_of_signs = 0 < text.count("%") == len(_ESCAPED_SIGN.findall(text)) and not re.search(r"\d%", text)
    return _read_once(text.encode()) if is_of_signs else None


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _letters_beyond_ascii(text: str) -> int:
    return sum(not letter.isascii() for letter in text)


def _character(entity: re.Match[str]) -> str:
    code = int(entity[1]) if entity[1] else int(entity[2], 16)
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""


def _from_latin(text: str) -> str:
    """Return the text whose UTF-8 was read as Latin-1 or its Windows relative, or the text itself."""
    narrow = text.translate(_WINDOWS)
    if narrow.isascii() or max(narrow) > "\xff":
        return text
    try:
        return narrow.encode("latin-1").decode()
    except UnicodeDecodeError:
        return text


def _as_gbk_words(text: str) -> str | None:
    """Return the Chinese words whose GBK happens to be UTF-8 too, such as 深圳, or None.

    Only letters of two bytes in UTF-8 are doubtful, and no newspaper is asked for them alone.
    """
    if (
        text.isascii()
        or len(text) > _SAMPLED
        or not all("\x80" <= letter <= "\u07ff" or letter == " " for letter in text)
    ):
        return None
    older = _decoded(text.encode(), "gb18030")
    return older if older and _share_of_common(older, "gb18030") and _share_of_words(older) == 1 else None


def _without_replacements(text: str, *, is_torn: bool = False) -> ReadText:
    """Leave out the signs that another program put for what it could not read."""
    kept = text.replace("\ufffd", "")
    return ReadText(kept, is_torn or kept != text)


def _in_older_encoding(raw: bytes) -> str | None:
    """Return the more likely of the texts in GBK and Big5, or None if neither is likely."""
    texts = [(text, encoding) for encoding in _OLDER if (text := _decoded(raw, encoding))]
    likely = [
        (share + _share_of_words(text), text)
        for text, encoding in texts
        if (share := _share_of_common(text, encoding)) >= _COMMON_AT_LEAST
    ]
    return max(likely, key=lambda scored: scored[0])[1] if likely else None


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _share_of_common(text: str, encoding: str) -> float:
    """Return the share of letters beyond ASCII that are common ones of an encoding, 0 to 1."""
    letters = [letter for letter in text[:_SAMPLED] if not letter.isascii()]
    return sum(letter in _common(encoding) for letter in letters) / max(len(letters), 1)


def _share_of_words(text: str) -> float:
    """Return the share of letters that stand in words of the dictionary, 0 to 1."""
    folded = fold(text[:_SAMPLED])
    found = (word for word in query_words(folded) if len(word) > 1 and is_in_dictionary(word))
    return sum(len(word) * folded.count(word) for word in found) / max(len(folded), 1)


@cache
def _common(encoding: str) -> frozenset[str]:
    """Return the letters of the first level of an encoding, and its marks."""
    leads = range(0xA1, 0xD8) if encoding == "gb18030" else range(0xA1, 0xC7)
    skipped = range(0xA4, 0xB0) if encoding == "gb18030" else range(0)
    pairs = (bytes((lead, trail)) for lead in leads if lead not in skipped for trail in range(0x40, 0xFF))
    within = "gb2312" if encoding == "gb18030" else "big5"
    return frozenset("".join(pair.decode(within, "ignore") for pair in pairs if pair[1] > 0x7F or within == "big5"))
