"""Group classified lines into articles: where each begins and ends.

An editor's code (②, ⑥5) ends an article. 本报讯, a byline or a —— subtitle under a heading begins one. Without any of
these, a heading is an inner heading if the article before is unfinished, and a headline otherwise. A page with a
single beginning is one long article, in whatever order its parts were extracted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.articles.metadata import kinds
from indexer.articles.page_lines import bylines
from indexer.articles.page_lines.source_map import Line
from indexer.articles.segmentation import headline_parts, single_article_page
from indexer.articles.segmentation.drafts import Draft, Groups, end_code
from indexer.articles.segmentation.headline_parts import LineKind
from indexer.model import Paper

_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]|\d+[.、．]|第[一二三四五六七八九十]+[章节条])"
)

_LONGEST_INNER = 12
"""Length limit of a lone inner heading. On pages made of clean news 32 lone headings up to it were inner headings and 2
were headlines; of longer ones 34 were inner headings and 63 headlines."""

_OF_TRADE = re.compile("(?:优惠|促销|让利|开业)$")
"""Words at the end of an advertisement's headline that may also end an inner heading of news."""
_HARDLY_BEGUN, _SHORTER = 2, 0.85
"""Paragraphs below a headline, and the share of its length, up to which a heading is an inner heading."""


def group(lines: Sequence[Line], line_kinds: Sequence[LineKind], paper: Paper, section: str = "") -> Groups:
    """Divide a page's lines into articles. `section` is that of the lines before the first running head."""
    if single_article_page.is_one_article(lines, line_kinds):
        return single_article_page.one_article(lines, line_kinds, section)
    return _Grouping(lines, line_kinds, paper, section).run()


def group_printed(lines: Sequence[Line], line_kinds: Sequence[LineKind], paper: Paper, section: str = "") -> Groups:
    """Divide a page that says where its lines stand: an article begins below a blank line, and nowhere else."""
    return _Grouping(lines, line_kinds, paper, section, is_printed=True).run()


class _Grouping:
    """A single pass down a page. Heading lines wait until the text below decides what they head."""

    def __init__(
        self,
        lines: Sequence[Line],
        line_kinds: Sequence[LineKind],
        paper: Paper,
        section: str,
        *,
        is_printed: bool = False,
    ) -> None:
        self._is_printed = is_printed
        self._must_begin = False
        self._lines, self._kinds, self._paper, self._section = lines, line_kinds, paper, section
        self._page_has_codes = any(end_code(line.text) for line in lines)
        self._level = min((line.level for line in lines if line.level), default=0)
        self._inner = _parallel_headings(lines, line_kinds)
        self._usual_gap = _usual_gap(lines, line_kinds)
        self._indent = headline_parts.paragraph_indent(lines)
        self._drafts: list[Draft] = []
        self._furniture: list[Line] = []
        self._waiting: list[tuple[Line, LineKind]] = []
        self._new_section = False
        self._previous: Line | None = None

    def run(self) -> Groups:
        """Walk the page."""
        for line, kind in zip(self._lines, self._kinds, strict=True):
            if self._is_printed and line.gap and kind != "furniture":
                self._settle(None)
                self._must_begin = True
            if kind == "furniture":
                self._furniture.append(line)
                self._end_at(line)
            elif kind == "section":
                self._furniture.append(line)
                self._settle(None)
                self._section, self._new_section = headline_parts.section_name(line, self._paper), True
            elif kind == "body":
                self._settle(line)
                self._draft_for(line).add_body(line)
            else:
                self._take_or_wait(line, kind)
            self._previous = line
        self._settle(None)
        self._give_banner_to_page()
        return Groups(tuple(self._drafts), tuple(self._furniture))

    def _take_or_wait(self, line: Line, kind: LineKind) -> None:
        """Give a byline or caption to the article above if no lines wait; otherwise let it wait.

        A byline right under a caption is the photographer's.
        """
        current = self._drafts[-1] if self._drafts and not (self._waiting or self._must_begin) else None
        if current and (kind == "caption" or (kind == "byline" and self._previous in current.captions)):
            current.captions.append(line)
        elif current and kind == "byline" and current.body:
            current.bylines.append(line)
            current.ended = True
        else:
            if kind == "heading" and self._waiting and self._waiting[-1][1] == "caption":
                self._settle(None)
            self._waiting.append((line, kind))

    def _give_banner_to_page(self) -> None:
        """Move the slogan at the top of the page from the first article's head to the furniture."""
        furniture = set(self._furniture)
        top = next((line for line in self._lines if line not in furniture), None)
        head = self._drafts[0].head if self._drafts else []
        if head and head[0] == top and headline_parts.has_banner(head, self._paper):
            self._furniture.insert(0, head.pop(0))

    def _end_at(self, line: Line) -> None:
        """End the article above if this line of furniture names its editor."""
        if self._drafts and not self._waiting and bylines.is_credit(line.text):
            self._drafts[-1].ended = True

    def _draft_for(self, line: Line) -> Draft:
        """Return the article that a line of text without a heading belongs to."""
        current = self._drafts[-1] if self._drafts else None
        if self._must_begin:
            current, self._must_begin = None, False
        if not current or (current.ended and (current.signed or current.bylines) and bylines.opens_news(line.text)):
            self._drafts.append(Draft(self._section))
        return self._drafts[-1]

    def _settle(self, below: Line | None) -> None:
        """Give the waiting lines to a new article, or to the current one as inner headings."""
        waiting, self._waiting = self._waiting, []
        if waiting and not self._is_printed and self._signs_above(waiting, below):
            self._drafts[-1].bylines.append(waiting.pop(0)[0])
            self._drafts[-1].ended = True
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
                is_new = is_new and not draft.head
            elif is_new:
                draft.head.append(line)
            else:
                draft.body.append(line)
                draft.inner.append(line)

    def _signs_above(self, waiting: Sequence[tuple[Line, LineKind]], below: Line | None) -> bool:
        """Return whether the first waiting line is an author's name under an article.

        Then another headline follows, or nothing.
        """
        line, kind = waiting[0]
        if kind != "heading" or not (self._drafts and self._drafts[-1].body) or not bylines.is_signature(line.text):
            return False
        return below is None or any(kind == "heading" for _, kind in waiting[1:])

    def _begins_article(self, waiting: Sequence[tuple[Line, LineKind]], below: Line | None) -> bool:
        """Return whether heading lines, with the text below them, begin an article."""
        must_begin = self._new_section or self._must_begin
        self._new_section = self._must_begin = False
        if self._is_printed or must_begin or not self._drafts:
            return must_begin or not self._drafts
        current = self._drafts[-1]
        if any(line.role == "headline" or kind == "continued" for line, kind in waiting):
            return True
        headings = [line for line, kind in waiting if kind == "heading"]
        if not headings:
            return any(kind in ("subtitle", "byline") for _, kind in waiting)
        if self._indent:
            return headings[0].indent != self._indent
        if _is_signed(waiting, below) or current.ended:
            return True
        if self._page_has_codes:
            return False
        if self._level:
            return any(line.level == self._level for line in headings)
        if self._usual_gap is not None and waiting[0][0].gap <= self._usual_gap:
            return False
        if all(line in self._inner for line in headings):
            return False
        if len(headings) == 1 and self._usual_gap is None and _is_short_below(headings[0], current):
            return False
        if len(headings) == 1 and self._usual_gap is None and _divides(headings[0], current):
            return False
        return not all(_NUMBERED.match(line.text) for line in headings)


def _is_signed(waiting: Sequence[tuple[Line, LineKind]], below: Line | None) -> bool:
    """Return whether a subtitle, a byline or 本报讯 follows the heading lines, so that they begin an article."""
    if any(kind in ("subtitle", "byline") for _, kind in waiting):
        return True
    return below is not None and bylines.opens_news(below.text)


def _is_short_below(heading: Line, draft: Draft) -> bool:
    """Return whether a heading is too short for a headline under a longer one. 遗失声明 is a headline by its words."""
    if len(heading.text) > _LONGEST_INNER or _is_notice(heading):
        return False
    return sum(len(line.text) for line in draft.head) > _LONGEST_INNER


def _is_notice(heading: Line) -> bool:
    """Return whether a heading is one of a notice: 遗失声明, 招标公告."""
    return kinds.by_headline(heading.text) is not None and not _OF_TRADE.search(heading.text)


def _divides(heading: Line, draft: Draft) -> bool:
    """Return whether a heading divides the article above, which has inner headings or has hardly begun.

    On pages made of clean news all but 4 of 151 lone headings below an inner heading were inner headings too.
    """
    headline = max((len(line.text) for line in draft.head), default=0)
    if _is_notice(heading) or not headline:
        return False
    if draft.inner:
        return len(heading.text.split()) == 1 or any(" " in line.text for line in draft.inner)
    return len(draft.body) <= _HARDLY_BEGUN and len(heading.text) < _SHORTER * headline


def _is_bare_name(line: Line) -> bool:
    """Return whether a line is an author's name under a headline, with no role beside it."""
    if bylines.is_signature(line.text):
        return True
    words = line.text.split()
    return len(line.text) <= 9 and bool(bylines.parse(line.text)) and all(len(word) <= 4 for word in words)


def _usual_gap(lines: Sequence[Line], line_kinds: Sequence[LineKind]) -> int | None:
    """Return the gap between paragraphs, if all are equal and most headings are farther from the text above.

    Return None if gaps give no evidence.
    """
    pairs = [
        (kind, line.gap)
        for before, kind, line in zip(line_kinds, line_kinds[1:], lines[1:], strict=False)
        if before == "body"
    ]
    paragraphs = {gap for kind, gap in pairs if kind == "body"}
    headings = [gap for kind, gap in pairs if kind == "heading"]
    if len(paragraphs) != 1 or not headings:
        return None
    [usual] = paragraphs
    return usual if max(headings) > usual else None


def _parallel_headings(lines: Sequence[Line], line_kinds: Sequence[LineKind]) -> frozenset[Line]:
    """Return the headings of the same form that follow each other, two or more: they divide an article."""
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
    """Return whether headings have the same form: parts of equal length, or equal letters in equal positions."""
    parts, others = [len(part) for part in one.split()], [len(part) for part in other.split()]
    if len(parts) == len(others) > 1 and parts[0] == others[0] and abs(sum(parts) - sum(others)) <= 1:
        return True
    return sum(a == b for a, b in zip(one, other, strict=False)) >= 2
