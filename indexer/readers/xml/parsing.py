"""Walk through XML element by element, in memory that does not grow with the file.

Namespaces are left out: ALTO 1 to 4 differ in little else, and vendors have their own. Nothing outside of a file is
read, and no entity that it declares is expanded (expat, with no handler for external entities).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import entities, escape
from typing import Protocol, TypeVar
from xml.parsers import expat

from indexer.errors import PageError
from indexer.model import Evidence
from indexer.readers.decoding import decode

Attributes = Mapping[str, str]
_CHUNK, _HEAD = 1 << 16, 4_000
_MOST_DEPTH = 200
"""Elements one in another. METS of a newspaper has some 20."""

_DECLARED = re.compile(
    r"""<(?:\?xml|meta)\b[^>]{0,300}?\b(?:encoding|charset)\s*=\s*["']?([A-Za-z][\w.:-]*)""", re.IGNORECASE
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WITHOUT_MARK = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How `<` begins a file in each wide encoding (XML 1.0, appendix F)."""

_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "latin-1": "cp1252", "iso8859-1": "cp1252"}
"""Codecs that read all that the declared one reads, and what is often declared as it."""

_SEVEN_BITS = ("hz", "iso2022")
"""Codecs whose bytes are ASCII, and so UTF-8 to the eye."""

_NO_LETTER = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});|(\w{1,32});)?")
_OF_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))


@dataclass(frozen=True, slots=True)
class XmlBytes:
    """An XML file as UTF-8 without its mark, and what is to be said of its encoding."""

    utf8: bytes
    claims: tuple[Evidence, ...] = ()


def to_utf8(data: bytes, source: str) -> XmlBytes:
    """Return the bytes of an XML file as UTF-8: by its mark, as UTF-8 if they are that, else by its declaration.

    A declaration that does not fit is passed over, and the bytes decide. Raises PageError if they are not text.

    >>> to_utf8("<?xml version='1.0' encoding='GB2312'?><a>报</a>".encode("gbk"), "demo/1.xml").utf8[-10:].decode()
    '<a>报</a>'
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], codec, "byte order mark", source)
    for start, codec in _WITHOUT_MARK:
        if data.startswith(start):
            return _marked(data, codec, "bytes", source)
    head = data[:_HEAD].decode("latin-1")
    found = _DECLARED.search(head)
    codec = _codec(found[1]) if found else ""
    if not codec.startswith(_SEVEN_BITS) and _is_utf8(data):
        return XmlBytes(data)
    if found and codec:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            pass
        else:
            return XmlBytes(text.encode("utf-8", "replace"), (Evidence("encoding", codec, "declaration", found[0]),))
    decoded = decode(data, source, found[1] if found else "")
    claims = (Evidence("encoding", decoded.codec, "bytes"), *decoded.claims())
    return XmlBytes(decoded.text.encode("utf-8", "replace"), claims)


def _marked(data: bytes, codec: str, source_of_codec: str, source: str) -> XmlBytes:
    if codec == "utf-8" and _is_utf8(data):
        return XmlBytes(data)
    text = data.decode(codec, "replace")
    if "\ufffd" in text and text.count("\ufffd") * 5 > len(text):
        raise PageError(source, f"its bytes are not {codec}, as it begins; find out its encoding and save it as UTF-8")
    return XmlBytes(text.encode("utf-8", "replace"), (Evidence("encoding", codec, source_of_codec),))


def _codec(declared: str) -> str:
    """Return the codec to read a declared encoding with, "" for one that is unknown or no encoding of single bytes."""
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return ""
    return "" if name.startswith(("utf-16", "utf-32")) else _WIDER.get(name, name)


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK], start + _CHUNK >= len(data))
    except UnicodeDecodeError:
        return False
    return True


Start = Callable[[Attributes], None]
"""Is called at the start of elements of one name with their attributes."""

End = Callable[[str], None]
"""Is called at the end of elements of one name with the text that stands directly in them."""


class Handler(Protocol):
    """What follows a walk. Text is kept of elements with a name among `texts` only; for all others it is ""."""

    @property
    def texts(self) -> frozenset[str]:
        """The names of elements whose text is kept."""

    def start_of(self, name: str) -> Start | None:
        """Return what is called at the start of elements of a name, which has no prefix; None for nothing."""

    def end_of(self, name: str) -> End | None:
        """Return what is called at the end of elements of a name; None for nothing."""


Walker = TypeVar("Walker", bound=Handler)


def walk(xml: XmlBytes, source: str, handler: Callable[[], Walker]) -> Walker:
    """Walk through a file and return the handler that followed.

    Control characters, stray `&` and entities of HTML, which XML does not have, are read as well: then a second handler
    follows from the beginning. Raises PageError if the file is no well-formed XML, declares entities, or nests elements
    deeper than any format does.
    """
    follower = handler()
    problem = _walk(xml.utf8, source, follower)
    if problem:
        follower = handler()
        problem = _walk(_readable(xml.utf8), source, follower)
    if problem:
        raise PageError(
            source, f"it is no well-formed XML ({problem}); it may be cut off or damaged: export or copy it again"
        )
    return follower


def root_of(xml: XmlBytes, source: str) -> str:
    """Return the name of a file's root element. Raises PageError if it has none."""
    for size in (_HEAD, len(xml.utf8)):  # a root stands at the beginning, if comments do not fill that
        try:
            _walk(xml.utf8[:size], source, _Root())
        except _RootFoundError as found:
            return str(found)
    raise PageError(source, "it is no well-formed XML: it has no element; export or copy it again")


class _RootFoundError(Exception):
    """Ends a walk at the first element."""


class _Root:
    texts: frozenset[str] = frozenset()

    def start_of(self, name: str) -> Start | None:
        raise _RootFoundError(name)

    def end_of(self, name: str) -> End | None:
        return None


def unprefixed(attributes: Attributes) -> Attributes:
    """Return attributes by their names without prefixes.

    >>> unprefixed({"xlink:href": "0002.xml"})
    {'href': '0002.xml'}
    """
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


def _readable(utf8: bytes) -> bytes:
    text = _NO_LETTER.sub("\ufffd", utf8.decode("utf-8", "replace"))
    return _REFERENCE.sub(_reference, text).encode()


def _reference(found: re.Match[str]) -> str:
    """Return what XML can read in place of a reference, or of a stray `&`."""
    number, name = found.groups()
    if number:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        letter = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\0"
        return "\ufffd" if _NO_LETTER.match(letter) else found[0]
    if name in _OF_XML:
        return found[0]
    letter = entities.html5.get(f"{name};", "") if name else ""
    return escape(letter) if letter else f"&amp;{found[0][1:]}"


Follower = TypeVar("Follower")


class _ByName(dict[str, Follower]):
    """What is called for names, with or without a prefix, as it is first asked for."""

    def __init__(self, of: Callable[[str], Follower]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, name: str) -> Follower:
        self[name] = found = self._of(name.rpartition(":")[2])
        return found


def _walk(utf8: bytes, source: str, handler: Handler) -> str:
    """Walk through a file; return what is wrong with it, "" if nothing is."""
    parser = expat.ParserCreate("utf-8")
    starts, ends = _ByName(handler.start_of), _ByName(handler.end_of)
    depth = 0
    texts: list[str] = []
    with_text = handler.texts

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_DEPTH:
            raise PageError(source, f"its elements nest deeper than {_MOST_DEPTH} levels, as those of no page do")
        if follow := starts[name]:
            follow(attributes)
        if with_text and name.rpartition(":")[2] in with_text:
            texts.clear()
            parser.CharacterDataHandler = texts.append

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        if follow := ends[name]:
            follow("".join(texts))
        if texts:
            texts.clear()
            parser.CharacterDataHandler = None

    def entity(name: str, *_: object) -> None:
        raise PageError(
            source,
            f"it declares an entity of its own ({name}), which is not expanded; export it again without a DOCTYPE",
        )

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.EntityDeclHandler = entity
    try:
        for begin in range(0, len(utf8), _CHUNK):
            parser.Parse(utf8[begin : begin + _CHUNK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        return f"line {problem.lineno}: {expat.ErrorString(problem.code)}"
    return ""
