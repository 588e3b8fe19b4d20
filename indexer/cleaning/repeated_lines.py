"""Restore lines that fake bold printed again as a whole, or in words: 铁水奔流夜未眠铁水奔流夜未眠.

Songs, poems and cheers repeat themselves in print. So the length of what is repeated decides, and the lines around it:
verse stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from math import gcd
from typing import NamedTuple

from indexer.cleaning.apply import Change
from indexer.cleaning.doubling import CRIES, are_pet_names, is_doubled, is_natural, runs_of
from indexer.cleaning.judgements import judge
from indexer.text.newsprint import HAN, STOPS
from indexer.text.tokenizer import share_in_words

_LINE = re.compile(r"[^\n]+")
_PREFIX = re.compile(r"[# \u3000]*")
_HAN = re.compile(f"[{HAN}]")
_ONLY_HAN = re.compile(f"[{HAN}]+")
_BLANKS = " \t\u3000"
_VERSE = re.compile(rf"(?!.*(?:记者|通讯员|日报|晚报|[责编]辑|摄$))[{HAN} \u3000，！、？…“”]{{2,18}}[。！？…]?")
_TIMES = (6, 5, 4, 3, 2)
_LEAST = 8  # letters of a line that repeats itself
_CERTAIN = 7  # letters that nothing but verse says again at once
_LONGEST_CHEER = 6
_LONGEST = 120  # letters of a line that is a headline or caption
_LONGER_THAN_VERSE = 12
_VERSE_LINE = 10  # letters that lines of verse rarely have
_LONGEST_VERSE = 24
_VERSE_ENDS = re.compile("[，。！；]$")
_NEXT_LINES = 4
_PROSE = 14  # letters of a line of running text
_LETTER_PAIRS = 3


class _Repeated(NamedTuple):
    """A line that consists of `unit`, `times` over. The lines around it are "" beyond the edge of the page."""

    unit: str
    times: int
    before: str
    after: str
    later: tuple[str, ...]


def undouble_phrases(text: str) -> Iterator[Change]:
    """Restore lines that repeat themselves: the whole line, or each of its words, is printed two to six times.

    Examples: 铁水奔流夜未眠铁水奔流夜未眠, 课课课课程目的程目的程目的程目的.
    """
    found = [
        (line.start() + at, line.end(), once, sure)
        for line in _LINE.finditer(text)
        for at, once, sure in _again(text, line)
    ]
    certain = sum(sure for *_, sure in found)
    for start, end, once, sure in found:
        if sure or certain > 1:
            yield Change(start, end, once)


def _again(text: str, line: re.Match[str]) -> Iterator[tuple[int, str, bool]]:
    """Yield where the repeated part of a line begins, that part printed once, and whether that is certain."""
    prefix = _PREFIX.match(line[0])
    at = prefix.end() if prefix else 0
    whole = line[0][at:].rstrip(_BLANKS)
    if len(whole) < 4:
        return
    for times in _TIMES:
        unit = _unit(whole, times)
        if unit:
            before = _line_before(text, line.start())
            after, *later = _lines_after(text, line.end())
            answer, test = judge(_REPEATED, _Repeated(unit, times, before, after, tuple(later)))
            if answer or test == "":
                yield at, unit, answer
            return
    if _LEAST <= len(whole) <= _LONGEST and whole[0] in whole[1:6] and _ONLY_HAN.fullmatch(whole):
        for times in (4, 3, 2):
            words = _words(whole, times)
            if words and not CRIES.search(words):
                yield at, words, times == 4
                return


def _unit(line: str, times: int) -> str:
    """Return what a line says `times` over, perhaps with blanks between; "" if it doesn't."""
    size = len(line) // times
    if times == 2 and len(line) % 2 and line[size] in _BLANKS:
        return line[:size] if line[:size] == line[size + 1 :] and _HAN.search(line) else ""
    unit = line[:size]
    if len(line) % times or line[size : size + 2] != unit[:2] or unit * times != line:
        return ""
    return unit if len(unit) > 1 and _HAN.search(unit) else ""


def _line_before(text: str, start: int) -> str:
    while start > 0:
        end = start - 1
        start = text.rfind("\n", 0, end) + 1
        if end - start and text[start:end].strip():
            return text[start:end].strip()
    return ""


def _lines_after(text: str, end: int) -> list[str]:
    """Return the next lines that are not blank, "" beyond the end."""
    found: list[str] = []
    while end < len(text) and len(found) < _NEXT_LINES:
        start, end = end + 1, text.find("\n", end + 1)
        end = end if end >= 0 else len(text)
        if text[start:end].strip():
            found.append(text[start:end].strip())
    return found + [""] * (_NEXT_LINES - len(found))


def _cries(repeated: _Repeated) -> bool | None:
    return False if len(repeated.unit) <= _LONGEST_CHEER and CRIES.search(repeated.unit) else None


def _says_itself_again(repeated: _Repeated) -> bool | None:
    """一步一步一步一步 and 来来来来 are verse or play."""
    unit, size = repeated.unit, len(repeated.unit) // 2
    steps = len(unit) == 2 and unit[0] in "一大小再又"
    return False if steps or unit[:size] == unit[size:] or len(set(unit)) < len(unit) / 2 else None


def _says_sentences(repeated: _Repeated) -> bool | None:
    """好消息！好消息！ is an exclamation, and a sentence that stands there three times was meant."""
    ends = repeated.unit[-1]
    exclaims = ends in "！？!?" and len(_HAN.findall(repeated.unit)) < _LONGER_THAN_VERSE
    return False if exclaims or (ends in STOPS and repeated.times > 2) else None


def _four_times(repeated: _Repeated) -> bool | None:
    return True if repeated.times > 3 and len(repeated.unit) > 1 else None


def _in_verse(repeated: _Repeated) -> bool | None:
    if len(_HAN.findall(repeated.unit)) >= _LONGER_THAN_VERSE:
        return None
    around = [line for line in (repeated.before, repeated.after) if line and not _repeats(line)]
    return False if around and all(map(_is_verse, around)) else None


def _is_long(repeated: _Repeated) -> bool | None:
    return True if len(_HAN.findall(repeated.unit)) >= _CERTAIN else None


def _heads_text(repeated: _Repeated) -> bool | None:
    """A short line that is said twice heads an article or stands alone, where songs and cheers don't."""
    if len(_HAN.findall(repeated.unit)) < 4:
        return None
    if _is_prose(repeated.after) or not (repeated.before or repeated.after):
        return True
    heads_page = not repeated.before and not _VERSE_ENDS.search(repeated.after) and any(map(_is_prose, repeated.later))
    return True if heads_page else None


_REPEATED = (_cries, _says_itself_again, _says_sentences, _four_times, _in_verse, _is_long, _heads_text)
"""Whether a line that repeats itself is doubled. If no test answers, the page decides."""


def _is_verse(line: str) -> bool:
    return _VERSE.fullmatch(line) is not None


def _is_prose(line: str) -> bool:
    marked = "，" in line or "," in line or "。" in line or line.startswith("本报")
    return len(line) > _PROSE and (marked or len(line) > _LONGEST_VERSE)


def _repeats(line: str) -> bool:
    return any(_unit(line, times) for times in _TIMES)


def _words(line: str, times: int) -> str:
    """Return the words of a line, each printed `times` over, once; "" if they are not, or are single letters."""
    out, at, longest = "", 0, 0
    while at < len(line):
        most = (len(line) - at) // times
        size = next((n for n in range(1, most + 1) if line[at : at + n] * times == line[at : at + times * n]), 0)
        if not size:
            return ""
        out += line[at : at + size]
        at, longest = at + times * size, max(longest, size)
    return out if longest > 1 else ""


class _Bare(NamedTuple):
    text: str
    start: int
    end: int


def _bare_lines(text: str) -> list[_Bare]:
    """Return the lines of a text that are not blank, without outer blanks."""
    found = []
    start = 0
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            first = start + line.index(bare[0])
            found.append(_Bare(bare, first, first + len(bare)))
        start += len(line) + 1
    return found


def repeated_lines(text: str) -> Iterator[Change]:
    """Remove the copies of lines, each of which is printed several times in a row.

    Two such lines of running text in a row are needed: a refrain is short.
    """
    if "\n" not in text:
        return
    lines = _bare_lines(text)
    if sum(one.text == other.text for one, other in pairwise(lines)) < 2:
        return
    copies = [list(group) for _, group in groupby(lines, key=lambda line: line.text)]
    for times, group in groupby(copies, key=len):
        row = list(group)
        if times > 1 and len(row) > 1 and _is_running_text(row):
            for lines in row:
                yield Change(lines[0].end, lines[-1].end, "")


def _is_running_text(row: Sequence[Sequence[_Bare]]) -> bool:
    sizes = [len(lines[0].text) for lines in row if _HAN.search(lines[0].text)]
    return len(sizes) == len(row) and max(sizes) >= _PROSE and sum(sizes) >= _VERSE_LINE * len(sizes)


def broken_pairs(text: str) -> Iterator[Change]:
    """Join doubled lines whose end falls between the two copies of a letter: 坚坚持持正 / 正确确方方向向."""
    if "\n" not in text:
        return
    joined = False
    for one, other in pairwise(_bare_lines(text)):
        joined = one.text[-1] == other.text[0] and _breaks_a_pair(one.text, other.text, joined)
        if joined:
            yield Change(one.end, other.start, "")


def _breaks_a_pair(one: str, other: str, joined: bool) -> bool:
    """Return whether two lines are doubled together but not apart. `joined`: the first of them continues a line."""
    before, after = runs_of(one), runs_of(other)
    last, first = before.pop(), after.pop(0)
    if joined and before:
        before.pop(0)
    if after and after[-1].length % 2:  # the next line may have its other copy
        after.pop()
    inner = [run.length for run in (*before, *after) if _HAN.match(run.char)]
    times = gcd(*inner)
    if len(inner) < _LETTER_PAIRS or times < 2 or not last.length % times:
        return False
    return (last.length + first.length) % times == 0


def spaced_copies(text: str) -> Iterator[Change]:
    """Restore lines whose letters are printed twice and set apart: 坚 坚 持 持 正 正 确 确."""
    if not any(blank in text for blank in _BLANKS):
        return
    for line in _LINE.finditer(text):
        once = once_if_spaced(line[0])
        if once:
            yield Change(line.start(), line.end(), once)


def once_if_spaced(line: str) -> str:
    """Return a line whose letters are printed several times and set apart, printed once; "" for other lines.

    >>> once_if_spaced("坚 坚 持 持  方 方 向 向"), once_if_spaced("朵朵 圆圆 童童"), once_if_spaced("天 天 向 上")
    ('坚持 方向', '', '')
    """
    bare = line.strip(_BLANKS)
    if bare[1:2] not in (" ", "\u3000", "\t", bare[:1]) or not any(blank in bare for blank in _BLANKS):
        return ""
    tokens = list(_tokens(bare))
    if any(len(token) > 1 and not token.isascii() for token, _ in tokens):
        return ""
    copies = [list(group) for _, group in groupby(tokens, key=lambda token: token[0])]
    times = gcd(*map(len, copies))
    letters = (
        "".join([group[0][0] * (len(group) // times) for group in copies if _HAN.match(group[0][0])])
        if times > 1
        else ""
    )
    if len(letters) < _LETTER_PAIRS or is_natural(letters) or are_pet_names(letters) or share_in_words(letters) < 0.6:
        return ""
    gaps = [group[-1][1] for group in copies[:-1]]
    narrowest = min(gaps)
    out = [copies[0][0][0] * (len(copies[0]) // times)]
    for gap, group in zip(gaps, copies[1:], strict=True):
        wide = gap > narrowest or (out[-1][-1:].isascii() and group[0][0].isascii() and out[-1][-1:].isalpha())
        out.append(" " * wide + group[0][0] * (len(group) // times))
    return "".join(out)


def _tokens(line: str) -> Iterator[tuple[str, int]]:
    """Yield what stands between blanks, and the blanks after it. A letter twice, as in 坚坚 持持, is two tokens."""
    for found in re.finditer(r"([^ \t\u3000]+)([ \t\u3000]*)", line):
        token, blanks = found[1], len(found[2])
        if len(set(token)) == 1 and not token.isascii():
            yield from [(token[0], 0)] * (len(token) - 1)
            yield token[0], blanks
        else:
            yield token, blanks


def stands_alone(line: str) -> bool:
    """Return whether a line is doubled as headlines and captions are."""
    return (
        is_doubled(line)
        or bool(once_if_spaced(line))
        or (len(line) >= _LEAST and line[-1] not in STOPS and _repeats(line))
    )
