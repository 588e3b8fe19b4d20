"""Restore letters that fake bold printed twice: 坚坚持持正正确确 → 坚持正确, but not 高高兴兴.

A line is split into runs of equal characters. A *stretch* is a sequence of runs whose lengths share a factor. Four
things decide whether a stretch counts as doubled: its length, its ends (whether it begins or ends at a line end, a
space or a mark), the rest of its line, and the rest of the page. In clean text two pairs in a row are common where
words meet (会会议议程). Three pairs are rare, except in reduplicated words, which are listed in a data file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import dropwhile, groupby
from math import gcd
from typing import NamedTuple

from indexer.cleaning.apply import Change
from indexer.cleaning.judgements import judge
from indexer.text.folding import fold
from indexer.text.newsprint import HAN
from indexer.text.tables import table_text
from indexer.text.tokenizer import is_in_dictionary, share_in_words

_HINT = re.compile(r"(.)\1[ \u3000]*+(.)\2")
_RUN = re.compile(r"(.)\1*+", re.DOTALL)
_HAN = re.compile(f"[{HAN}]")
_FACTORS = (6, 5, 4, 3)
_AROUND = frozenset(" \t\u3000#\ufffd")
_NATURAL_TWO = frozenset("…—─―")
_ROWS = _NATURAL_TWO | frozenset("-=/\\*#_~·")  # marks that are often repeated in clean text
CRIES = re.compile(
    "[吖呀啊哈呵嘿嘻嗨哎哦喔噢嗯呜咚咣哐叮当铛锵咔嚓啪轰隆汪喵咩哞嘎呱嘟滴答哗啦呼噜嗡咯吱唧喳哇好对是行来]|加油|万岁|必胜|恭喜|谢谢|救命|干杯|不要|快跑"
)
_PADDED_HEADS = re.compile("[目附]录|摘要|[前序引]言|[绪结]论|附件|后记|致谢|声明|简介|通知|公告|备注|合计|姓名|性别")
_ASCII_LETTER = re.compile(r"[A-Za-z0-9]")
_PAIR = re.compile(r"(.)\1")
_PAIRS = re.compile(r"(?:(.)\1)+")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]{2,}")


_LABEL = re.compile(r"[\d一二三四五六七八九十（）()]{1,4}[、.．]?[ \u3000]*")
_TWICE_DOTTED = re.compile(r"(?:(\d)\1){1,3}(?:\.\.(?:(\d)\2){1,3}){1,3}")
_SQUARE = frozenset(("[]", "【】", "〔〕"))
_BRACKETS = _SQUARE | {"()", "（）", "《》", "“”", "<>", "〈〉"}
_PET_NAMES = frozenset(
    "朵圆童果糖豆多石磊阳晨辰宝贝妞囡蛋毛虎牛雪月星宁安康晶鑫森淼点球米苗芽萌萱涵轩彤桐瑞泽浩涛鹏飞龙凤梅兰竹菊平静芬芳红青蓝紫花草叶彩霞云雨露晴"
)
_NUMERALS = frozenset("一二三四五六七八九十百千万两零〇")
_ENOUGH = 0.75  # share of the letters in words from which letters printed once are a text
_IN_PAIRS = 0.85  # share in words below which letters in pairs are no text
_BETTER = 0.1
_MOSTLY = 0.8  # share of doubled letters in a line whose other letters may be damaged
_MOST = 4  # pairs in a line whose other letters may be damaged
_LETTERS_OF_A_WORD = 3
_LONGEST_WORD = 8  # letters of a bold word in a sentence


class Run(NamedTuple):
    """A run of `length` equal characters that begins at `start`."""

    char: str
    start: int
    length: int

    @property
    def end(self) -> int:
        """The start of the next run."""
        return self.start + self.length


_BLANK = Run(" ", 0, 1)


class Copies(NamedTuple):
    """The copies of a letter as printed, and the letters around them."""

    printed: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sequence of runs, each of which may be printed `factor` times.

    `left` and `right` indicate that a word may end on that side. `copies` is set where one run stands for letters that
    differ, since some were misread.
    """

    runs: tuple[Run, ...]
    factor: int
    left: bool
    right: bool
    copies: Copies | None = None

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
    """Restore letters that are printed two to six times."""
    judged = [(start, *_judge(line)) for start, line in _lines(text)]
    doubled_page = sum(bool(sure) for _, sure, _ in judged) >= 2
    if any(_is_verse(stretch) for *_, rest in judged for stretch in rest):
        judged = [
            (start, tuple(one for one in sure if one.han > _LETTERS_OF_A_WORD), rest) for start, sure, rest in judged
        ]
        doubled_page = False
    for start, sure, rest in judged:
        believed = [*sure, *(stretch for stretch in rest if _likely(stretch, sure, doubled_page))]
        for stretch in sorted(believed, key=lambda stretch: stretch.runs[0].start):
            if stretch.copies:
                yield Change(start + stretch.runs[0].start, start + stretch.runs[0].end, _best(stretch.copies, text))
                continue
            for run in stretch.runs:
                if not (run.char in _NATURAL_TWO and run.length == 2):
                    times = -(-run.length // stretch.factor)  # one of the copies may be lost
                    yield Change(start + run.start, start + run.end, run.char * times)


def is_doubled(line: str) -> bool:
    """Return whether all Chinese text of a line is doubled.

    Such a line stands alone, as a headline or a caption does.

    >>> is_doubled("职职工工运运动动会会拔拔河河比比赛赛。。"), is_doubled("高高兴兴平平安安")
    (True, False)
    """
    if not _HINT.search(line):
        return False
    sure, _ = _judge(line)
    han = [run for run in runs_of(line) if _HAN.match(run.char)]
    pairs = [run for run in han if run.length > 1]
    if not sure or len(pairs) == len(han):
        return bool(sure)
    return len(pairs) >= _MOST and _MOSTLY * sum(run.length for run in han) <= sum(run.length for run in pairs)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that may contain a stretch, with their start offsets."""
    end = 0
    while found := _HINT.search(text, end):
        start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
        end = end if end >= 0 else len(text)
        yield start, text[start:end]


def runs_of(line: str) -> list[Run]:
    """Return the runs of equal characters of a line."""
    return [Run(found[1], found.start(), found.end() - found.start()) for found in _RUN.finditer(line)]


@lru_cache(maxsize=1024)  # `unwrap` judges the same lines before `undouble` does
def _judge(line: str) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Return the stretches of a line that are certainly doubled, and the other ones.

    The other ones need support from their line or page.
    """
    runs = runs_of(line)
    if gcd(*(run.length for run in runs if run.char not in _AROUND)) > 1:
        # Digits and Latin letters may be printed once (11 among 名名名名), so the factor comes from the Chinese text.
        shared = gcd(*(run.length for run in runs if _HAN.match(run.char)))
        stretches = list(_stretches(line, runs, shared if shared in _FACTORS else 2))
        if stretches and _whole_line_convinces(stretches):
            return tuple(stretches), ()
    rest: list[Stretch] = []
    best: list[Stretch] = []
    for factor in (*_FACTORS, 2):
        stretches = list(_stretches(line, runs, factor))
        if _mostly_doubled(stretches, runs, factor):
            return (*stretches, *_damaged(line, runs, factor)), ()
        if any(map(_is_verse, stretches)):
            return (), tuple(stretches)
        answers = [judge(_SURE, Place(stretch, line)).answer for stretch in stretches]
        sure = [stretch for stretch, answer in zip(stretches, answers, strict=True) if answer]
        if sum(map(len, sure)) > 2 * sum(map(len, best)) or (factor == 2 and not best):
            best, rest = sure, [stretch for stretch, answer in zip(stretches, answers, strict=True) if not answer]
    return tuple(best), tuple(rest)


def _whole_line_convinces(stretches: Sequence[Stretch]) -> bool:
    """Return whether a line whose letters all share a factor is doubled.

    Two pairs are enough, unless they are reduplicated words.
    """
    whole = Stretch(tuple(run for stretch in stretches for run in stretch.runs), stretches[0].factor, True, True)
    if _natural(whole) or _are_pet_names(stretches, whole):
        return False
    if not whole.han:
        return _latin_words(whole) or _doubled_number(whole)
    return whole.han >= 2 or whole.letters >= 2 or any(run.char in "：，。、；" for run in whole.runs)


def _are_pet_names(stretches: Sequence[Stretch], whole: Stretch) -> bool:
    """Return whether a line lists pairs, each set apart, that are names: 朵朵 圆圆, but not 目目 录录."""
    words = _words(whole)
    if whole.letters or len(words) < 2 or any(size != 2 for size in map(len, _cells(stretches))):
        return False
    if _PADDED_HEADS.fullmatch(words):
        return False
    return len(words) == 2 or are_pet_names(words) or share_in_words(words) < _ENOUGH


def are_pet_names(letters: str) -> bool:
    """Return whether most of the letters, each printed twice, are names of children.

    >>> are_pet_names("乐果糖豆"), are_pet_names("坚守岗位")
    (True, False)
    """
    named = sum(letter in _PET_NAMES or letter * 2 in _reduplications() for letter in letters)
    return 2 * named >= len(letters)


def _cells(stretches: Sequence[Stretch]) -> list[str]:
    """Return the text between the blanks of a line."""
    printed = (run.char * run.length for stretch in stretches for run in (*stretch.runs, _BLANK))
    return "".join(printed).split()


def _stretches(line: str, runs: Sequence[Run], factor: int) -> Iterator[Stretch]:
    once = _letters_once(line)
    for even, group in groupby(
        runs, key=lambda run: run.length % factor == 0 and not (once and _ASCII_LETTER.match(run.char))
    ):
        if even:
            row = _whole_tokens(line, list(group))
            inner = [place for place, run in enumerate(row) if run.char not in _AROUND]
            if inner:
                row = row[inner[0] : inner[-1] + 1]
                common = gcd(*(run.length for run in row))
                yield Stretch(
                    tuple(row),
                    common if common in _FACTORS else factor,
                    not _HAN.match(line[row[0].start - 1 : row[0].start]),
                    not _HAN.match(line[row[-1].end : row[-1].end + 1]),
                )


def _letters_once(line: str) -> bool:
    """Return whether the Latin words and numbers of a line are printed once.

    The Chinese text of the line may still be doubled.
    """
    words = _ASCII_WORD.findall(line)
    doubled = any(_PAIRS.fullmatch(word) and word.strip(word[0]) for word in words)
    return not doubled and not all(map(_PAIR.search, words))


def _whole_tokens(line: str, row: list[Run]) -> list[Run]:
    """Drop letters and digits at the ends of `row` that belong to a longer word.

    Example: 号号::440101 keeps its number.
    """
    if _ASCII_LETTER.match(line[row[-1].end : row[-1].end + 1]):
        row = [*reversed([*dropwhile(lambda run: _ASCII_LETTER.match(run.char) is not None, reversed(row))])]
    first = next((i for i, run in enumerate(row) if not _ASCII_LETTER.match(run.char)), len(row))
    if first and _ASCII_LETTER.match(line[row[0].start - 1 : row[0].start] if row[0].start else ""):
        if first < len(row) and row[first].char == "." and first + 1 < len(row):
            return row
        return row[first:]
    return row


def _mostly_doubled(stretches: Sequence[Stretch], runs: Sequence[Run], factor: int) -> bool:
    """Return whether so much of a line is doubled that the other letters are damage: 坚坚持待正正确确方方向向."""
    han = [run for run in runs if _HAN.match(run.char)]
    doubled = [run for run in han if run.length % factor == 0]
    if len(doubled) < _MOST or len(doubled) == len(han):
        return False
    if sum(run.length for run in doubled) < _MOSTLY * sum(run.length for run in han):
        return False
    letters = "".join(_words(stretch) for stretch in stretches)
    return 2 * _not_reduplicated(letters) > len(letters)


def _damaged(line: str, runs: Sequence[Run], factor: int) -> Iterator[Stretch]:
    """Yield the letters of a doubled line that are not printed `factor` times: copies were lost or misread."""
    han = [bool(_HAN.match(run.char)) for run in runs]
    doubled = [is_han and run.length % factor == 0 for run, is_han in zip(runs, han, strict=True)]
    for is_odd, group in groupby(range(len(runs)), key=lambda place: han[place] and not doubled[place]):
        places = list(group)
        around = [place for place in (places[0] - 1, places[-1] + 1) if 0 <= place < len(runs)]
        if (
            not is_odd
            or not any(doubled[place] for place in around)
            or any(han[place] and not doubled[place] for place in around)
        ):
            continue
        row = [runs[place] for place in places]
        printed = "".join(run.char * run.length for run in row)
        before = "".join(run.char for run in runs[max(places[0] - 3, 0) : places[0]])
        after = "".join(run.char for run in runs[places[-1] + 1 : places[-1] + 4])
        if len(row) == 1:
            yield Stretch((row[0],), factor, True, True)
        elif len(printed) == factor:
            run, copies = Run(printed[0], row[0].start, factor), Copies(printed, before, after)
            yield Stretch((run,), factor, True, True, copies)


def _best(copies: Copies, page: str) -> str:
    """Return which of several copies of a letter is right, or two of them if they are letters that lost a copy.

    The most frequent one counts, then the one that the page prints between the same letters, then the one that makes
    words with them.
    """
    printed, before, after = copies
    counted = Counter(printed)

    def fits(one: str) -> tuple[float, ...]:
        pairs = (before[-1:] + one, one + after[:1])
        on_page = sum(len(pair) > 1 and pair in page for pair in pairs)
        return counted[one], on_page, share_in_words(before + one + after)

    best = max(counted, key=fits)
    in_words = share_in_words(before + best + after)
    if len(printed) == 2 and share_in_words(before + printed + after) > in_words + _BETTER:
        return printed
    return best


class Place(NamedTuple):
    """A stretch, and the line that it stands in."""

    stretch: Stretch
    line: str

    @property
    def before(self) -> str:
        """The character before the stretch, or ""."""
        start = self.stretch.runs[0].start
        return self.line[start - 1 : start] if start else ""

    @property
    def after(self) -> str:
        """The character after the stretch, or ""."""
        end = self.stretch.runs[-1].end
        return self.line[end : end + 1]


def _is_natural(place: Place) -> bool | None:
    return False if _natural(place.stretch) else None


def _has_three_copies(place: Place) -> bool | None:
    stretch = place.stretch
    return stretch.han >= 2 and (stretch.left or stretch.right) if stretch.factor > 2 else None


def _has_three_pairs_and_ends(place: Place) -> bool | None:
    stretch = place.stretch
    if stretch.han >= 3:
        return True if stretch.left or stretch.right else None
    return True if stretch.han + stretch.letters >= 3 and stretch.han and stretch.left and stretch.right else None


def _is_bold_word(place: Place) -> bool | None:
    """推进绿绿色色发发展展方式: words inside a sentence, but not 大学学生生活活动中心, where words meet."""
    stretch, line = place.stretch, place.line
    if stretch.letters or not _LETTERS_OF_A_WORD <= stretch.han <= _LONGEST_WORD:
        return None
    start, end = stretch.runs[0].start, stretch.runs[-1].end
    before, words, after = line[max(start - 3, 0) : start], _words(stretch), line[end : end + 3]
    in_words = share_in_words(before + words + after)
    if in_words < _ENOUGH and share_in_words(words) < 1:
        return None
    as_it_is = share_in_words(before + line[start:end] + after)
    across = (before[-1:] + words[0], before[-2:] + words[0], words[-1] + after[:1], words[-1] + after[:2])
    return True if as_it_is < min(in_words, _IN_PAIRS) or not any(map(_is_word, across)) else None


def _is_word(text: str) -> bool:
    return len(text) > 1 and is_in_dictionary(fold(text))


def _is_latin(place: Place) -> bool | None:
    stretch = place.stretch
    if stretch.han:
        return None
    return stretch.left and stretch.right and _latin_words(stretch)


def _is_bracketed(place: Place) -> bool | None:
    between = place.before + place.after
    if place.stretch.han < 2 or len(between) != 2 or between not in _BRACKETS:
        return None
    return True if between in _SQUARE or share_in_words(_words(place.stretch)) >= _ENOUGH else None


def _is_numbered(place: Place) -> bool | None:
    """1目目录录, 3、总总则则: a number before a line whose letters are doubled."""
    stretch = place.stretch
    start = stretch.runs[0].start
    if stretch.han != 2 or place.after.strip() or not _LABEL.fullmatch(place.line, 0, start):
        return None
    return True if share_in_words(_words(stretch)) >= _ENOUGH else None


def _is_cell(place: Place) -> bool | None:
    return True if place.stretch.han == 2 and not place.before.strip() and not place.after.strip() else None


def _is_in_number(place: Place) -> bool | None:
    """苏01民民终终1783号."""
    between = place.before + place.after
    return True if place.stretch.han == 2 and len(between) == 2 and between.isascii() and between.isalnum() else None


_SURE = (
    _is_natural,
    _has_three_copies,
    _has_three_pairs_and_ends,
    _is_bold_word,
    _is_latin,
    _is_bracketed,
    _is_numbered,
    _is_cell,
    _is_in_number,
)
"""Whether a stretch is certainly doubled in a line that is not as a whole."""


def _words(stretch: Stretch) -> str:
    """Return the Chinese characters of a stretch, as printed once."""
    return "".join(run.char * (run.length // stretch.factor) for run in stretch.runs if _HAN.match(run.char))


def _doubled_number(stretch: Stretch) -> bool:
    """Return whether a row of digits has a doubled point between them: 33..99."""
    printed = "".join(run.char * run.length for run in stretch.runs)
    return stretch.factor == 2 and _TWICE_DOTTED.fullmatch(printed) is not None


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
        return all(CRIES.match(run.char) for run in letters)
    if not letters or any(run.length % 2 for run in letters) or stretch.letters:
        return False
    word = "".join(run.char * (run.length // 2) for run in letters)
    if len(word) < _MOST and _NUMERALS.issuperset(word):  # 二二三三
        return True
    return is_natural(word)


def is_natural(word: str) -> bool:
    """Return whether the letters of a word, each printed twice, are reduplicated words: 高兴 as 高高兴兴."""
    odd = _not_reduplicated(word)
    if odd and (_PET_NAMES.issuperset(word) or 2 * odd <= len(word)):  # 朵朵圆圆, 莺莺燕燕春春
        return share_in_words(word) < _ENOUGH
    return odd == 0


def _is_verse(stretch: Stretch) -> bool:
    """Return whether a stretch is a row of reduplicated words: 花花柳柳真真 beside it is true as well."""
    return stretch.han >= _LETTERS_OF_A_WORD and stretch.factor == 2 and _natural(stretch)


def _not_reduplicated(word: str) -> int:
    """Return how many letters of a word belong to no reduplicated word."""
    table, at, found = _reduplications(), 0, 0
    while at < len(word):
        if at + 1 < len(word) and word[at : at + 2] in table:
            at += 2
        else:
            found += word[at] * 2 not in table
            at += 1
    return found


class _Doubtful(NamedTuple):
    """An uncertain stretch, the certain ones of its line, and whether the page has doubled lines."""

    stretch: Stretch
    sure: Sequence[Stretch]
    doubled_page: bool


def _likely(stretch: Stretch, sure: Sequence[Stretch], doubled_page: bool) -> bool:
    """Return whether an uncertain stretch is doubled, judged by its line and page.

    `sure` are the stretches of the line that are certainly doubled.
    """
    return judge(_LIKELY, _Doubtful(stretch, sure, doubled_page)).answer


def _printed_otherwise(case: _Doubtful) -> bool | None:
    return False if case.sure and case.stretch.factor != case.sure[0].factor else None


def _marks_of_a_doubled_line(case: _Doubtful) -> bool | None:
    stretch = case.stretch
    if not case.sure or stretch.han or stretch.letters:
        return None
    return all(run.char not in _ROWS for run in stretch.runs)


def _without_evidence(case: _Doubtful) -> bool | None:
    stretch = case.stretch
    return False if not stretch.han or (stretch.factor > 2 and not case.sure) else None


def _in_a_doubled_line(case: _Doubtful) -> bool | None:
    if not case.sure:
        return None
    stretch = case.stretch
    return (stretch.left and stretch.right) or (stretch.han >= 2 and (stretch.left or stretch.right))


def _on_a_doubled_page(case: _Doubtful) -> bool | None:
    stretch = case.stretch
    return case.doubled_page and stretch.han >= 2 and stretch.left and stretch.right and not _natural(stretch)


_LIKELY = (_printed_otherwise, _marks_of_a_doubled_line, _without_evidence, _in_a_doubled_line, _on_a_doubled_page)
