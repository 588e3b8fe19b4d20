"""Read dates, years and separated numbers, so that each of their spellings finds the others.

二〇二三年十一月二十日, 2023-11-20, 2023.11.20 and 2023/11/20 are 2023年11月20日, and 1,200 is 1200. A text is given,
besides its printed words, one word for each day, month and year, and those that the plainest spelling of a number has:

    2023-11-20, 2023-11, 11-20, 2023年, 2023      a day, its month, the day without its year, its year
    1200, 1200万                                  a number, with the Han character after it

A bare word of a query is read alike. Texts are folded. A day after 农历 (the lunar calendar) is another day and is
left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_HAN_DIGITS = "零一二三四五六七八九"
_VALUES = {letter: value for value, letter in enumerate(_HAN_DIGITS)} | {"o": 0}
_DIGIT = f"[0-9{_HAN_DIGITS}o]"  # 二O二三 has a letter for a zero

_NUMERALS = re.compile(
    rf"[历0-9{_HAN_DIGITS}十元](?<!公历)[0-9{_HAN_DIGITS}o十百千万亿廿卅元年月日号,./-]{{3,}}.?", re.DOTALL
)
"""A run that may hold numerals, with the character after it; 历 before it is the end of 农历.

It begins with a plain set, which the search for it is fast with.
"""
ALPHABET = f"0123456789{_HAN_DIGITS}o十百千万亿廿卅元年月日号,./-公历"
"""The characters that the reading of numerals depends on."""
_YEAR = rf"(?:[12][0-9]|一[五六七八九]|二[零0o]){_DIGIT}{{2}}"
_MONTH = "1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元]"
_DAY = "[12][0-9]|3[01]|0?[1-9]|(?:[一二三]?十|[廿卅])[一二三四五六七八九]?|[一二三四五六七八九]"
_NUMERAL = re.compile(
    rf"""(?<![0-9{_HAN_DIGITS}十])(?<![0-9][.,])(?:
         (?P<year>{_YEAR})年(?:(?P<month>{_MONTH})月(?:(?P<day>{_DAY})[日号])?)?
       | (?<!历)(?P<month_of>{_MONTH})月(?P<day_of>{_DAY})[日号]
       | (?P<dated>[12][0-9]{{3}}(?P<mark>[-./])(?:1[0-2]|0?[1-9])(?P=mark)(?:[12][0-9]|3[01]|0?[1-9]))
         (?![0-9]|(?P=mark)[0-9])
       | (?P<number>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?)(?![0-9]|[,.][0-9])
       | (?P<alone>(?=.{{0,3}}[{_HAN_DIGITS}])(?:{_YEAR}))(?!{_DIGIT}|[十百千万亿])
       )""",
    re.VERBOSE,
)
_HAN = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile("[0-9]+(?:-[0-9]+)+|[0-9]{4,}(?:\\.[0-9]+)?[\u4e00-\u9fff]?")


class Numeral(NamedTuple):
    """A numeral in a folded text.

    `word` is what each of its spellings is searched for by; `words` are those that the text is given besides the words
    that are printed.
    """

    start: int
    end: int
    word: str
    words: tuple[str, ...]


def numerals(folded: str) -> Iterator[Numeral]:
    """Yield the numerals of a folded text in order.

    >>> [(found.word, found.words) for found in numerals("二零二三年十一月二十日1,200万元")]
    [('2023-11-20', ('2023', '2023年', '2023-11', '11-20', '2023-11-20')), ('1200', ('1200', '1200万'))]
    >>> [*numerals("农历十一月二十日,2023人")]
    []
    """
    for run in _NUMERALS.finditer(folded):
        for found in _in_run(run[0]):
            yield found._replace(start=found.start + run.start(), end=found.end + run.start())


def is_numeral_word(word: str) -> bool:
    """Return whether a text may be given this word for a numeral that is printed otherwise.

    >>> [is_numeral_word(word) for word in ("2023年", "2023-11", "1200", "8.5%", "11月", "工会")]
    [True, True, True, False, False, False]
    """
    return _WORD.fullmatch(word) is not None


def numeral_words(folded: str) -> list[str]:
    """Return the words that the numerals of a folded text are given.

    >>> numeral_words("二零二三年和1,200")
    ['2023', '2023年', '1200']
    """
    return [word for run in _NUMERALS.findall(folded) for word in _words_in_run(run)]


@lru_cache(maxsize=1 << 14)
def _in_run(run: str) -> tuple[Numeral, ...]:
    return tuple(Numeral(found.start(), found.end(), *_read(found, run)) for found in _NUMERAL.finditer(run))


@lru_cache(maxsize=1 << 14)
def _words_in_run(run: str) -> tuple[str, ...]:
    return tuple(word for found in _in_run(run) for word in found.words)


def _read(found: re.Match[str], run: str) -> tuple[str, tuple[str, ...]]:
    """Return the word of a numeral and the words that a text is given for it."""
    if found["number"]:
        number = found["number"].replace(",", "")
        after = run[found.end() : found.end() + 1]
        return number, (number, number + after) if _HAN.match(after) else (number,)
    if found["month_of"]:
        word = f"{_value(found['month_of'])}-{_value(found['day_of'])}"
        return word, (word,)
    printed: tuple[str, ...]
    if found["dated"]:
        year, month, day = re.split("[-./]", found["dated"])
        printed = () if "." in found["dated"] else (year,)
    else:
        year, month, day = found["year"] or found["alone"], found["month"], found["day"]
        printed = (year, f"{year}年") if year.isascii() and year.isdecimal() else ()
    year = "".join(str(_VALUES.get(letter, letter)) for letter in year)
    words = [year, *[f"{year}年"] * (not found["alone"])]
    if month:
        words.append(f"{year}-{_value(month):02}")
    if day:
        words += f"{_value(month)}-{_value(day)}", f"{year}-{_value(month):02}-{_value(day):02}"
    return words[-1], tuple(word for word in words if word not in printed)


def _value(numeral: str) -> int:
    """Return the value of a numeral up to 39.

    >>> [_value(numeral) for numeral in ("元", "07", "十", "十一", "二十", "廿三", "三十一")]
    [1, 7, 10, 11, 20, 23, 31]
    """
    if numeral.isascii():
        return int(numeral)
    tens, ten, ones = numeral.replace("元", "一").replace("廿", "二十").replace("卅", "三十").rpartition("十")
    return (_VALUES.get(tens, 1) * 10 if ten else 0) + _VALUES.get(ones, 0)
