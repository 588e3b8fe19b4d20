"""From classified lines to articles: where one begins and the last one ends.

An editor's code (②, ⑥5) ends an article; 本报讯, a byline or a —— subtitle under a heading begins one. A heading
without any of these is an inner heading where the article before has not ended, and a headline otherwise. A page that
shows just one beginning is one long article, whatever order its parts were extracted in.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from indexer.articles import bylines, heads
from indexer.articles.continued import RUNS_FROM, RUNS_ON
from indexer.articles.heads import LineKind
from indexer.articles.lines import Line, Sheet
from indexer.model import Paper

_CODE = r"[①-⑳㉑-㉟]\s?\d{0,3}"
_END_CODE = re.compile(rf"(?<!图)(?P<code>{_CODE})\s*$")
_CODE_THEN_BYLINE = re.compile(rf"(?<=[。！？”’）)])\s*{_CODE}(?=\s*\S{{1,4}}[^。，]{{2,30}}$)")
_CODE_AFTER_SENTENCE = re.compile(rf"[。！？”’）)]\s*{_CODE}\s*$")
_LONGEST_CODE = 8
_ENDS = re.compile(rf"[（(](?:完|未完待续)[)）]$|^{RUNS_ON.pattern}$")
_OPENS_IN_TIME = re.compile(r"\s*(?:近日|日前|连日来|近年来|近期|昨日|今日|入[春夏秋冬]以来|\d{1,2}月\d{1,2}日)")
_LONGEST_HEADLINE_WORD = 12
_DATELINE_INSIDE = re.compile(r"(?<=[\w”）])本报讯\s*[（(]")
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]|\d+[.、．]|第[一二三四五六七八九十]+[章节条])"
)


@dataclass(slots=True)
class Draft:
    """The lines of one article, sorted by what they are. Inner headings are in `body`, and in `inner`."""

    section: str = ""
    head: list[Line] = field(default_factory=list)
    bylines: list[Line] = field(default_factory=list)
    body: list[Line] = field(default_factory=list)
    inner: list[Line] = field(default_factory=list)
    captions: list[Line] = field(default_factory=list)
    codes: list[Line] = field(default_factory=list)
    ended: bool = False

    @property
    def is_signed(self) -> bool:
        """Whether it has a byline, standing or in its first words."""
        return bool(self.bylines) or any(bylines.opens_news(line.text) for line in self.body)

    def add_body(self, line: Line) -> None:
        """Take a line of text; an editor's code at its end goes to `codes`."""
        code = _END_CODE.search(line.text)
        if code:
            self.codes.append(cut(line, code.start("code"), len(line.text)))
            line = cut(line, 0, code.start("code"))
        self.ended |= bool(code or _ENDS.search(line.text) or bylines.at_end(line.text))
        if line.text:
            self.body.append(line)


@dataclass(frozen=True, slots=True)
class Groups:
    """A page's articles, and the lines that belong to none."""

    drafts: tuple[Draft, ...]
    furniture: tuple[Line, ...]


def cut(line: Line, start: int, end: int) -> Line:
    """Return a part of a line, without the blanks around it."""
    text = line.text[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    return replace(
        line, text=text, start=line.start + start, end=line.start + start + len(text), gap=line.gap if start == 0 else 0
    )


def separate(sheet: Sheet) -> tuple[Line, ...]:
    """Return a page's lines, those cut that hold more than one thing.

    …召开。③5 记者 唐翀 摄; （上接第1版）…; …（下转第2版）; a headline that the text follows in the same line.
    """
    parts: list[Line] = []
    for line in sheet.lines():
        for unmarked in _at_marks(line):
            for text in _at_code(unmarked, sheet):
                after_end = not parts or bool(_END_CODE.search(parts[-1].text))
                parts += _at_run_in_headline(text, sheet, after_end)
    return tuple(parts)


def group(lines: Sequence[Line], line_kinds: Sequence[LineKind], paper: Paper, section: str = "") -> Groups:
    """Divide a page's lines into articles. `section` holds for those before the first running head."""
    if _is_one_article(lines, line_kinds):
        return _one_article(lines, line_kinds, paper, section)
    return _Grouping(lines, line_kinds, paper, section).run()


def _at_marks(line: Line) -> Iterator[Line]:
    """Cut off the marks of an article that runs over several pages, and a heading that runs into 本报讯."""
    if inside := _DATELINE_INSIDE.search(line.text):
        yield cut(line, 0, inside.start())
        yield from _at_marks(cut(line, inside.start(), len(line.text)))
        return
    first, last = RUNS_FROM.match(line.text), RUNS_ON.search(line.text)
    start = first.end() if first else 0
    end = last.start() if last and not line.text[last.end() :].strip() else len(line.text)
    for part in (cut(line, 0, start), cut(line, start, end), cut(line, end, len(line.text))):
        if part.text:
            yield part


def _at_run_in_headline(line: Line, sheet: Sheet, after_end: bool) -> Iterator[Line]:
    """Cut off a headline that the extraction set before its text; the raw blanks are all that shows it.

    One word is enough where an article has just ended.
    """
    places = [place for place, _ in itertools.islice(sheet.seams(line.start, line.end), 4)]
    bounds = [line.start, *places]
    for end in bounds[1 if after_end else 2 :]:
        words = [sheet.text[a:b].strip() for a, b in itertools.pairwise(bounds[: bounds.index(end) + 1])]
        if not all(2 <= len(word) <= _LONGEST_HEADLINE_WORD and word.isalpha() for word in words):
            break
        if _OPENS_IN_TIME.match(sheet.text, end, line.end):
            yield replace(cut(line, 0, end - line.start), text=" ".join(words))
            line = cut(line, end - line.start, len(line.text))
            break
    yield line


def _at_code(line: Line, sheet: Sheet) -> Iterator[Line]:
    """Cut after an editor's code where the raw line ends there, or where only a byline follows."""
    for place, blank in sheet.seams(line.start, line.end):
        if "\n" in blank and _CODE_AFTER_SENTENCE.search(sheet.text, max(line.start, place - _LONGEST_CODE), place):
            yield from _at_code(cut(line, 0, place - line.start), sheet)
            line = cut(line, place - line.start, len(line.text))
    found = _CODE_THEN_BYLINE.search(line.text)
    if found and bylines.standing(line.text[found.end() :].strip()):
        yield cut(line, 0, found.end())
        yield cut(line, found.end(), len(line.text))
    else:
        yield line


class _Grouping:
    """One walk down a page. Heading lines wait until the text below tells what they head."""

    def __init__(self, lines: Sequence[Line], line_kinds: Sequence[LineKind], paper: Paper, section: str) -> None:
        self._lines, self._kinds, self._paper, self._section = lines, line_kinds, paper, section
        self._page_has_codes = any(_END_CODE.search(line.text) for line in lines)
        self._level = min((line.level for line in lines if line.level), default=0)
        self._inner = _parallel_headings(lines, line_kinds)
        self._drafts: list[Draft] = []
        self._furniture: list[Line] = []
        self._waiting: list[tuple[Line, LineKind]] = []
        self._new_section = False
        self._previous: Line | None = None

    def run(self) -> Groups:
        """Walk the page."""
        for line, kind in zip(self._lines, self._kinds, strict=True):
            if kind == "furniture":
                self._furniture.append(line)
            elif kind == "section":
                self._furniture.append(line)
                self._settle(None)
                self._section, self._new_section = heads.section_name(line, self._paper), True
            elif kind == "body":
                self._settle(line)
                self._draft_for(line).add_body(line)
            else:
                self._take_or_wait(line, kind)
            self._previous = line
        self._settle(None)
        return Groups(tuple(self._drafts), tuple(self._furniture))

    def _take_or_wait(self, line: Line, kind: LineKind) -> None:
        """Give a byline or caption to the article above, where nothing waits; let it wait otherwise.

        A byline right under a caption is the photographer's.
        """
        current = self._drafts[-1] if self._drafts and not self._waiting else None
        if current and (kind == "caption" or (kind == "byline" and self._previous in current.captions)):
            current.captions.append(line)
        elif current and kind == "byline" and current.body:
            current.bylines.append(line)
            current.ended = True
        else:
            if kind == "heading" and any(before == "caption" for _, before in self._waiting):
                self._settle(None)
            self._waiting.append((line, kind))

    def _draft_for(self, line: Line) -> Draft:
        """The article that a line of text without a heading belongs to."""
        if not self._drafts or (
            self._drafts[-1].is_signed and self._drafts[-1].ended and bylines.opens_news(line.text)
        ):
            self._drafts.append(Draft(self._section))
        return self._drafts[-1]

    def _settle(self, below: Line | None) -> None:
        """Give the waiting lines to a new article, or to the current one as inner headings."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        if self._begins_article(waiting, below):
            self._drafts.append(Draft(self._section))
        draft = self._drafts[-1]
        is_new = not draft.body
        for line, kind in waiting:
            if kind == "caption":
                draft.captions.append(line)
            elif kind == "continued":
                draft.body.append(line)
            elif kind == "byline" or (is_new and draft.head and _is_bare_name(line)):
                draft.bylines.append(line)
            elif is_new:
                draft.head.append(line)
            else:
                draft.body.append(line)
                draft.inner.append(line)

    def _begins_article(self, waiting: Sequence[tuple[Line, LineKind]], below: Line | None) -> bool:
        """Tell whether heading lines, with the text below them, begin an article."""
        begins_section, self._new_section = self._new_section, False
        if not self._drafts or begins_section:
            return True
        current = self._drafts[-1]
        if any(line.role == "headline" or kind == "continued" for line, kind in waiting):
            return True
        headings = [line for line, kind in waiting if kind == "heading"]
        if not headings:
            return any(kind in ("subtitle", "byline") for _, kind in waiting)
        if _is_signed(waiting, below) or current.ended:
            return True
        if self._page_has_codes:
            return False
        if self._level:
            return any(line.level == self._level for line in headings)
        if all(line in self._inner for line in headings):
            return False
        return not all(_NUMBERED.match(line.text) for line in headings)


def _is_signed(waiting: Sequence[tuple[Line, LineKind]], below: Line | None) -> bool:
    """Tell heading lines with a subtitle, a byline or 本报讯 below: they begin an article."""
    if any(kind in ("subtitle", "byline") for _, kind in waiting):
        return True
    return below is not None and bylines.opens_news(below.text)


def _is_bare_name(line: Line) -> bool:
    """Tell an author's name under a headline, with no role beside it."""
    words = line.text.split()
    return len(line.text) <= 9 and bool(bylines.parse(line.text)) and all(len(word) <= 4 for word in words)


def _parallel_headings(lines: Sequence[Line], line_kinds: Sequence[LineKind]) -> frozenset[Line]:
    """Headings of one form that follow each other inside an article: two or more, alike in length and parts."""
    alike: list[list[Line]] = []
    for place, (line, kind) in enumerate(zip(lines, line_kinds, strict=True)):
        if kind != "heading":
            continue
        after = lines[place + 1] if place + 1 < len(lines) and line_kinds[place + 1] == "body" else None
        if after is None or bylines.opens_news(after.text):
            alike.append([])
        elif alike and alike[-1] and _alike(alike[-1][0].text, line.text):
            alike[-1].append(line)
        else:
            alike.append([line])
    return frozenset(line for run in alike if len(run) >= 2 for line in run)


def _alike(one: str, other: str) -> bool:
    return abs(len(one) - len(other)) <= 1 and len(one.split()) == len(other.split())


def _is_one_article(lines: Sequence[Line], line_kinds: Sequence[LineKind]) -> bool:
    """Tell a page of one long article: one standing byline or subtitle, no dateline, one end at most."""
    if any(line.role == "headline" for line in lines):
        return False
    signs = [place for place, kind in enumerate(line_kinds) if kind in ("byline", "subtitle")]
    together = bool(signs) and signs[-1] - signs[0] == len(signs) - 1
    codes = sum(bool(_END_CODE.search(line.text)) for line in lines)
    texts = [line for line, kind in zip(lines, line_kinds, strict=True) if kind == "body"]
    datelines = sum(bylines.opens_news(line.text) for line in texts)
    return together and codes <= 1 and datelines == 0 and "heading" in line_kinds and "section" not in line_kinds


def _one_article(lines: Sequence[Line], line_kinds: Sequence[LineKind], paper: Paper, section: str) -> Groups:
    """Put a scattered article together: head, the text under the byline first, then the rest in the page's order."""
    draft = Draft(section)
    furniture: list[Line] = []
    headline = _headline_places(lines, line_kinds)
    lead = _lead_places(line_kinds)
    order = [*lead, *(place for place in range(len(lines)) if place not in lead)]
    for place in order:
        line, kind = lines[place], line_kinds[place]
        if kind == "furniture":
            furniture.append(line)
        elif kind == "caption":
            draft.captions.append(line)
        elif kind == "byline":
            draft.bylines.append(line)
        elif kind == "subtitle" or place in headline:
            draft.head.append(line)
        else:
            draft.add_body(line)
            if kind == "heading":
                draft.inner.append(line)
    draft.head.sort(key=lambda line: (heads.is_subtitle(line), line.start))
    return Groups((draft,), tuple(furniture))


def _headline_places(lines: Sequence[Line], line_kinds: Sequence[LineKind]) -> set[int]:
    """Where a one-article page has its headline: above subtitle or byline, else a heading with no text under it."""
    sign = next(place for place, kind in enumerate(line_kinds) if kind in ("byline", "subtitle"))
    first = sign
    while first > 0 and line_kinds[first - 1] == "heading":
        first -= 1
    if first < sign:
        return set(range(first, sign))
    headings = [place for place, kind in enumerate(line_kinds) if kind == "heading"]
    alone = [
        place for place in headings if place + 1 == len(lines) or line_kinds[place + 1] in ("caption", "furniture")
    ]
    return {max(alone or headings[:1], key=lambda place: (lines[place].doubled, -place))}


def _lead_places(line_kinds: Sequence[LineKind]) -> list[int]:
    """Where the text stands that follows subtitle and byline, up to the next heading or caption."""
    signs = [place for place, kind in enumerate(line_kinds) if kind in ("byline", "subtitle")]
    places: list[int] = []
    for place in range(signs[-1] + 1, len(line_kinds)):
        if line_kinds[place] != "body":
            break
        places.append(place)
    return places
