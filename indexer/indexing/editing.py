"""What a correction does to an article: set a field, replace words, split it, join another to it.

The functions return what became of an article, or a sentence that says why the correction doesn't fit it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from indexer.archive.corrections import TEXTS, Value
from indexer.articles.page_lines import bylines
from indexer.articles.places.locate import locate
from indexer.model import Article, Contributor, Kind, PageIdentity, Paper, Passage, Span
from indexer.text.folding import fold

_SHOWN = 40
"""Letters of a value that a sentence quotes."""


def value_of(article: Article, field: str) -> Value:
    """Return the value of a field as corrections have it."""
    match field:
        case "byline":
            return tuple({"name": one.name, "role": one.role} for one in article.byline)
        case "date":
            return article.date.isoformat() if article.date else ""
        case "page":
            return article.pages[0] if article.pages else ""
        case "localities":
            return article.localities
        case "kind":
            return article.kind
        case "headline" | "kicker" | "subtitle" | "section":
            return cast(str, getattr(article, field))
    raise ValueError(field)


def with_value(article: Article, field: str, value: Value) -> Article:
    """Return the article with another value of a field."""
    match field:
        case "byline":
            names = cast(Sequence[dict[str, str]], value)
            return replace(article, byline=tuple(Contributor(one["name"], one["role"]) for one in names))
        case "date":
            return replace(article, date=day_of(cast(str, value)))
        case "page":
            return replace(article, pages=(cast(str, value), *article.pages[1:]))
        case "localities":
            return replace(article, localities=tuple(cast(Sequence[str], value)))
        case "kind":
            return replace(article, kind=cast(Kind, value))
        case "headline":
            return replace(article, headline=cast(str, value))
        case "kicker":
            return replace(article, kicker=cast(str, value))
        case "subtitle":
            return replace(article, subtitle=cast(str, value))
        case "section":
            return replace(article, section=cast(str, value))
    raise ValueError(field)


def value_of_page(identity: PageIdentity, name: str) -> str:
    """Return the date, label or section of a page as corrections have it; no section where it has several."""
    match name:
        case "date":
            return identity.date.isoformat() if identity.date else ""
        case "page":
            return identity.page
    return identity.sections[0] if len(identity.sections) == 1 else ""


def day_of(value: str) -> date | None:
    """Return a date as corrections have it; "" for none."""
    return date.fromisoformat(value) if value else None


def is_same(field: str, one: Value, other: Value) -> bool:
    """Return whether two values are the same: of texts, whether a search would tell them apart."""
    if field in TEXTS and isinstance(one, str) and isinstance(other, str):
        return fold(one) == fold(other)
    return one == other


def set_field(article: Article, field: str, before: Value, after: Value) -> Article | str:
    """Set a field that has the value it had before, or has the right one already."""
    now = value_of(article, field)
    if not is_same(field, now, before) and not is_same(field, now, after):
        return f"its {field} reads {shown(now)}, not {shown(before)}"
    return with_value(article, field, after)


def replace_text(article: Article, before: str, after: str) -> Article | str:
    """Replace the one place in its paragraphs and captions where some words stand, however they are spaced."""
    passages = (*article.paragraphs, *article.captions)
    found = _exactly(before, passages) or _spaced(before, passages)
    right = _exactly(after, passages) or ([] if found else _spaced(after, passages))
    if len(right) == 1 and all(number == right[0][0] and _lies_in(span, right[0][1]) for number, span in found):
        return article  # a new scan has the right words already
    if len(found) != 1:
        return f"{shown(before)} stands in {len(found)} places of it, not in one"
    [(number, (start, end))] = found
    passage = passages[number]
    text = passage.text[:start] + after + passage.text[end:]
    flags = passage.flags if "corrected" in passage.flags else (*passage.flags, "corrected")
    changed = (replace(passage, text=text, flags=flags),) if text.strip() else ()
    first_caption = len(article.paragraphs) - (number < len(article.paragraphs) and not changed)
    passages = (*passages[:number], *changed, *passages[number + 1 :])
    return replace(article, paragraphs=passages[:first_caption], captions=passages[first_caption:])


def _exactly(words: str, passages: Sequence[Passage]) -> list[tuple[int, Span]]:
    """Return where some words stand: the numbers of passages, and spans in these."""
    found: list[tuple[int, Span]] = []
    for number, passage in enumerate(passages):
        start = passage.text.find(words) if words else -1
        while start >= 0:
            found.append((number, (start, start + len(words))))
            start = passage.text.find(words, start + len(words))
    return found


def _spaced(words: str, passages: Sequence[Passage]) -> list[tuple[int, Span]]:
    """Return the same, whatever white space is among the letters."""
    pattern = r"\s*".join(map(re.escape, "".join(words.split()))) or r"(?!)"
    return [(number, match.span()) for number, one in enumerate(passages) for match in re.finditer(pattern, one.text)]


def _lies_in(one: Span, other: Span) -> bool:
    return other[0] <= one[0] and one[1] <= other[1]


def split(article: Article, words: str, headline: str, paper: Paper) -> tuple[Article, Article] | str:
    """Split an article before the one paragraph that begins with some words. The second part has no id yet.

    A paragraph that is nothing but the new headline becomes the headline.
    """
    begun = fold(words)
    starts = [number for number, one in enumerate(article.paragraphs) if fold(one.text).startswith(begun)]
    if len(starts) != 1:
        return f"{len(starts)} paragraphs of it begin with {shown(words)}, not one"
    first, second = article.paragraphs[: starts[0]], article.paragraphs[starts[0] :]
    if not first and not article.headline:
        return f"it begins with {shown(words)}, so there is nothing before it"
    head = second[0].spans if headline and fold(second[0].text) == fold(headline) else ()
    label = second[0].page
    body = tuple(replace(one, page="") if one.page == label else one for one in (second[1:] if head else second))
    later = [one.page for one in body if one.page]
    named = _byline(second)
    kept = {one.name for one in _byline(first)}
    upper = replace(
        article,
        byline=tuple(one for one in article.byline if one.name in kept or one not in named),
        paragraphs=first,
        end_code="",
        pages=tuple(dict.fromkeys((article.pages[0], *(one.page for one in (*first, *article.captions) if one.page)))),
    )
    lower = replace(
        article,
        id="",
        kicker="",
        headline=headline,
        subtitle="",
        byline=named,
        paragraphs=body,
        captions=(),
        head=head,
        pages=tuple(dict.fromkeys((label or article.pages[0], *later))),
        corrections=(),
    )
    return _located(upper, paper), _located(lower, paper)


def join(article: Article, other: Article, label: str, paper: Paper) -> Article:
    """Join another article to the end of an article. `label` is its page where that is another one, else "".

    Its headline becomes a paragraph, unless it repeats that of the article.
    """
    heading = " ".join(text for text in (other.kicker, other.headline, other.subtitle) if text)
    above = (Passage(heading, other.head),) if heading and fold(other.headline) != fold(article.headline) else ()
    paragraphs, captions = (
        tuple(replace(one, page=one.page or label) for one in some)
        for some in ((*above, *other.paragraphs), other.captions)
    )
    return _located(
        replace(
            article,
            byline=(*article.byline, *(one for one in other.byline if one not in article.byline)),
            paragraphs=(*article.paragraphs, *paragraphs),
            captions=(*article.captions, *captions),
            end_code=other.end_code or article.end_code,
            pages=tuple(dict.fromkeys((*article.pages, *other.pages))),
        ),
        paper,
    )


def _byline(paragraphs: Sequence[Passage]) -> tuple[Contributor, ...]:
    """Return the names that stand in some paragraphs."""
    named: dict[str, Contributor] = {}
    for place, passage in enumerate(paragraphs):
        found = list(bylines.of_dateline(passage.text)) if not place or bylines.has_dateline(passage.text) else []
        found += bylines.at_end_of_lead(passage.text) if not place else ()
        found += bylines.at_end(passage.text) if place == len(paragraphs) - 1 else ()
        for one in found:
            named.setdefault(one.name, one)
    return tuple(named.values())


def _located(article: Article, paper: Paper) -> Article:
    """Return the article with the places that its text, which is another one now, is about."""
    parts = [
        ("kicker", article.kicker),
        ("headline", article.headline),
        ("subtitle", article.subtitle),
        ("section", article.section),
        *(("body" if place else "lead", one.text) for place, one in enumerate(article.paragraphs)),
        *(("caption", one.text) for one in article.captions),
    ]
    localities, evidence = locate(parts, paper)
    others = tuple(one for one in article.evidence if one.about != "locality")
    return replace(article, localities=localities, evidence=(*evidence, *others))


def shown(value: Value) -> str:
    """Return a value as a sentence quotes it.

    >>> shown("工会"), shown(({"name": "王小明", "role": "记者"},)), shown(())
    ('“工会”', '“记者 王小明”', '“”')
    """
    return f"“{plain(value, _SHOWN)}”"


def plain(value: Value, most: int = 0) -> str:
    """Return a value as one line, cut after `most` letters if that is given."""
    if isinstance(value, str):
        text = value
    else:
        text = "、".join(one if isinstance(one, str) else f"{one['role']} {one['name']}".strip() for one in value)
    return f"{text[:most]}…" if most and len(text) > most else text
