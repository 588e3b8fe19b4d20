"""Read the parameters of a link that may be damaged.

`read_query` undoes what can be undone without doubt; what a canonical link may hold is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import get_args
from urllib.parse import unquote_to_bytes

from indexer.errors import UsageError
from indexer.model import Kind
from indexer.text.dates import parse_span
from webui.healing.encodings import ROUNDS, read_escaped
from webui.links import PARAMETERS, Pairs, decode

LONGEST_HEALED = 50_000
"""The longest query string, in bytes, that is healed; no chat carries a longer one."""

_NAME = "|".join(PARAMETERS).encode()
_WIDE_AND = rb"\xef\xbc\x86|%EF%BC%86|%A3%A6"
_WIDE_SEMICOLON = rb"\xef\xbc\x9b|%EF%BC%9B|%A3%BB"
_WIDE_QUESTION = rb"\xef\xbc\x9f|%EF%BC%9F|%A3%BF"
_SEMICOLON = rb";|%3B|" + _WIDE_SEMICOLON
_EQUALS = rb"=|\xef\xbc\x9d|%EF%BC%9D|%A3%BD"
_FOREIGN_SIGN = rb"|".join((rb"%26|%3B|%3F", _WIDE_AND, _WIDE_SEMICOLON, _WIDE_QUESTION))
_SIGN = rb"[&?;]|" + _FOREIGN_SIGN
_ENTITY = rb"(?:amp|#0{0,3}38|#x0{0,3}26|%2338)(?:" + _SEMICOLON + rb")"
_SPACE = rb"[+\t\r\n ]|%20|%0A|%0D|%E2%80%8B|%C2%A0"

_WHOLLY_ENCODED = re.compile(rb"\??(?:" + _NAME + rb")%(?:25)*3D", re.IGNORECASE)
_BEFORE_NAME = rb"(?:(?:^|[&?;])(?:" + rb"|".join((_SIGN, _ENTITY, _SPACE)) + rb"){0,5}"
_BEFORE_NAME += rb"|(?:" + _FOREIGN_SIGN + rb")(?:" + rb"|".join((_FOREIGN_SIGN, _ENTITY, _SPACE)) + rb"){0,5})"
_FIELD = re.compile(_BEFORE_NAME + rb"(" + _NAME + rb")(?:" + _SPACE + rb"){0,5}(?:" + _EQUALS + rb")", re.IGNORECASE)
"""A sign between fields, however written, before a parameter of ours."""
_FIELD_ENCODED = re.compile(rb"[&;](" + _NAME + rb")%3D", re.IGNORECASE)
_FIELD_OF_OTHERS = re.compile(rb"[?;]([a-z_]\w{0,30})=", re.IGNORECASE)
_AMPERSAND = re.compile(rb"&(?:" + _ENTITY + rb"){1,5}", re.IGNORECASE)
_SECTION_SIGN = re.compile(rb"(?:\xc2\xa7|%C2%A7|%A1%EC)ion(?:" + _EQUALS + rb")", re.IGNORECASE)
"""Browsers read `&sect` as §, even before `ion`."""

_PAPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_KIND = re.compile("|".join(get_args(Kind)))
_LETTERS = re.compile("[a-z]+")
_NUMBER = re.compile(r"[0-9]+")
_DATE = re.compile(
    r"([0-9]{4})(?:[-./年] ?([0-9]{1,2})(?:[-./月] ?([0-9]{1,2}))?|([0-9]{2})([0-9]{2})?)?(?![0-9]|[-./年月] ?[0-9])"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_FRAGMENT = re.compile(r"#(?:[A-Za-z!/:~][!-~]{0,200})?$")
_FRAGMENT_AFTER_HAN = re.compile(r"(?<=[^\x00-\x7f])#(?::~:text=[^#]*|/?[a-z][a-z0-9_/=-]+)$")

_CLOSERS = dict(zip(")）]］】》〉>＞’」』", "(（[［【《〈<＜‘「『", strict=True))
_STOPS = "。，、；：！…．"
_ASCII_STOPS = ".,;!/\\'"
_QUOTES = '"“”„‟＂'
_TAIL = "".join((*_CLOSERS, _STOPS, _ASCII_STOPS, '"”‟＂', " \t\r\n\u3000\xa0"))


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """The parameters of a link; `is_torn` says whether it was cut within a character, so that part of it is lost."""

    pairs: Pairs
    is_torn: bool


def read_query(query: bytes) -> ReadQuery:
    """Return the parameters of a search in a query string, as they were before the link was damaged.

    >>> read_query(b"q=%E6%8A%A4&amp;paper=demo%E3%80%82").pairs
    [('q', '护'), ('paper', 'demo')]
    >>> read_query(b"Q=%25E6%258A%25A4;from=20190308").pairs
    [('q', '护'), ('from', '2019-03-08')]
    >>> read_query(b"q=%E5%B7%A5%E4%BC%9A%E3%80%82&sort=newest").pairs
    [('q', '工会。'), ('sort', 'newest')]
    """
    if len(query) > LONGEST_HEALED:
        return ReadQuery(decode(query), is_torn=False)
    named = [(_name(name), value) for name, _, value in map(_halves, _with_plain_signs(query).split(b"&"))]
    fields = [(name, read_escaped(value.replace(b"+", b" "))) for name, value in named if name in PARAMETERS]
    pairs = [
        (name, _cleaned(name, read.text, is_last=place == len(fields))) for place, (name, read) in enumerate(fields, 1)
    ]
    return ReadQuery(_readable_first(pairs), any(read.is_torn for _, read in fields))


def _halves(field: bytes) -> tuple[bytes, bytes, bytes]:
    return field.partition(b"=")


def _with_plain_signs(query: bytes) -> bytes:
    """Return the query string with `&` and `=` around the fields, however they were written."""
    for _ in range(ROUNDS):
        if not _WHOLLY_ENCODED.match(query):
            break
        query = unquote_to_bytes(query)
    query = _SECTION_SIGN.sub(rb"&section=", query)
    query = _FIELD_ENCODED.sub(rb"&\1=", query)
    query = _FIELD.sub(rb"&\1=", query)
    query = _FIELD_OF_OTHERS.sub(rb"&\1=", query)
    return _AMPERSAND.sub(b"&", query)


def _name(raw: bytes) -> str:
    """Return the name of a parameter in small letters, whatever stands around it."""
    text = raw.decode("ascii", "ignore") if raw.isalnum() else read_escaped(raw).text
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip().lower()


def _cleaned(key: str, value: str, *, is_last: bool) -> str:
    """Return a value without what was glued to it."""
    text = _INVISIBLE.sub("", value).strip() if _INVISIBLE.search(value[:1] + value[-1:]) else value
    match key:
        case "q":
            return without_tail(_FRAGMENT_AFTER_HAN.sub("", text)) if is_last else text
        case "paper":
            return _beginning(_PAPER, text.lstrip("\"'“‘《<（( ")).rstrip(".")
        case "from" | "to":
            return _date(text)
        case "sort" | "quality":
            return _beginning(_LETTERS, unicodedata.normalize("NFKC", text).lower())
        case "size" | "page":
            return _beginning(_NUMBER, unicodedata.normalize("NFKC", text).strip())
        case "kind":
            return _beginning(_KIND, text)
        case "locality" | "section":
            return without_tail(_FRAGMENT.sub("", text))
    return value


def _beginning(pattern: re.Pattern[str], text: str) -> str:
    """Return the part of a text that matches at its beginning; the text itself if none does."""
    found = pattern.match(text)
    return found[0] if found else text


def _date(text: str) -> str:
    """Return the year, month or day at the beginning of a text as `2019`, `2019-03` or `2019-03-08`.

    >>> _date("2019年3月8日起"), _date("２０１９。"), _date("201903"), _date("2019-02-30"), _date("soon")
    ('2019-03-08', '2019', '2019-03', '2019-02-30', 'soon')
    """
    found = _DATE.match(unicodedata.normalize("NFKC", text).lstrip("\"'“‘(（ "))
    if not found:
        return text
    year, *parts = (part for part in found.groups() if part)
    return "-".join([year, *(part.zfill(2) for part in parts)])


def _readable_first(pairs: Pairs) -> Pairs:
    """Leave out what is no date where another value of the same name is one, since others use `from` too."""
    readable = {name for name, value in pairs if name in ("from", "to") and value and _is_date(value)}
    return [(name, value) for name, value in pairs if name not in readable or _is_date(value)]


def _is_date(value: str) -> bool:
    try:
        parse_span(value, None)
    except UsageError:
        return False
    return True


def without_tail(text: str) -> str:
    """Return a text without the marks that a sentence around the link left at its end.

    Brackets and quotes that are opened in the text stay, and so does a text of marks alone.

    >>> without_tail("护渔队》。"), without_tail("《护渔队》"), without_tail('"护渔队。"'), without_tail('"护渔队。')
    ('护渔队', '《护渔队》', '"护渔队。"', '"护渔队。')
    """
    stem = text.rstrip(_TAIL)
    tail = text[len(stem) :]
    if not any(map(str.isalnum, stem)) or (stem[-1].isascii() and not tail.strip(_ASCII_STOPS)):
        return text
    in_quotes = sum(map(stem.count, _QUOTES)) % 2 == 1
    opened = {closer: stem.count(opener) - stem.count(closer) for closer, opener in _CLOSERS.items()}
    kept = 0
    for place, mark in enumerate(tail, 1):
        if mark in _QUOTES and in_quotes:
            in_quotes, kept = False, place
        elif opened.get(mark, 0) > 0:
            opened[mark] -= 1
            kept = place
    return text if in_quotes or opened["」"] > 0 or opened["』"] > 0 else stem + tail[:kept]
