"""Restore letters that fake bold printed twice: 坚坚持持正正确确 → 坚持正确, but not 高高兴兴.

A line is split into runs of equal characters. A *stretch* is a sequence of runs whose lengths share a factor. Four
things decide whether a stretch counts as doubled: its length, its ends (whether it begins or ends at a line end, a
space or a mark), the rest of its line, and the rest of the page. In clean text two pairs in a row are common where
words meet (会会议议程). Three pairs are rare, except in reduplicated words, which are listed in a data file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from math import gcd
from typing import NamedTuple

from indexer.cleaning.apply import Change
from indexer.text.newsprint import HAN
from indexer.text.tables import table_text

_HINT = re.compile(r"(.)\1[ \u3000]*+(.)\2")
_RUN = re.compile(r"(.)\1*+", re.DOTALL)
_HAN = re.compile(f"[{HAN}]")
_FOUR_TIMES = re.compile(rf"^[# \u3000]*+(?=([{HAN}]+?)\1{{3}})([{HAN}]{{8,}}+)[ \u3000]*+$", re.MULTILINE)
_AROUND = frozenset(" \t\u3000#\ufffd")
_NATURAL_TWO = frozenset("…—─―")
_ROWS = _NATURAL_TWO | frozenset("-=/\\*#_~·")  # marks that are often repeated in clean text
_CRIES = re.compile(
    "[吖呀啊哈呵嘿嘻嗨哎哦喔噢嗯呜咚咣哐叮当铛锵咔嚓啪轰隆汪喵咩哞嘎呱嘟滴答哗啦呼噜嗡咯吱唧喳哇好对是行来]|加油|万岁|必胜|恭喜|谢谢|救命|干杯|不要|快跑"
)
_PADDED_HEADS = re.compile("[目附]录|摘要|[前序引]言|[绪结]论|附件|后记|致谢|声明|简介|通知|公告|备注|合计|姓名|性别")
_ASCII_LETTER = re.compile(r"[A-Za-z0-9]")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]{2,}")


class Run(NamedTuple):
    """A run of `length` equal characters that begins at `start`."""

    char: str
    start: int
    length: int

    @property
    def end(self) -> int:
        """The start of the next run."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sequence of runs, each of which may be printed `factor` times.

    `left` and `right` indicate that a word may end on that side.
    """

    runs: tuple[Run, ...]
    factor: int
    left: bool
    right: bool

    def __len__(self) -> int:
        return sum(run.length for run in self.runs)

    @property
    def han(self) -> int:
        """The number of runs of Chinese characters."""
        return sum(1 for run in self.runs if _HAN.match(run.char))

    @property
    def letters(self) -> int:
        """The number of runs of Latin letters or digits."""
        return sum(1 for run in self.runs if _ASCII_LETTER.match(run.char))


@cache
def _reduplications() -> frozenset[str]:
    return frozenset(table_text("indexer.cleaning", "reduplications.txt").split())


def undouble(text: str) -> Iterator[Change]:
    """Restore letters that are printed two, three or four times."""
    judged = [(start, *_judge(line)) for start, line in _lines(text)]
    doubled_page = sum(bool(sure) for _, sure, _ in judged) >= 2
    for start, sure, rest in judged:
        believed = [*sure, *(stretch for stretch in rest if _likely(stretch, sure, doubled_page))]
        for stretch in sorted(believed, key=lambda stretch: stretch.runs[0].start):
            for run in stretch.runs:
                if not (run.char in _NATURAL_TWO and run.length == 2):
                    yield Change(start + run.start, start + run.end, run.char * (run.length // stretch.factor))


def undouble_phrases(text: str) -> Iterator[Change]:
    """Restore lines whose chunks are each printed four times.

    Example: 课课课课程目的程目的程目的程目的.
    """
    for line in _FOUR_TIMES.finditer(text):
        chunks = _chunks(line[2])
        if chunks and not _CRIES.search(chunks):
            yield Change(line.start(2), line.end(2), chunks)


def is_doubled(line: str) -> bool:
    """Return whether all Chinese text of a line is doubled.

    Such a line stands alone, as a headline or a caption does.

    >>> is_doubled("职职工工运运动动会会拔拔河河比比赛赛。。"), is_doubled("高高兴兴平平安安")
    (True, False)
    """
    if not _HINT.search(line):
        return False
    sure, _ = _judge(line)
    return bool(sure) and all(run.length > 1 for run in _runs(line) if _HAN.match(run.char))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that may contain a stretch, with their start offsets."""
    end = 0
    while found := _HINT.search(text, end):
        start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
        end = end if end >= 0 else len(text)
        yield start, text[start:end]


def _runs(line: str) -> list[Run]:
    return [Run(found[1], found.start(), found.end() - found.start()) for found in _RUN.finditer(line)]


@lru_cache(maxsize=1024)  # `unwrap` judges the same lines before `undouble` does
def _judge(line: str) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Return the stretches of a line that are certainly doubled, and the other ones.

    The other ones need support from their line or page.
    """
    runs = _runs(line)
    if gcd(*(run.length for run in runs if run.char not in _AROUND)) > 1:
        # Digits and Latin letters may be printed once (11 among 名名名名), so the factor comes from the Chinese text.
        shared = gcd(*(run.length for run in runs if _HAN.match(run.char)))
        stretches = list(_stretches(line, runs, shared if shared in (3, 4) else 2))
        if stretches and _whole_line_convinces(stretches):
            return tuple(stretches), ()
    rest: list[Stretch] = []
    best: list[Stretch] = []
    for factor in (4, 3, 2):
        stretches = list(_stretches(line, runs, factor))
        sure = [stretch for stretch in stretches if _convinces(stretch, line)]
        if sum(map(len, sure)) > 2 * sum(map(len, best)) or (factor == 2 and not best):
            best, rest = sure, [stretch for stretch in stretches if stretch not in sure]
    return tuple(best), tuple(rest)


def _whole_line_convinces(stretches: Sequence[Stretch]) -> bool:
    """Return whether a line whose letters all share a factor is doubled.

    Two pairs are enough, unless they are reduplicated words.
    """
    whole = Stretch(tuple(run for stretch in stretches for run in stretch.runs), stretches[0].factor, True, True)
    if _natural(whole):
        return False
    if not whole.han:
        return _latin_words(whole)
    if whole.han == 2 and len(stretches) == 2 and not whole.letters:  # 目目 录录, but 欢欢 乐乐
        return _PADDED_HEADS.fullmatch("".join(run.char for run in whole.runs)) is not None
    return whole.han >= 2 or whole.letters >= 2 or any(run.char in "：，。、；" for run in whole.runs)


def _stretches(line: str, runs: Sequence[Run], factor: int) -> Iterator[Stretch]:
    once = _letters_once(line)
    for even, group in groupby(
        runs, key=lambda run: run.length % factor == 0 and not (once and _ASCII_LETTER.match(run.char))
    ):
        if even:
            row = _whole_tokens(line, list(group))
            while row and row[0].char in _AROUND:
                row = row[1:]
            while row and row[-1].char in _AROUND:
                row = row[:-1]
            if row:
                common = gcd(*(run.length for run in row))
                yield Stretch(
                    tuple(row),
                    common if common in (3, 4) else factor,
                    not _HAN.match(line[row[0].start - 1 : row[0].start]),
                    not _HAN.match(line[row[-1].end : row[-1].end + 1]),
                )


def _letters_once(line: str) -> bool:
    """Return whether the Latin words and numbers of a line are printed once.

    The Chinese text of the line may still be doubled.
    """
    words = [_runs(word) for word in _ASCII_WORD.findall(line)]
    doubled = any(all(run.length % 2 == 0 for run in word) for word in words if len(word) > 1)
    return not doubled and any(all(run.length == 1 for run in word) for word in words)


def _whole_tokens(line: str, row: list[Run]) -> list[Run]:
    """Drop letters and digits at the ends of `row` that belong to a longer word.

    Example: 号号::440101 keeps its number.
    """
    while row and _ASCII_LETTER.match(row[-1].char) and _ASCII_LETTER.match(line[row[-1].end : row[-1].end + 1]):
        row = row[:-1]
    first = next((i for i, run in enumerate(row) if not _ASCII_LETTER.match(run.char)), len(row))
    if first and _ASCII_LETTER.match(line[row[0].start - 1 : row[0].start] if row[0].start else ""):
        if first < len(row) and row[first].char == "." and first + 1 < len(row):
            return row
        return row[first:]
    return row


def _convinces(stretch: Stretch, line: str) -> bool:
    """Return whether a stretch is certainly doubled in a line that is not as a whole."""
    han, letters = stretch.han, stretch.letters
    if _natural(stretch):
        return False
    if stretch.factor >= 3:
        return han >= 2 and (stretch.left or stretch.right)
    if han >= 3 or (han and han + letters >= 3):
        return (stretch.left and stretch.right) or (han >= 3 and (stretch.left or stretch.right))
    if not han:
        return stretch.left and stretch.right and _latin_words(stretch)
    before = line[stretch.runs[0].start - 1 : stretch.runs[0].start]
    after = line[stretch.runs[-1].end :][:1]
    cell = not before.strip() and not after.strip()
    number = before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
    return han == 2 and (cell or number)


def _latin_words(stretch: Stretch) -> bool:
    """Return whether pairs without Chinese are words, not a code.

    SSeeccuurriittiieess and 33..1100 HHSSMMCC are words; aabbccdd and 112233 are codes.
    """
    alphabetic = [run.char.lower() for run in stretch.runs if run.char.isascii() and run.char.isalpha()]
    dotted = any(run.char == "." for run in stretch.runs) and stretch.letters >= 5
    ordered = alphabetic in (sorted(alphabetic), sorted(alphabetic, reverse=True))
    return len(alphabetic) >= (1 if dotted else 6) and not ordered


def _natural(stretch: Stretch) -> bool:
    """Return whether a stretch consists of reduplicated words or of exclamations.

    Reduplicated words are, for example, 家家户户红红火火 and 天天.
    """
    letters = [run for run in stretch.runs if _HAN.match(run.char)]
    if stretch.factor >= 3:
        return all(_CRIES.match(run.char) for run in letters)
    if not letters or any(run.length % 2 for run in letters) or stretch.letters:
        return False
    table, at = _reduplications(), 0
    word = "".join(run.char * (run.length // 2) for run in letters)
    while at < len(word):
        if at + 1 < len(word) and word[at : at + 2] in table:
            at += 2
        elif word[at] * 2 in table:
            at += 1
        else:
            return False
    return True


def _likely(stretch: Stretch, sure: Sequence[Stretch], doubled_page: bool) -> bool:
    """Return whether an uncertain stretch is doubled, judged by its line and page.

    `sure` are the stretches of the line that are certainly doubled.
    """
    if sure and stretch.factor != sure[0].factor:
        return False
    if sure and not stretch.han and not stretch.letters:
        return all(run.char not in _ROWS for run in stretch.runs)
    if not stretch.han or (stretch.factor > 2 and not sure):
        return False
    if sure:
        return (stretch.left and stretch.right) or (stretch.han >= 2 and (stretch.left or stretch.right))
    return doubled_page and stretch.han >= 2 and stretch.left and stretch.right and not _natural(stretch)


def _chunks(word: str) -> str:
    out, at, longest = "", 0, 0
    while at < len(word):
        size = next((n for n in range(1, len(word) // 4 + 1) if word[at : at + n] * 4 == word[at : at + 4 * n]), 0)
        if not size:
            return ""
        out += word[at : at + size]
        at, longest = at + 4 * size, max(longest, size)
    return out if longest > 1 else ""
