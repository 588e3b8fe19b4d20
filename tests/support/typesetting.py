"""Typeset invented pages of a newspaper: every line of print with its place, in the order of reading.

A page is filled from the top: each article takes some columns side by side, with its headline above them. The articles
that belong together stay known, so what is read from a page can be compared with what was printed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from tests.support import invented_news
from tests.support.invented_news import Story

Box = tuple[float, float, float, float]

PAPER = "云陂日报"
_NOT_FIRST = "，。；：？！、）》”’…"
_NOT_LAST = "（《“‘"
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class TypesetLine:
    """A line of print. `box` is left, top, right and bottom in points from the top left corner of the page.

    `role` is furniture, section, kicker, headline, subtitle, byline, body, inner (a heading within a text) or caption.
    `article` is the place of its article in those of the page, -1 for none; `paragraph` that of its paragraph, -1 for
    none. `is_vertical` lines run from top to bottom.
    """

    text: str
    box: Box
    size: float
    weight: int
    role: str
    article: int = -1
    paragraph: int = -1
    is_vertical: bool = False


@dataclass(frozen=True, slots=True)
class TypesetPage:
    """A page with its lines in the order of reading, and the articles on it. `label` is the printed page number."""

    width: float
    height: float
    label: str
    date: date
    paper_title: str
    lines: tuple[TypesetLine, ...]
    articles: tuple[Story, ...]

    def shuffled(self, seed: int) -> TypesetPage:
        """Return the page with its lines in an order that says nothing."""
        lines = list(self.lines)
        random.Random(seed).shuffle(lines)
        return replace(self, lines=tuple(lines))

    def by_rows(self) -> TypesetPage:
        """Return the page with its lines row by row across all columns, as OCR and PDFs often have them."""
        return replace(self, lines=tuple(sorted(self.lines, key=lambda line: (round(line.box[1]), line.box[0]))))


@dataclass(frozen=True, slots=True)
class Make:
    """How a page is made up: shares of articles, 0 to 1, with each part, and the noise of the boxes in points.

    `legs` is the share of articles whose columns end at different heights (another article stands below the short
    ones), `boxed` that of articles with white space all around and columns of their own width, `beside` that of
    headlines that stand beside the text. `skew` is in degrees.
    """

    kickers: float = 0.3
    subtitles: float = 0.3
    bylines: float = 0.4
    datelines: float = 0.4
    inner: float = 0.25
    pictures: float = 0.25
    legs: float = 0.35
    boxed: float = 0.15
    briefs: float = 0.1
    upright: float = 0.08
    beside: float = 0.0
    jumps: float = 0.06
    centred: float = 0.5
    noise: float = 0.0
    skew: float = 0.0


def typeset(seed: int, columns: int, make: Make | None = None, stories: Sequence[Story] | None = None) -> TypesetPage:
    """Typeset a page of `columns` columns (3 to 6). The stories are invented unless they are given."""
    rng = random.Random(f"{seed}/{columns}")
    return _Page(rng, columns, make or Make(), stories).filled()


class _Row(NamedTuple):
    """A line of text that is not placed yet. One that `runs_on` fills its column."""

    paragraph: int
    role: str
    text: str
    runs_on: bool


class _Page:
    """A page while it is filled. `_used` is how far down each column is full."""

    def __init__(self, rng: random.Random, columns: int, make: Make, stories: Sequence[Story] | None) -> None:
        self._rng, self._make, self._stories = rng, make, list(stories or ())
        self._body = rng.choice([8.5, 9.0, 9.5, 10.0, 10.5])
        self._leading = round(self._body * rng.uniform(1.3, 1.6), 1)
        letters = {3: rng.randint(18, 24), 4: rng.randint(15, 19), 5: rng.randint(13, 16), 6: rng.randint(12, 14)}[
            columns
        ]
        self._gutter = round(self._body * rng.uniform(1.2, 2.2), 1)
        self._letters = letters
        column = letters * self._body
        margin = rng.uniform(28, 50)
        self.width = round(2 * margin + columns * column + (columns - 1) * self._gutter, 1)
        self.height = round(self.width * rng.uniform(1.3, 1.45), 1)
        self._lefts = [margin + at * (column + self._gutter) for at in range(columns)]
        self._column = column
        self._bottom = self.height - rng.uniform(40, 60)
        self._lines: list[TypesetLine] = []
        self._articles: list[Story] = []
        self._used = [0.0] * columns
        self._bold_inner = rng.random() < 0.7
        self._kai = rng.random() < 0.5

    def filled(self) -> TypesetPage:
        rng = self._rng
        day = date(2019, 1, 1) + timedelta(rng.randrange(2000))
        label = rng.choice(["{:02}", "A{:02}", "{}", "B{}"]).format(rng.randint(1, 16))
        top = self._masthead(day, label)
        self._used = [top] * len(self._used)
        while (space := self._space()) is not None:
            self._set_next(*space)
        self._foot()
        lines = tuple(self._noisy(line) for line in self._lines)
        return TypesetPage(self.width, self.height, label, day, PAPER, lines, tuple(self._articles))

    # --- the edges of the page

    def _masthead(self, day: date, label: str) -> float:
        rng, size = self._rng, self._body
        left, right = self._lefts[0], self._lefts[-1] + self._column
        dated = f"{day.year}年{day.month}月{day.day}日 星期{_WEEKDAYS[day.weekday()]}"
        section = rng.choice(["要闻", "综合新闻", "民生", "县区", "文化"])
        y = rng.uniform(20, 30)
        if rng.random() < 0.3:
            self._put(PAPER, left, y, 4 * size, 700, "furniture")
            self._put(dated, left + 18 * size, y + size, size, 400, "furniture")
            self._put(f"第{label}版", right - 6 * size, y + size, size, 400, "furniture")
            return y + 4.2 * size + 14
        parts = [f"{label}版", section, PAPER, dated]
        if rng.random() < 0.5:
            parts = [PAPER, dated, section, f"第{label}版"]
        step = (right - left) / len(parts)
        for place, part in enumerate(parts):
            big = 1.8 if part in (section, PAPER) else 1.0
            self._put(part, left + place * step, y, big * size, 400, "furniture")
        return y + 1.9 * size + 16

    def _foot(self) -> None:
        one, other = self._rng.sample(invented_news.NAMES, 2)
        text = self._rng.choice([f"责任编辑：{one} 版式：{other}", f"责编：{one} 校对：{other}", f"本版编辑：{one}"])
        right = self._lefts[-1] + self._column
        y = max(self.height - 28, 2 * self._leading + max(line.box[3] for line in self._lines))
        self.height = max(self.height, y + 20)
        self._put(text, right - len(text) * self._body, y, 0.9 * self._body, 400, "furniture")

    # --- articles

    def _space(self) -> tuple[int, int, float] | None:
        """Return the first and the last column of a free space, and its top: the highest one on the page."""
        least = 9 * self._leading
        free = [at for at, used in enumerate(self._used) if self._bottom - used > least]
        if not free:
            return None
        first = min(free, key=lambda at: (self._used[at], at))
        top, last = self._used[first], first
        while last + 1 < len(self._used) and abs(self._used[last + 1] - top) < 2 * self._leading:
            last += 1
        return first, last, max(self._used[first : last + 1])

    def _set_next(self, first: int, last: int, top: float) -> None:
        rng, make = self._rng, self._make
        count = rng.choice([1, 1, 2, 2, 3, 3, 4, 5])
        count = min(count, last - first + 1)
        if last - first + 1 - count == 1 and rng.random() < 0.5:
            count += 1
        if rng.random() < 0.3 and (last - first + 1) > count and last == len(self._used) - 1 and first > 0:
            first = last - count + 1
            top = max(self._used[first : last + 1])
        room = self._bottom - top
        if count == 1 and rng.random() < 4 * make.briefs and room > 12 * self._leading:
            self._set_brief(first, top)
            return
        target = min(room, rng.uniform(14, 40) * self._leading + 3 * self._body * count)
        if room - target < 10 * self._leading:
            target = room
        boxed = count >= 2 and rng.random() < make.boxed
        inset = self._body * 1.2 if boxed else 0.0
        left, right = self._lefts[first] + inset, self._lefts[first + count - 1] + self._column - inset
        columns = max(1, count + rng.choice([-1, 0])) if boxed else count
        width = (right - left - (columns - 1) * self._gutter) / columns
        lefts = [left + at * (width + self._gutter) for at in range(columns)]
        bottoms = self._set_article(lefts, width, top + inset, top + target - inset, count, legs=not boxed)
        if columns == count:
            for at, bottom in enumerate(bottoms):
                self._used[first + at] = bottom + 1.6 * self._leading + inset
        else:
            self._used[first : first + count] = [max(bottoms) + 1.6 * self._leading + inset] * count
        if rng.random() < 0.6:  # what ends nearly level is closed up to one line
            level = max(self._used[first : first + count])
            for at in range(first, first + count):
                if level - self._used[at] < 4 * self._leading:
                    self._used[at] = level

    def _set_brief(self, column: int, top: float) -> None:
        """Set two or three items of news without headlines under each other."""
        for _ in range(self._rng.randint(2, 3)):
            item = Story(paragraphs=(invented_news.dateline(self._rng) + invented_news.paragraph(self._rng, 2),))
            lines = self._wrapped(item.paragraphs[0], self._letters)
            if top + len(lines) * self._leading > self._bottom:
                break
            self._articles.append(item)
            top = self._set_column(self._lefts[column], self._column, top, _rows(0, "body", lines))
            top += 1.2 * self._leading
        self._used[column] = top + 0.6 * self._leading if self._used[column] < top else self._bottom

    def _set_article(
        self, lefts: Sequence[float], width: float, top: float, bottom: float, count: int, *, legs: bool
    ) -> list[float]:
        """Set an article into columns at `lefts`, and return how far down each is full."""
        rng, make = self._rng, self._make
        number = len(self._articles)
        story = self._story(count)
        left, right = lefts[0], lefts[-1] + width
        self._articles.append(story)
        if len(lefts) > 1 and story.headline and rng.random() < make.upright and len(story.headline) < 22:
            left = self._set_upright(story, left, top, bottom)
            story = replace(story, kicker="", subtitle="", byline="")
            width = (right - left - (len(lefts) - 1) * self._gutter) / len(lefts)
            lefts = [left + at * (width + self._gutter) for at in range(len(lefts))]
            y = top
        elif len(lefts) > 2 and rng.random() < make.beside:
            self._set_head(story, left, left + width, top, 1)
            lefts, y = lefts[1:], top
        else:
            y = self._set_head(story, left, right, top, count)
        tops = [y] * len(lefts)
        captions: list[str] = []
        if rng.random() < make.pictures and bottom - y > 22 * self._leading:
            captions.append(self._set_picture(lefts, width, tops, number))
        letters = int((width + 0.01) / self._body)
        if story.byline and self._byline_in_column(story, lefts[0], width, tops[0], number):
            tops[0] += 1.3 * self._leading
        elif not self._has_byline(number):
            story = replace(story, byline="")
        capacity = sum(max(int((bottom - one) / self._leading), 0) for one in tops)
        paragraphs, rows = self._fitted(story, letters, max(capacity, len(lefts) * 3))
        self._articles[number] = replace(story, paragraphs=tuple(paragraphs), captions=tuple(captions), is_whole=True)
        ends = self._flow(rows, lefts, width, tops, number, legs=legs and rng.random() < make.legs)
        is_shifted = len(ends) < count or any(line.article == number and line.is_vertical for line in self._lines)
        return [max(ends)] * max(count, len(ends)) if is_shifted else ends

    def _story(self, count: int) -> Story:
        if self._stories:
            return self._stories.pop(self._rng.randrange(len(self._stories)))
        return invented_news.story(self._rng, self._make, count)

    def _set_head(self, story: Story, left: float, right: float, top: float, count: int) -> float:
        """Set kicker, headline, subtitle and byline from `top`, and return where the text begins."""
        rng, body, number = self._rng, self._body, len(self._articles) - 1
        width, centred = right - left, rng.random() < self._make.centred
        y = top
        if story.kicker:
            size = min(body * rng.uniform(1.25, 1.5), width / len(story.kicker))
            y = self._row(story.kicker, left, width, y, size, 400, "kicker", number, centred) + 0.5 * body
        if story.headline:
            most = body * (1.6 + 0.55 * count) * rng.uniform(0.95, 1.25)
            rows = self._headline_rows(story.headline, width, most)
            size = min(most, min(width / _ems(row) for row in rows))
            for row in rows:
                y = self._row(row, left, width, y, size, 700, "headline", number, centred) + 0.25 * size
            y += 0.3 * size
        if story.subtitle:
            size = body * rng.uniform(1.15, 1.4)
            letters = int(width / size)
            for row in self._wrapped(story.subtitle, letters, indent=0):
                y = self._row(row, left, width, y, size, 400, "subtitle", number, centred) + 0.35 * size
            y += 0.4 * body
        if story.byline and rng.random() < 0.6:
            y = self._row(story.byline, left, width, y + 0.2 * body, body, 400, "byline", number, centred) + 0.8 * body
        return y + 0.6 * body

    def _headline_rows(self, headline: str, width: float, most: float) -> list[str]:
        """Break a headline into lines, at its own space where that is near the middle."""
        ems = _ems(headline)
        if ems * most <= width or (ems * most * 0.8 <= width and self._rng.random() < 0.5):
            return [headline]
        count = min(max(2, math.ceil(ems * most * 0.75 / width)), 4)
        rows, rest = [], headline
        for left in range(count, 1, -1):
            at = round(len(rest) / left)
            spaces = [place for place in range(at - 2, at + 3) if rest[place : place + 1] == " "]
            at = spaces[0] if spaces else at
            while rest[at : at + 1] and (rest[at] in _NOT_FIRST or rest[at - 1] in _NOT_LAST):
                at += 1
            rows.append(rest[:at].strip())
            rest = rest[at:].strip()
        return [row for row in (*rows, rest) if row]

    def _set_upright(self, story: Story, left: float, top: float, bottom: float) -> float:
        """Set a headline from top to bottom at the left of its text, and return where the text may begin."""
        number = len(self._articles) - 1
        size = min(self._body * 2.2, (bottom - top) / len(story.headline))
        high = size * len(story.headline)
        line = TypesetLine(
            story.headline, (left, top, left + size, top + high), size, 700, "headline", number, is_vertical=True
        )
        self._lines.append(line)
        return left + size + self._gutter

    def _set_picture(self, lefts: Sequence[float], width: float, tops: list[float], number: int) -> str:
        """Leave room for a picture at the top of some columns, and set a caption below it."""
        rng = self._rng
        span = rng.randint(1, max(len(lefts) - 1, 1))
        first = len(lefts) - span if rng.random() < 0.7 else 0
        left, wide = lefts[first], span * width + (span - 1) * self._gutter
        size = self._body * (0.9 if self._kai else 1.0)
        y = max(tops[first : first + span]) + rng.uniform(5, 9) * self._leading + 0.6 * self._body
        caption = invented_news.caption(rng)
        for row in self._wrapped(caption, int(wide / size), indent=0):
            self._put(row, left, y, size, 400 if self._kai else 700, "caption", number)
            y += 1.25 * size
        tops[first : first + span] = [y + 0.9 * self._body] * span
        return caption

    def _byline_in_column(self, story: Story, left: float, width: float, y: float, number: int) -> bool:
        if self._has_byline(number) or len(story.byline) * self._body > width:
            return False
        self._row(story.byline, left, width, y, self._body, 400, "byline", number, centred=True)
        return True

    def _has_byline(self, number: int) -> bool:
        return any(line.article == number and line.role == "byline" for line in self._lines)

    def _fitted(self, story: Story, letters: int, capacity: int) -> tuple[list[str], list[_Row]]:
        """Return the paragraphs that find room, and their rows."""
        paragraphs: list[str] = []
        rows: list[_Row] = []
        for text in self._texts(story):
            inner = "。" not in text and len(text) <= min(letters - 2, 14)
            lines = [text] if inner else self._wrapped(text, letters)
            if len(rows) + len(lines) > capacity:
                if paragraphs or inner:
                    break
                lines = self._wrapped(
                    text := text[: max(letters * (capacity - 1) - 4, 8)].rstrip("“（《，") + "。", letters
                )
            rows += _rows(len(paragraphs), "inner" if inner else "body", lines)
            paragraphs.append(text)
        while rows[-1].role == "inner":
            rows.pop()
            paragraphs.pop()
        return paragraphs, rows

    def _texts(self, story: Story) -> Iterable[str]:
        """Return the paragraphs of a story; where it is invented, without end."""
        if story.is_whole:
            return story.paragraphs
        return chain(story.paragraphs, invented_news.more(self._rng, story, self._make.inner))

    def _flow(
        self,
        rows: Sequence[_Row],
        lefts: Sequence[float],
        width: float,
        tops: Sequence[float],
        number: int,
        *,
        legs: bool,
    ) -> list[float]:
        """Set rows into columns that end level, or at the heights of an L, and return where each ends."""
        total = len(rows)
        shares = [1.0] * len(lefts)
        if legs and len(lefts) > 1:
            shares[0 if self._rng.random() < 0.5 else -1] = self._rng.uniform(1.6, 2.4)
        level = (sum(tops) + total * self._leading) / len(tops)
        heights = [max(level - top, self._leading) * share for top, share in zip(tops, shares, strict=True)]
        sizes = [math.ceil(total * high / sum(heights)) for high in heights]
        room = [int((self._bottom + 4 * self._leading - top) / self._leading) for top in tops]
        sizes = [min(size, most) for size, most in zip(sizes, room, strict=True)]
        sizes[-1] = max(total - sum(sizes[:-1]), 0)
        ends, at = [], 0
        for left, top, size in zip(lefts, tops, sizes, strict=True):
            ends.append(self._set_column(left, width, top, rows[at : at + size], number))
            at += size
        return ends

    def _set_column(
        self, left: float, width: float, top: float, rows: Sequence[_Row], number: int | None = None
    ) -> float:
        number = len(self._articles) - 1 if number is None else number
        y = top
        for paragraph, role, text, runs_on in rows:
            bare = text.lstrip("\u3000")
            indent = (len(text) - len(bare)) * self._body
            weight = 700 if role == "inner" and self._bold_inner else 400
            x = left + indent
            if role == "inner":
                x = left + (width - len(bare) * self._body) / 2 if self._rng.random() < 0.6 else left + 2 * self._body
            right = left + width if runs_on else min(x + _ems(bare) * self._body, left + width)
            box = (x, y, right, y + self._body)
            self._lines.append(TypesetLine(bare, box, self._body, weight, role, number, paragraph))
            y += self._leading
        return y

    def _wrapped(self, text: str, letters: int, indent: int = 2) -> list[str]:
        """Wrap a paragraph at a column's width: no line begins with a closing mark, none ends with an opening one."""
        text = "\u3000" * indent + text
        rows = []
        while text:
            at = min(max(letters, 4), len(text))
            while at < len(text) and at > 3 and (text[at] in _NOT_FIRST or text[at - 1] in _NOT_LAST):
                at -= 1
            rows.append(text[:at])
            text = text[at:]
        return rows

    # --- lines

    def _row(
        self,
        text: str,
        left: float,
        width: float,
        y: float,
        size: float,
        weight: int,
        role: str,
        number: int,
        centred: bool,
    ) -> float:
        x = left + max(width - _ems(text) * size, 0) / 2 if centred else left
        self._put(text, x, y, size, weight, role, number)
        return y + size

    def _put(self, text: str, x: float, y: float, size: float, weight: int, role: str, number: int = -1) -> None:
        box = (x, y, x + _ems(text) * size, y + size)
        self._lines.append(TypesetLine(text, box, round(size, 2), weight, role, number))

    def _noisy(self, line: TypesetLine) -> TypesetLine:
        noise, tilt = self._make.noise, math.tan(math.radians(self._make.skew))
        left, top, right, bottom = line.box
        sink = tilt * (left + right) / 2
        moved = [side + self._rng.uniform(-noise, noise) for side in (left, top + sink, right, bottom + sink)]
        box = tuple(round(side, 2) for side in moved)
        return replace(line, box=(box[0], box[1], box[2], box[3]))


def _rows(paragraph: int, role: str, texts: Sequence[str]) -> list[_Row]:
    return [_Row(paragraph, role, text, place < len(texts) - 1) for place, text in enumerate(texts)]


def _ems(text: str) -> float:
    """Return how wide a text is, in letters of Chinese."""
    return sum(0.5 if letter.isascii() else 1.0 for letter in text)


def overlaps(page: TypesetPage) -> list[tuple[TypesetLine, TypesetLine]]:
    """Return the pairs of lines that are printed over each other: none, unless a page was set wrong."""
    lines = sorted(page.lines, key=lambda line: line.box[1])
    return [
        (one, other)
        for place, one in enumerate(lines)
        for other in lines[place + 1 :]
        if other.box[1] < one.box[3] - 1 and other.box[0] < one.box[2] - 1 and one.box[0] < other.box[2] - 1
    ]


MAKES: Mapping[str, Make] = {
    "clean": Make(),
    "plain": Make(0.0, 0.0, 0.0, 0.6, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "noisy": Make(noise=2.0),
    "skewed": Make(noise=1.0, skew=0.3),
    "boxes and legs": Make(legs=0.7, boxed=0.4, centred=0.1, briefs=0.2, upright=0.15, pictures=0.4),
    "heads beside": Make(beside=0.4, legs=0.2, noise=1.0, bylines=0.7, kickers=0.5, subtitles=0.6, inner=0.5),
}
"""How pages are made up, by name. No rule was made from the last two, nor from seeds of 1000 and above."""
