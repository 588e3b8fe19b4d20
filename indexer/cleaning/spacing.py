"""Rules for spaces: remove those added by extraction, keep those that were printed.

A *running* line is prose, where a space between Chinese characters has no meaning. In other lines (headlines, bylines)
a space between words was printed and stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from indexer.cleaning.apply import Change
from indexer.text.newsprint import HAN, MARKS, ROLE, STOPS, is_han, is_wide
from indexer.text.spaced_letters import spaced_texts
from indexer.text.tables import table_lines

_BLANKS = " \t\u3000"
_GAP = re.compile(rf"(?<=[^\s])[{_BLANKS}]+(?=[^\s])")
_BARE_ROLE = "记者|[通诵]讯员|作者|摄影|实习生|编辑|文|图"
_NAME = rf"(?:[{HAN}·]{{2,4}}|[{HAN}][{_BLANKS}]+[{HAN}]|[{HAN}·]{{5,12}})"
_BYLINE = re.compile(
    rf"(?<![{HAN}])(?:(?:本报|见习|特约|首席)?(?:{_BARE_ROLE})[{_BLANKS}:：]+{_NAME}(?:[{_BLANKS}]+{_NAME})*[{_BLANKS}]*)+(?:[{HAN}]/[{HAN}]|摄影报道|报道|摄影|摄)?"
)
_NAMES = re.compile(
    rf"[（(](?P<names>{_NAME}(?:[{_BLANKS}]+{_NAME})*?)"
    rf"(?:[{_BLANKS}]+(?:摄影报道|图片报道|报道|摄影|摄像|供图|[摄文图]|文[/／]?图|图[/／]?文))?[)）]"
)
_CREDIT = re.compile(r"[（(](?P<inside>[^（）()，。；！？]{4,60})[)）]")
_PADDED = re.compile(rf"(?<![{HAN}])([{HAN}])[{_BLANKS}]+([{HAN}])(?![{HAN}])")
_NUMBER_HEAD = re.compile(
    r"(?:第[一二三四五六七八九十百千零\d]+[章节条编款]|[一二三四五六七八九十]{1,3}|[\d年月日]{6,11})$"
)
_LETTER = re.compile(f"[{HAN}]")
_SINGLE = re.compile(rf"(?:(?<=[\s{MARKS}])|^)[{HAN}](?=[\s{MARKS}]|$)", re.MULTILINE)
_ROW = re.compile(rf"[{HAN}\s]+")
_LATIN = re.compile(r"[A-Za-z]")
_LONGEST_NAME = 8
_FEWEST, _LONGEST_ROW = 4, 200
_MOST_SINGLE, _SOME_SINGLE = 0.5, 0.1
_CLAUSE = re.compile(r"[，。；！？,;!?]")
_CLOSED = re.compile(rf"[{STOPS}；!?;][”’\"）)》]*(?: *[①-⑳]\d{{0,2}})?$")
_PROSE = 40  # characters: from this length a line with a comma is prose even if its end is lost


def letter_spaces(text: str) -> Iterator[Change]:
    """Close up lines whose letters OCR set apart: most of their Chinese letters stand alone between spaces.

    The commonest gap is the one between letters; wider ones were printed and become one space. On a page with such
    lines, a line that has some single letters is closed up too where a gap is no wider.
    """
    if not _has_blanks(text):
        return
    lines = list(_gapped(text))
    if not any(_is_letter_spaced(line, _MOST_SINGLE) for _, line in lines):
        return
    damaged = _is_letter_spaced(" ".join(line for _, line in lines), _MOST_SINGLE)
    for at, line in lines:
        if _is_letter_spaced(line, _SOME_SINGLE if damaged else _MOST_SINGLE, 0 if damaged else _FEWEST):
            narrow = _narrow(line)
            for gap in _GAP.finditer(line):
                if gap.start() and _columns(gap[0]) <= narrow and _is_between(line, gap.start(), gap.end()):
                    yield Change(at + gap.start(), at + gap.end(), "")


def _is_letter_spaced(line: str, least: float, fewest: int = _FEWEST) -> bool:
    """Return whether at least this share of a line's Chinese letters, and more than `fewest`, stand alone.

    A row of padded names does not count.
    """
    single, letters = len(_SINGLE.findall(line)), len(_LETTER.findall(line))
    return single > fewest and single >= least * letters and not _lists_names(line)


def _lists_names(line: str) -> bool:
    """Return whether a line is a row of padded names, or has no narrow gaps."""
    if not _ROW.fullmatch(line[:_LONGEST_ROW]):
        return False
    return any(len(joined) == 2 for joined, _ in spaced_texts(line[:_LONGEST_ROW]))


def _narrow(line: str) -> int:
    """Return the columns of the commonest gap of a line."""
    gaps = Counter(_columns(gap) for gap in _GAP.findall(line))
    return max(gaps, key=lambda width: (gaps[width], -width))


def _columns(gap: str) -> int:
    return sum(1 + (blank == "\u3000") for blank in gap)


def _is_between(line: str, start: int, end: int) -> bool:
    """Return whether a gap lies between Chinese letters, marks and figures; Latin words keep their spaces."""
    return not (_LATIN.match(line[start - 1]) and _LATIN.match(line[end]))


def padded_names(text: str) -> Iterator[Change]:
    """Join a name of two characters that was padded to the width of three."""
    for start, line in _gapped(text):
        gaps = {
            (m.end(1), m.start(2))
            for byline in _bylines(line)
            for m in _PADDED.finditer(line, *byline.span())
            if m[2] not in "摄文图"
        }
        for low, high in sorted(gaps):
            yield Change(start + low, start + high, "")


def line_spaces(text: str) -> Iterator[Change]:
    """Remove spaces between Chinese characters of running text.

    Such a space marks where a line ended on the page.
    """
    for start, line in _gapped(text):
        if not is_running(line):
            continue
        bylines = [m.span() for m in _bylines(line)]
        for m in _GAP.finditer(line):
            if is_han(line[m.start() - 1]) and is_han(line[m.end()]) and not _meant(line, m.start(), m.end(), bylines):
                yield Change(start + m.start(), start + m.end(), "")


def spaces(text: str) -> Iterator[Change]:
    """Remove spaces beside Chinese marks and, in running text, figures and Latin words.

    Other runs of spaces become one space.
    """
    for start, line in _gapped(text):
        running = is_running(line) and not line.isascii()
        heading = re.match(r"#{1,6}(?=[ \t])", line)
        for m in _GAP.finditer(line, heading.end() + 1 if heading else 0):
            left, right = line[m.start() - 1], line[m.end()]
            if not (is_han(left) and is_han(right)) and _touches(left, right, running):
                yield Change(start + m.start(), start + m.end(), "")
            elif m[0] != " ":
                yield Change(start + m.start(), start + m.end(), " ")


def is_running(line: str) -> bool:
    """Return whether a line is prose.

    >>> is_running("眼下,天气转寒。"), is_running("凝心聚力促发展 砥砺前行谱新篇")
    (True, False)
    """
    return _CLAUSE.search(line) is not None and (len(line) >= _PROSE or _CLOSED.search(line[-8:]) is not None)


def _bylines(line: str) -> Iterator[re.Match[str]]:
    """Yield the bylines of a line: names after a role, what begins with a role in parentheses, names alone in them."""
    yield from _BYLINE.finditer(line)
    for found in _CREDIT.finditer(line):
        if ROLE.match(found["inside"]) and max(map(len, re.split("[·、 \t\u3000]", found["inside"]))) <= _LONGEST_NAME:
            yield found
    for found in _NAMES.finditer(line):
        names = re.sub(rf"(?<![{HAN}])([{HAN}])[{_BLANKS}]+([{HAN}])(?![{HAN}])", r"\1\2", found["names"]).split()
        if all("·" in name or any(name[:size] in _name_beginnings() for size in (1, 2, 3)) for name in names):
            yield found


@cache
def _name_beginnings() -> frozenset[str]:
    return frozenset(table_lines("indexer.text", "surnames.tsv") + table_lines("indexer.text", "name_parts.tsv"))


def _has_blanks(text: str) -> bool:
    return " " in text or "\u3000" in text or "\t" in text


def _gapped(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with inner spaces, with their start offsets."""
    if not _has_blanks(text):
        return
    at = 0
    for line in text.split("\n"):
        if _has_blanks(line) and _GAP.search(line):
            yield at, line
        at += len(line) + 1


def _meant(line: str, start: int, end: int, bylines: list[tuple[int, int]]) -> bool:
    """Return whether a space was printed on purpose.

    Such spaces are between names, after 第一条, or between the halves of a quoted slogan.
    """
    if any(low < start < high for low, high in bylines) or _NUMBER_HEAD.match(line[:start]):
        return True
    left = re.search(rf"[“《]([{HAN}]{{4,12}})$", line[max(0, start - 14) : start])
    right = re.match(rf"([{HAN}]{{4,12}})[”》]", line[end : end + 14])
    return bool(left and right)


def _touches(left: str, right: str, running: bool) -> bool:
    """Return whether a space between these two characters is only padding."""
    if running:
        return is_wide(left) or is_wide(right) or '"' in (left, right)
    wide_mark = is_wide(left) and not is_han(left) and left not in "”’》）】！？…"
    return wide_mark or (is_wide(right) and not is_han(right) and right not in "“‘《（【—")
