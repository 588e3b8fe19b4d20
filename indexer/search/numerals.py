"""Offer other spellings of numbers and units, which may mean something else and are therefore only offered.

二十 and 20, 第3 and 第三, 1.2万 and 12000, 5㎡ and 5平方米, 10公斤 and 10kg, 8% and 百分之八. Dates, years and numbers
with separators need no offer: a bare word finds all their spellings (`indexer.text.numerals`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from msgspec.structs import replace

from indexer.model import And, Near, Not, Or, Phrase, Query, Word
from indexer.search.query_parser import parse
from indexer.text.folding import fold
from indexer.text.numerals import numerals

_DIGITS = "零一二三四五六七八九"
_HAN_NUMBER = f"[{_DIGITS}十百千万亿两]+"
_NUMBER = r"(?<![0-9.])[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?![0-9.])"
_LARGE = {"万": 10**4, "亿": 10**8, "万亿": 10**12}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_MOST = 10**16
_UNITS = (
    ("m2", "平方米", "平米"),
    ("km2", "平方公里", "平方千米"),
    ("m3", "立方米"),
    ("kg", "公斤", "千克"),
    ("km", "公里", "千米"),
    ("cm", "厘米", "公分"),
    ("mm", "毫米"),
    ("t", "吨"),
    ("g", "克"),
    ("ml", "毫升"),
    ("kw", "千瓦"),
    ("℃", "°c", "摄氏度"),
)
_SPELLINGS = {fold(spelling): group for group in _UNITS for spelling in group}
_UNIT = "|".join(sorted(map(re.escape, _SPELLINGS), key=len, reverse=True))
_COUNTED = "个名位人户家次届年月天日周岁"


def other_spellings(query: Query) -> tuple[tuple[str, Query], ...]:
    """Return the query with one number or unit in another spelling, each with the kind of change.

    The kinds are `digits` (二十 and 20), `large` (1.2万 and 12000), `unit` (kg and 公斤) and `percent` (% and 百分之).
    Bare words and phrases are respelt, also inside AND and OR; what is negated is not. Dates and years are left alone.

    >>> from indexer.search.query_parser import render
    >>> [(kind, render(other)) for kind, other in other_spellings(parse("救助 1.2万人"))]
    [('large', '救助 12000人')]
    >>> [render(other) for _, other in other_spellings(parse('"20㎡" OR 第三'))]
    ['"20平方米" OR 第三', '"20平米" OR 第三', '"20m2" OR 第3']
    """
    found = dict.fromkeys(_respelt(query))
    return tuple((kind, other) for kind, other in found if other != query)


def _respelt(query: Query) -> Iterator[tuple[str, Query]]:
    match query:
        case Word(text, field=field):
            for kind, spelling in _spellings(text):
                other = parse(spelling)
                if isinstance(other, Word):
                    yield kind, replace(other, field=field)
        case Phrase(text, field=field):
            for kind, spelling in _spellings(text):
                other = parse(f"「{spelling}」")
                if isinstance(other, Phrase):
                    yield kind, replace(other, field=field)
        case And(clauses) | Or(clauses):
            for place, clause in enumerate(clauses):
                if not isinstance(clause, Not | Near):
                    for kind, other in _respelt(clause):
                        yield kind, type(query)((*clauses[:place], other, *clauses[place + 1 :]))


def _spellings(text: str) -> Iterator[tuple[str, str]]:
    """Yield a folded text with its first number, percentage or unit spelt otherwise, and the kind of change."""
    if "," not in text and next(numerals(text), None):
        return
    for kind, pattern, others in _KINDS:
        found = pattern.search(text)
        if found:
            for other in others(found):
                yield kind, f"{text[: found.start()]}{other}{text[found.end() :]}"


def _from_percent(found: re.Match[str]) -> list[str]:
    number = found[1].replace(",", "")
    whole, _, part = number.partition(".")
    return ["百分之" + in_han(int(whole)) + ("点" + _digit_by_digit(part) if part else "")]


def _from_per_cent(found: re.Match[str]) -> list[str]:
    whole = in_digits(found[1])
    part = "".join(str(_DIGITS.index(letter)) for letter in found[2] or "")
    return [] if whole is None else [f"{whole}.{part}%" if part else f"{whole}%"]


def _from_large(found: re.Match[str]) -> list[str]:
    value = Decimal(found[1].replace(",", "")) * _LARGE[found[2]]
    return [str(int(value))] if value == int(value) and value < _MOST else []


def _to_large(found: re.Match[str]) -> list[str]:
    value = Decimal(found[0].replace(",", ""))
    if value != int(value) or not 10_000 <= value < _MOST or value % 100:
        return []
    name, unit = ("亿", 10**8) if value >= 10**8 else ("万", 10**4)
    return [f"{(value / unit).normalize():f}{name}"]


def _to_digits(found: re.Match[str]) -> list[str]:
    value = in_digits(found[0])
    return [] if value is None else [str(value)]


def _to_han(found: re.Match[str]) -> list[str]:
    return [in_han(int(found[0]))]


def _other_units(found: re.Match[str]) -> list[str]:
    return [unit for unit in _SPELLINGS[found[0]] if fold(unit) != found[0]]


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], list[str]]], ...] = (
    ("percent", re.compile(rf"({_NUMBER})%"), _from_percent),
    ("percent", re.compile(rf"百分之({_HAN_NUMBER})(?:点([{_DIGITS}]+))?"), _from_per_cent),
    ("large", re.compile(rf"({_NUMBER})(万亿|万|亿)"), _from_large),
    ("large", re.compile(rf"{_NUMBER}(?![%万亿a-z])"), _to_large),
    ("digits", re.compile(rf"(?<=第){_HAN_NUMBER}|^{_HAN_NUMBER}$"), _to_digits),
    ("digits", re.compile(rf"(?<!百分之)(?<!第)(?<!{_HAN_NUMBER[:-1]}){_HAN_NUMBER}(?=[{_COUNTED}])"), _to_digits),
    ("digits", re.compile(r"(?<![0-9a-z.,-])[0-9]{1,4}(?![0-9a-z.,%万亿-])"), _to_han),
    ("unit", re.compile(rf"(?<=[0-9{_DIGITS}十百千万亿])(?:{_UNIT})(?![a-z0-9])|^(?:{_UNIT})$"), _other_units),
)


def in_digits(number: str) -> int | None:
    """Return the value of a number in Chinese characters; None if it is not one.

    >>> [in_digits(number) for number in ("二十", "一百零五", "十二万三千", "二零二三", "两千", "十百", "万一")]
    [20, 105, 123000, 2023, 2000, None, None]
    """
    number = number.replace("两", "二")
    if not set(number) - set(_DIGITS):
        return int("".join(str(_DIGITS.index(letter)) for letter in number)) if number else None
    for name in ("亿", "万"):
        high, sign, low = number.partition(name)
        if sign:
            above, below = in_digits(high), in_digits(low.removeprefix("零")) if low else 0
            return None if above is None or below is None or below >= _LARGE[name] else above * _LARGE[name] + below
    value, above = 0, 10_000
    for digit, name in re.findall(f"零?([{_DIGITS[1:]}]?)([十百千]?)", number):
        place = _PLACES.get(name, 1)
        if (digit or name) and (place >= above or not (digit or (value == 0 and name == "十"))):
            return None
        value += (_DIGITS.index(digit) if digit else bool(name)) * place
        above = place if digit or name else above
    return value


def in_han(value: int) -> str:
    """Return a number below 10,000 in Chinese characters, larger ones digit by digit.

    >>> [in_han(value) for value in (0, 3, 10, 12, 20, 105, 2023)]
    ['零', '三', '十', '十二', '二十', '一百零五', '二千零二十三']
    """
    if value >= 10_000:
        return _digit_by_digit(str(value))
    letters = ""
    for name, place in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = value // place % 10
        letters += _DIGITS[digit] + name if digit else "零" if letters and value % place and letters[-1] != "零" else ""
    return letters.removeprefix("一") if letters.startswith("一十") else letters or "零"


def _digit_by_digit(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits)
