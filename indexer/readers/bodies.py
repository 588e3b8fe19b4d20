"""Find the text of articles on an HTML page.

Several finders run in order, and each adds what the previous ones missed. The templates of e-paper systems differ
widely, and each omits some marks. The finders are ordered by how often scrapers of Chinese e-papers use each mark.
Unmarked text counts if it reads like an article and is not in a menu, footer or comment. So no text of an article is
lost because a template does not mark it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.readers.folio import claims_of
from indexer.readers.markup import BODY_MARK, Markup, MarkupLine, Stretch, is_furniture
from indexer.readers.prose import LEAST_BLOCK, LEAST_UNDER_HEADING, SENTENCE_END, Copied, is_running_text, letters

_FOOTER = re.compile(
    r"版权所有|All Rights Reserved|Copyright|ICP备|ICP证|许可证|公网安备|技术支持|未经授权", re.IGNORECASE
)
_NOTICE = re.compile(r"浏览器|Flash|分辨率|本网|转载|免责|版权|客户端|二维码|登录|注册|网友|订阅", re.IGNORECASE)
"""Words of short texts that address the visitor of the site, not the reader of the paper."""

_LONGEST_NOTICE = 120
"""The most letters in a block about browsers or copyright that counts as a notice."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text of one or more articles, as stretches of lines in document order.

    `finder` names what found the first stretch.
    """

    finder: str
    stretches: tuple[Stretch, ...]

    @property
    def start(self) -> int:
        """The number of the first line."""
        return self.stretches[0][0]

    @property
    def end(self) -> int:
        """The number of the line after the last."""
        return self.stretches[-1][1]


def find_bodies(page: Markup) -> list[Body]:
    """Return the bodies of a page in document order.

    A second copy of a body is left out. The list is empty if the page has no article text. If the page marks a place
    for a body but leaves it empty, as for a photograph, the result is one body without letters.
    """
    marked = _marked(page)
    if not any(letters(page.lines[slice(*stretch)]) for stretch, _ in marked):
        blocks = [Body(_UNMARKED, (block,)) for block in _largest_text(page)]
        return blocks or [Body(finder, (stretch,)) for stretch, finder in marked[:1]]
    return _joined(sorted([*marked, *((block, _UNMARKED) for block in _beside(marked, page))]), page)


def _between_comments(page: Markup, *, enp: bool) -> Iterator[Stretch]:
    """Yield the stretches between `<!--enpcontent-->` and its closing comment.

    The opening comment may occur twice; text before the second one counts.
    """
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
"""A stretch of lines and the name of its finder."""

_UNMARKED = "largest text block"
_BEARS_ANY_TEXT = ("founder-content", "#ozoom", "<!--enpcontent-->", "#articleContent", "<!--<npm:article-content>-->")
"""Marks that enclose only the text of an article. Text added by other marks must read like running text."""

_WRAPPERS = ("founder-content", "#ozoom")


def _marked(page: Markup) -> list[_Found]:
    """Return the stretches of all finders, without overlaps and copies.

    Earlier finders take precedence.
    """
    found: list[_Found] = []
    taken: set[int] = set()
    for name, find in _FINDERS:
        beside = [(stretch, name) for stretch in find(page) if taken.isdisjoint(range(*stretch))]
        if taken and name not in _BEARS_ANY_TEXT:
            beside = [one for one in beside if is_running_text(_unlinked(one[0], page), LEAST_UNDER_HEADING)]
        if beside:
            found = _without_copies([*found, *beside], page)
            taken = {number for stretch, _ in found for number in range(*stretch)}
    return found


def _without_copies(found: Iterable[_Found], page: Markup) -> list[_Found]:
    """Drop every body whose text is part of another body.

    Templates repeat a body for printing and for reading aloud. A body without letters stays if it has its own headline
    above, as a photograph does.
    """
    kept: dict[_Found, Copied] = {}
    by_key: dict[str, set[_Found]] = defaultdict(set)
    for one in sorted(found):
        lines = page.lines[slice(*one[0])]
        copied = Copied.of(lines)
        alike = [other for key in copied.fingerprints() for other in by_key[key] if other in kept]
        if copied.text and not any(kept[other].says(lines) for other in alike):
            for other in {other for other in alike if copied.says(page.lines[slice(*other[0])])}:
                del kept[other]
            kept[one] = copied
            for key in copied.fingerprints():
                by_key[key].add(one)
    return _with_empty(kept, [one for one in found if not letters(page.lines[slice(*one[0])])], page)


def _with_empty(kept: Collection[_Found], empty: Iterable[_Found], page: Markup) -> list[_Found]:
    """Add the empty bodies below a headline, unless its text is in another body."""
    if not kept:
        return sorted(empty)[:1]
    places = dict([*((one[0], one) for one in empty), *((one[0], one) for one in kept)])
    ordered = [places[stretch] for stretch in sorted(places)]
    bodies: list[_Found] = []
    for number, one in enumerate(ordered):
        (start, end), _ = one
        above = page.lines[ordered[number - 1][0][1] if number else 0 : start]
        below = page.lines[end : ordered[number + 1][0][0]] if one is not ordered[-1] else None
        if one in kept or (_has_headline(above) and (below is None or _has_headline(below))):
            bodies.append(one)
    return bodies


def _beside(marked: Sequence[_Found], page: Markup) -> list[Stretch]:
    """Return the unmarked text of articles.

    This is the rest of a wrapper, and running text anywhere else.
    """
    taken = {number for (start, end), _ in marked for number in range(start, end)}
    copied = Copied.of(page.lines[number] for number in sorted(taken))
    wrapped = {
        number
        for name, find in _FINDERS
        if name in _WRAPPERS
        for stretch in find(page)
        if not taken.isdisjoint(range(*stretch))
        for number in range(*stretch)
    }
    found: list[Stretch] = []
    for number in sorted(wrapped - taken):
        line = page.lines[number]
        if letters([line]) and not line.linked and not copied.says([line]):
            found.append((number, number + 1))
    outside = _unmarked_blocks(page, taken | wrapped | _furniture(page))
    for block in outside:
        lines = page.lines[slice(*block)]
        is_notice = letters(lines) <= _LONGEST_NOTICE and any(_NOTICE.search(line.text) for line in lines)
        if is_running_text(lines, LEAST_BLOCK) and not is_notice and not copied.says(lines):
            found.append(_from_heading(block, page))
    return found


def _joined(found: Sequence[_Found], page: Markup) -> list[Body]:
    """Join stretches that belong together into one body.

    Unmarked text continues the text above it, unless a headline is between them.
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


def _has_headline(lines: Iterable[MarkupLine]) -> bool:
    return any((line.role == "headline" or line.level) and not line.linked for line in lines)


def _furniture(page: Markup) -> set[int]:
    """Return the numbers of all lines inside tags that hold no article.

    The name, id or class of the tag decides.
    """
    stretches = (stretch for tag, stretch in page.tags if is_furniture(tag))
    return {number for start, end in stretches for number in range(start, end)}


def _largest_text(page: Markup) -> list[Stretch]:
    """Return the blocks of running text, for a page without any mark.

    Headings between them indicate where an article ends.
    """
    blocks = list(_unmarked_blocks(page, frozenset()))
    running = [block for block in blocks if is_running_text(page.lines[slice(*block)], LEAST_BLOCK)]
    if not running and any(line.level and not line.linked for line in page.lines):
        running = [block for block in blocks if is_running_text(page.lines[slice(*block)], LEAST_UNDER_HEADING)]
    return [_from_heading(block, page) for block in running]


def _from_heading(block: Stretch, page: Markup) -> Stretch:
    """Drop the lines above the first heading of a block, unless they are running text.

    Such lines are menus and tools.
    """
    start, end = block
    first_heading = next((number for number in range(start, end) if page.lines[number].level), start)
    above = page.lines[start:first_heading]
    return (start if any(SENTENCE_END.search(line.text) for line in above) else first_heading), end


def _unmarked_blocks(page: Markup, taken: Collection[int]) -> Iterator[Stretch]:
    """Yield runs of lines in one container, with the headings and captions among them.

    Links, footers and taken lines end a run.
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


def _is_furniture(line: MarkupLine) -> bool:
    return bool(_FOOTER.search(line.text)) or any(claim.about == "page" for claim in claims_of([line.text]))


def _unlinked(stretch: Stretch, page: Markup) -> list[MarkupLine]:
    return [line for line in page.lines[slice(*stretch)] if not line.linked]
