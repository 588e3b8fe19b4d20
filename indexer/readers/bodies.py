"""Where on an HTML page the articles' text stands: one finder after the other, until one finds some.

The templates of e-paper systems agree on little, and each leaves something out. The order is that of how often each
mark was met in scrapers of Chinese e-papers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from indexer.readers.folio import claims_of
from indexer.readers.markup import BODY_MARK, Line, Markup, Stretch

_LETTER = re.compile(r"[\u3400-\u9fff]|[^\W_]")
_FOOTER = re.compile(
    r"版权所有|All Rights Reserved|Copyright|ICP备|ICP证|许可证|公网安备|技术支持|未经授权", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[。！？]")
_LEAST_BLOCK, _LEAST_UNDER_HEADING = 20, 8
"""Letters from which a block may be part of an article's text when nothing marks it, or only a heading does."""


def find_bodies(page: Markup) -> tuple[str, list[Stretch]]:
    """Return the name of the finder that found the bodies, and their stretches of lines in document order.

    A second copy of a body is left out. ("", []) when the page holds no text of an article; an empty stretch when it
    marks a place for it and leaves that empty, as for a photograph.
    """
    marked_but_empty: tuple[str, list[Stretch]] = ("", [])
    for name, find in _FINDERS:
        found = _without_copies(find(page), page)
        if any(_letters(page.lines[start:end]) for start, end in found):
            return name, found
        if found and not marked_but_empty[0]:
            marked_but_empty = (name, found)
    name, found = _largest_text(page)
    return (name, found) if found else marked_but_empty


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


def _without_copies(stretches: Iterable[Stretch], page: Markup) -> list[Stretch]:
    """Drop every body whose text another one holds: templates repeat it for printing and for reading aloud."""
    kept: list[tuple[Stretch, str]] = []
    for stretch in stretches:
        text = "".join("".join(line.text.split()) for line in page.lines[slice(*stretch)])
        if not any(text in other for _, other in kept) or (not text and not kept):
            kept = [(one, other) for one, other in kept if other not in text] + [(stretch, text)]
    return [stretch for stretch, _ in kept]


def _largest_text(page: Markup) -> tuple[str, list[Stretch]]:
    """Without any mark, the blocks with running text; headings among them tell where one article ends."""
    blocks = list(_unmarked_blocks(page))
    running = [block for block in blocks if _is_running_text(page.lines[slice(*block)], _LEAST_BLOCK)]
    if not running and any(line.level and not line.linked for line in page.lines):
        running = [block for block in blocks if _is_running_text(page.lines[slice(*block)], _LEAST_UNDER_HEADING)]
    return ("largest text block", [_from_heading(block, page) for block in running]) if running else ("", [])


def _from_heading(block: Stretch, page: Markup) -> Stretch:
    """Leave out what stands above a block's first heading unless it is running text: menus and tools do."""
    start, end = block
    first_heading = next((number for number in range(start, end) if page.lines[number].level), start)
    above = page.lines[start:first_heading]
    return (start if any(_SENTENCE_END.search(line.text) for line in above) else first_heading), end


def _unmarked_blocks(page: Markup) -> Iterator[Stretch]:
    """Runs of lines in one container, headings and captions among them included; links and footers end a run."""
    start, container = 0, 0
    for number, line in enumerate(page.lines):
        is_text = not (line.linked or line.level or line.role or _is_furniture(line))
        is_inner = bool(line.level or line.role) and not line.linked
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
