"""Recognise pages with one long article, and reassemble parts extracted in any order."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.articles.page_lines import bylines
from indexer.articles.page_lines.source_map import Line
from indexer.articles.segmentation import headline_parts
from indexer.articles.segmentation.drafts import Draft, Groups, end_code
from indexer.articles.segmentation.headline_parts import LineKind


def is_one_article(lines: Sequence[Line], line_kinds: Sequence[LineKind]) -> bool:
    """Return whether a page is one long article.

    It has a byline or subtitle that is not under text, no dateline, and at most one end.
    """
    if any(line.role == "headline" for line in lines):
        return False
    signs = [place for place, kind in enumerate(line_kinds) if kind in ("byline", "subtitle")]
    together = bool(signs) and signs[-1] - signs[0] == len(signs) - 1
    signs_text = together and signs[0] > 0 and line_kinds[signs[0] - 1] == "body" and line_kinds[signs[0]] == "byline"
    codes = sum(bool(end_code(line.text)) for line in lines)
    texts = [line for line, kind in zip(lines, line_kinds, strict=True) if kind == "body"]
    datelines = sum(bylines.opens_news(line.text) for line in texts)
    return (
        together
        and not signs_text
        and codes <= 1
        and datelines == 0
        and "heading" in line_kinds
        and "section" not in line_kinds
    )


def one_article(lines: Sequence[Line], line_kinds: Sequence[LineKind], section: str) -> Groups:
    """Join a scattered article: its head, the text under the byline, then the rest in the page's order."""
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
    draft.head.sort(key=lambda line: (headline_parts.is_subtitle(line), line.start))
    return Groups((draft,), tuple(furniture))


def _headline_places(lines: Sequence[Line], line_kinds: Sequence[LineKind]) -> set[int]:
    """Return the headline's lines on a one-article page, by index.

    They stand above the subtitle or byline; without these, they are headings with no text under them.
    """
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
    """Return the indices of the text after subtitle and byline, up to the next heading or caption."""

    signs = [place for place, kind in enumerate(line_kinds) if kind in ("byline", "subtitle")]
    places: list[int] = []
    for place in range(signs[-1] + 1, len(line_kinds)):
        if line_kinds[place] != "body":
            break
        places.append(place)
    return places
