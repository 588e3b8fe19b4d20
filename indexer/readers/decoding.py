"""Decode the bytes of a file to text.

The bytes decide the encoding, then what the file declares. Bytes that are no letter become U+FFFD and are named with
their offset; all others are read. A file that can't be read is rejected with advice on what to do.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from indexer.errors import PageError
from indexer.model import Evidence
from indexer.readers import resync, wide
from indexer.text.newsprint import LOST

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


def load(path: Path, source: str, limit: int = SIZE_LIMIT) -> bytes:
    """Return the bytes of a page file, which may have `limit` bytes.

    Raises PageError if the file is missing, not readable, too large or empty.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PageError(source, "this is not a file; move it out of the archive")
        if status.st_size > limit:
            size, most, of = status.st_size // 2**20, limit // 2**20, "a page" if limit == SIZE_LIMIT else "such a file"
            raise PageError(source, f"{size} MB is more than {of} can be (at most {most} MB); split it into its pages")
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


_CHINESE = {
    **dict.fromkeys(("gb2312", "gb_2312-80", "x-gbk", "gbk", "cp936", "gb18030"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cn-big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("hz-gb-2312", "hz"), "hz"),
}
"""The codecs of the Chinese encodings that a page may declare."""

_MOST_DAMAGE = 0.2
"""The largest part of the letters beyond ASCII that may be damaged. With more, the encoding is unknown."""

_DECLARED_BONUS = 0.1
_CERTAIN, _HALF_CERTAIN, _SAMPLE = 0.5, 0.25, 2_000
_BEYOND_CHANCE = 0.75
"""The quality of a text that needs no comparison, and the number of letters that it is judged by."""

_HZ = re.compile(rb"~\{(?:[!-~]{2})+~\}")
_BAD_UTF8 = re.compile("[\udc80-\udcff\0]+")
_NULS = re.compile("\0+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, the name of its Python codec, and the byte offsets where it is damaged.

    The byte order mark is not part of the text. Each run of bytes that are no letter is one U+FFFD. `how` says by what
    the codec is known: a `mark`, the `bytes` (nothing but UTF-8 is so regular), what is `declared`, or the `likelihood`
    of the letters; `declared` is what the file declares, which may be wrong.
    """

    text: str
    codec: str
    damage: tuple[int, ...] = ()
    how: str = field(default="bytes", compare=False)
    declared: str = field(default="", compare=False)

    def claims(self) -> Iterator[Evidence]:
        """Yield the encoding, and what is to be said about bytes that could not be read.

        UTF-8 that nothing is declared about is what all text is, and no claim.

        >>> [(claim.about, claim.value) for claim in decode("工会".encode() * 9 + b"\\xff", "demo/1.txt").claims()]
        [('bad bytes', 'byte 54 is no letter in utf-8')]
        """
        if self.declared or self.how != "bytes":
            yield Evidence("encoding", self.codec.removesuffix("-sig"), self.how, self.declared)
        if self.damage:
            many = f" (and {len(self.damage) - 1} more places)" if len(self.damage) > 1 else ""
            place = self.text.find(LOST)
            around = self.text[max(place - 8, 0) : place + 9]
            says = f"byte {self.damage[0]}{many} is no letter in {self.codec.removesuffix('-sig')}"
            yield Evidence("bad bytes", says, "bytes", " ".join(around.split()))


def decode(data: bytes, source: str, declared: str = "") -> Decoded:
    """Decode the bytes of a file.

    The codec is UTF-8, UTF-16 or UTF-32 if the bytes are that, else the one of GB18030 and Big5 (with the letters of
    Hong Kong, HKSCS) that gives better Chinese. `declared` is the encoding that the file names; it only decides between
    codecs that fit about as well.

    Raises PageError if the bytes are not text, or if too many of them are no letters.

    >>> decoded = decode("报".encode("gbk"), "demo/1.txt")
    >>> decoded.text, decoded.codec, decoded.how
    ('报', 'gb18030', 'likelihood')
    """
    decoded = replace(_decoded(data, source, _CHINESE.get(declared.lower(), "")), declared=declared)
    if not decoded.text.strip():
        raise PageError(source, "the file holds nothing but white space; copy it again from the original, or delete it")
    return decoded


def _decoded(data: bytes, source: str, declared: str) -> Decoded:
    if marked := wide.marked(data):
        mark, codec = marked
        text, damage = wide.decode(data[len(mark) :], codec, len(mark))
        return _accepted(Decoded(text, codec[:6], damage, "mark"), source)
    if _is_plain_utf8(data):
        return _utf8(data)
    codec = wide.without_mark(data)
    if codec and b"\0" in data:
        return _wide(data, codec)
    if not (codec and _is_likely(data, codec)):
        _refuse_binary(data, source)
    utf8 = _utf8(data)
    if data.isascii():
        return (
            _wide(data, codec)
            if codec and wide.worth(data, codec) > _BEYOND_CHANCE
            else _seven_bits(data, utf8, declared)
        )
    if not utf8.damage or len(utf8.damage) * 10 < _letters(utf8.text):
        return utf8
    first = _multibyte(data, declared or "gb18030")
    if not first.damage and _quality(first) > _CERTAIN:
        return replace(first, how="declared" if declared else "likelihood")
    others = [_multibyte(data, codec) for codec in ("gb18030", "big5hkscs") if codec != first.codec]
    others += [_wide(data, codec)] if codec else []
    best = max(first, utf8, *others, key=lambda one: _quality(one) + _DECLARED_BONUS * (one.codec == declared))
    return _accepted(replace(best, how="likelihood"), source)


def _is_plain_utf8(data: bytes) -> bool:
    """Return whether bytes are letters beyond ASCII in UTF-8 and nothing else, as those of most pages are."""
    if data.isascii() or len(data.translate(None, _CONTROLS)) < len(data):
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _wide(data: bytes, codec: str) -> Decoded:
    text, damage = wide.decode(data, codec)
    return Decoded(text, codec, damage, "likelihood")


def _is_likely(data: bytes, codec: str) -> bool:
    """Return whether bytes with the values of control characters are text of two bytes a letter."""
    return not data.startswith(_BINARY_MAGIC) and wide.worth(data, codec) > _HALF_CERTAIN


def _seven_bits(data: bytes, utf8: Decoded, declared: str) -> Decoded:
    """Return the text of bytes below 128, which may be HZ (RFC 1843): `~{` and `~}` enclose GB 2312."""
    if not (_HZ.search(data) or (declared == "hz" and b"~{" in data)):
        return utf8
    how = "declared" if declared == "hz" else "likelihood"
    try:
        return Decoded(data.decode("hz"), "hz", how=how)
    except UnicodeDecodeError as problem:
        return Decoded(data.decode("hz", "replace"), "hz", (problem.start,), how) if how == "declared" else utf8


def _accepted(decoded: Decoded, source: str) -> Decoded:
    """Return the text unless too much of it is damaged.

    Raises PageError for such text.
    """
    if len(decoded.damage) > _MOST_DAMAGE * _letters(decoded.text):
        raise PageError(
            source,
            f"it is neither UTF-8 nor GB18030 nor Big5 (byte {decoded.damage[0]} is the first that is no letter); "
            "find out its encoding and save the file as UTF-8",
        )
    return decoded


def _quality(decoded: Decoded) -> float:
    """Return how much the text looks like Chinese: about 0.6 if it is, below 0.3 if it was decoded wrongly."""
    letters = [char for char in decoded.text if char > "\x7f"]
    sample = letters[:_SAMPLE]
    return sum(map(resync.worth, sample)) / max(len(sample), 1) - 4 * len(decoded.damage) / max(len(letters), 1)


def _letters(text: str) -> int:
    return sum(char > "\x7f" for char in text)


def _utf8(data: bytes) -> Decoded:
    codec = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        text = data.decode(codec)
        if "\0" not in text:
            return Decoded(text, codec)
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "surrogateescape")
    damage: list[int] = []
    place = end = 0
    for bad in _BAD_UTF8.finditer(text):
        place += len(text[end : bad.start()].encode())
        damage.append(place)
        place, end = place + len(bad.group()), bad.end()
    return Decoded(_BAD_UTF8.sub(LOST, text).removeprefix("\ufeff"), codec, tuple(damage))


def _multibyte(data: bytes, codec: str) -> Decoded:
    text, damage = resync.decode(data, codec)
    if "\0" in text:
        damage = sorted([*damage, *(bad.start() for bad in re.finditer(rb"\0+", data))])
        text = _NULS.sub(LOST, text)
    return Decoded(text, codec, tuple(damage))


def _refuse_binary(data: bytes, source: str) -> None:
    """Reject binary data.

    Text rarely contains control characters. They are common in other data.

    Raises PageError for binary data.
    """
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if data.startswith(_BINARY_MAGIC) or controls * 100 > len(data) + 99:
        raise PageError(
            source, "this is not text but binary data, or damaged; export the page as UTF-8 text, or delete the file"
        )
