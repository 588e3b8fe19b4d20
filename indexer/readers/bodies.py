"""Where on an HTML page the articles' text stands: one finder after the other, each adding what those before missed.

The templates of e-paper systems agree on little, and each leaves something out. The order is that of how often each
mark was met in scrapers of Chinese e-papers. What no mark tells counts when it reads like an article and stands in no
menu, footer or comment: nothing of an article's text may be lost because a template forgot to mark it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.readers.folio import claims_of
from indexer.readers.markup import BODY_MARK, Line, Markup, Stretch, is_furniture

_LETTER = re.compile(r"[\u3400-\u9fff]|[^\W_]")
_FOOTER = re.compile(
    r"版权所有|All Rights Reserved|Copyright|ICP备|ICP证|许可证|公网安备|技术支持|未经授权", re.IGNORECASE
)
_NOTICE = re.compile(r"浏览器|Flash|分辨率|本网|转载|免责|版权|客户端|二维码|登录|注册|网友|订阅", re.IGNORECASE)
"""What short texts beside an article speak of that address the site's visitor, not the paper's reader."""

_SENTENCE_END = re.compile(r"[。！？]")
_CUT_SHORT = re.compile(r"(?:…|\.{3}).{0,8}$")
"""The end of a summary that repeats an article's beginning: …, ……[详细]."""

_LEAST_BLOCK, _LEAST_UNDER_HEADING, _LONGEST_NOTICE = 20, 8, 120
"""Letters from which a block may be part of an article's text when nothing marks it, or only a heading does; and up to
which one that speaks of browsers and copyright is a notice."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an article, or of several: stretches of lines in document order, and what found the first of them."""

    finder: str
    stretches: tuple[Stretch, ...]

    @property
    def start(self) -> int:
        """The number of its first line."""
        return self.stretches[0][0]

    @property
    def end(self) -> int:
        """The number of the line after its last."""
        return self.stretches[-1][1]


def find_bodies(page: Markup) -> list[Body]:
    """Return the bodies of a page in document order.

    A second copy of a body is left out. None when the page holds no text of an article; a body without letters where
    the page marks a place for it and leaves that empty, as for a photograph.
    """
    marked = _marked(page)
    if not any(_letters(page.lines[slice(*stretch)]) for stretch, _ in marked):
        blocks = [Body(_UNMARKED, (block,)) for block in _largest_text(page)]
        return blocks or [Body(finder, (stretch,)) for stretch, finder in marked[:1]]
    return _joined(sorted([*marked, *((block, _UNMARKED) for block in _beside(marked, page))]), page)


def _between_comments(page: Markup, *, enp: bool) -> Iterator[Stretch]:
    """What stands between `<!--enpcontent-->` and its end. The opener may come twice; text before the second counts."""
    opened: int | None = None
    for comment, place in page.comments:
        mark = BODY_MARK.fullmatch(comment)
        if mark and bool(mark["enp"]) == enp:
            if opened is not None and place > opened:
                yield opened, place
            opened = None if mark["closing"] or mark["npm_closing"] else place
    if opened is not None:
        yield opened, min((end for _, (start, end) in page.tags if start <= opened < end), default=opened)


_FINDERS: tuple[tuple[str, Callable[[Markup], Iterable[Stretch]]], ...] = (
    ("founder-content", lambda page: page.find("founder-content")),
    ("#ozoom", lambda page: page.find(id_="ozoom")),
    ("<!--enpcontent-->", lambda page: _between_comments(page, enp=True)),
    ("div.article", lambda page: page.find("div", class_="article")),
    ("#articleContent", lambda page: page.find(id_="articlecontent")),
    ("div.text_c", lambda page: page.find("div", class_="text_c")),
    ("<!--<npm:article-content>-->", lambda page: _between_comments(page, enp=False)),
    ("article", lambda page: page.find("article")),
)


_Found = tuple[Stretch, str]
"""A stretch of lines and the name of what found it."""

_UNMARKED = "largest text block"
_BEARS_ANY_TEXT = ("founder-content", "#ozoom", "<!--enpcontent-->", "#articleContent", "<!--<npm:article-content>-->")
"""Marks that stand around an article's text and nothing else; what other marks add must read like running text."""

_WRAPPERS = ("founder-content", "#ozoom")


def _marked(page: Markup) -> list[_Found]:
    """What the finders find, first come first served: no two overlap and none is a copy of another."""
    found: list[_Found] = []
    for name, find in _FINDERS:
        beside = [stretch for stretch in find(page) if not any(_overlap(stretch, other) for other, _ in found)]
        if any(_letters(page.lines[slice(*stretch)]) for stretch, _ in found) and name not in _BEARS_ANY_TEXT:
            beside = [one for one in beside if _is_running_text(_unlinked(one, page), _LEAST_UNDER_HEADING)]
        found = _without_copies([*found, *((stretch, name) for stretch in beside)], page)
    return sorted(found)


def _without_copies(found: Iterable[_Found], page: Markup) -> list[_Found]:
    """Drop every body whose text another one holds: templates repeat it for printing and for reading aloud.

    One without letters stays where a headline of its own stands above it, as over a photograph.
    """
    kept: list[tuple[_Found, str]] = []
    empty: list[_Found] = []
    for one in sorted(found):
        text = _squeezed(page.lines[slice(*one[0])])
        if not text:
            empty.append(one)
        elif not any(_is_copy(one[0], other, page) for _, other in kept):
            kept = [(other, held) for other, held in kept if not _is_copy(other[0], text, page)]
            kept.append((one, text))
    bodies = [one for one, _ in kept]
    for one in empty:
        above = max((end for (start, end), _ in bodies if start <= one[0][0]), default=0)
        if not bodies or _has_headline(page.lines[above : one[0][0]]):
            bodies.append(one)
    return bodies


def _is_copy(stretch: Stretch, text: str, page: Markup) -> bool:
    """Whether every line of the stretch stands in the squeezed text too, but for short ones such as its title."""
    lines = page.lines[slice(*stretch)]
    if _letters(lines) > 2 * len(text):
        return False
    news = [line for line in lines if _CUT_SHORT.sub("", _squeezed([line])) not in text]
    return len(news) < len(lines) and not any(_is_running_text([line], _LEAST_UNDER_HEADING) for line in news)


def _beside(marked: Sequence[_Found], page: Markup) -> list[Stretch]:
    """What belongs to articles though no mark says so: the rest of a wrapper, and running text anywhere else."""
    taken = {number for (start, end), _ in marked for number in range(start, end)}
    text = _squeezed(page.lines[number] for number in sorted(taken))
    wrapped = {
        number
        for name, find in _FINDERS
        if name in _WRAPPERS
        for stretch in find(page)
        if any(_overlap(stretch, other) for other, _ in marked)
        for number in range(*stretch)
    }
    found: list[Stretch] = []
    for number in sorted(wrapped - taken):
        line = page.lines[number]
        if _letters([line]) and not line.linked and _squeezed([line]) not in text:
            found.append((number, number + 1))
    outside = _unmarked_blocks(page, taken | wrapped | _furniture(page))
    for block in outside:
        lines = page.lines[slice(*block)]
        is_notice = _letters(lines) <= _LONGEST_NOTICE and any(_NOTICE.search(line.text) for line in lines)
        if _is_running_text(lines, _LEAST_BLOCK) and not is_notice and not _is_copy(block, text, page):
            found.append(_from_heading(block, page))
    return found


def _joined(found: Sequence[_Found], page: Markup) -> list[Body]:
    """Make one body of what belongs together: unmarked text goes on with what stands above it, unless a headline
    stands between them.
    """
    bodies: list[Body] = []
    previous = ""
    for stretch, finder in found:
        is_loose = _UNMARKED in (finder, previous)
        if bodies and is_loose and not _has_headline(page.lines[bodies[-1].end : stretch[0] + 1]):
            bodies[-1] = Body(bodies[-1].finder, (*bodies[-1].stretches, stretch))
        else:
            bodies.append(Body(finder, (stretch,)))
        previous = finder
    return bodies


def _has_headline(lines: Iterable[Line]) -> bool:
    return any((line.role == "headline" or line.level) and not line.linked for line in lines)


def _furniture(page: Markup) -> set[int]:
    """The numbers of all lines inside tags whose name, id or class says that they are no article."""
    stretches = (stretch for tag, stretch in page.tags if is_furniture(tag))
    return {number for start, end in stretches for number in range(start, end)}


def _largest_text(page: Markup) -> list[Stretch]:
    """Without any mark, the blocks with running text; headings among them tell where one article ends."""
    blocks = list(_unmarked_blocks(page, frozenset()))
    running = [block for block in blocks if _is_running_text(page.lines[slice(*block)], _LEAST_BLOCK)]
    if not running and any(line.level and not line.linked for line in page.lines):
        running = [block for block in blocks if _is_running_text(page.lines[slice(*block)], _LEAST_UNDER_HEADING)]
    return [_from_heading(block, page) for block in running]


def _from_heading(block: Stretch, page: Markup) -> Stretch:
    """Leave out what stands above a block's first heading unless it is running text: menus and tools do."""
    start, end = block
    first_heading = next((number for number in range(start, end) if page.lines[number].level), start)
    above = page.lines[start:first_heading]
    return (start if any(_SENTENCE_END.search(line.text) for line in above) else first_heading), end


def _unmarked_blocks(page: Markup, taken: Collection[int]) -> Iterator[Stretch]:
    """Runs of lines in one container, headings and captions among them included; links, footers and what is taken end
    a run.
    """
    start, container = 0, 0
    for number, line in enumerate(page.lines):
        is_free = number not in taken and not line.linked
        is_text = is_free and not (line.level or line.role or _is_furniture(line))
        is_inner = is_free and bool(line.level or line.role)
        if container and not is_inner and not (is_text and line.container == container):
            yield start, number
            container = 0
        if is_text and not container:
            start, container = number, line.container
    if container:
        yield start, len(page.lines)


def _is_furniture(line: Line) -> bool:
    return bool(_FOOTER.search(line.text)) or any(claim.about == "page" for claim in claims_of([line.text]))


def _is_running_text(lines: list[Line], least: int) -> bool:
    return _letters(lines) >= least and any(_SENTENCE_END.search(line.text) for line in lines if not line.level)


def _letters(lines: Iterable[Line]) -> int:
    return sum(len(_LETTER.findall(line.text)) for line in lines)


def _unlinked(stretch: Stretch, page: Markup) -> list[Line]:
    return [line for line in page.lines[slice(*stretch)] if not line.linked]


def _squeezed(lines: Iterable[Line]) -> str:
    return "".join("".join(line.text.split()) for line in lines)


def _overlap(one: Stretch, other: Stretch) -> bool:
    return one[0] < other[1] and other[0] < one[1]
