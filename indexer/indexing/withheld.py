"""Take the letters of a withheld passage out of an article: out of its texts, and out of its places in the raw text.

What is compared are folded letters and digits alone, so spaces, marks and old forms of a character hide nothing. A
letter may be there several times in a row, as doubled lines have it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from indexer.model import WITHHELD, Article, Contributor, Passage, Span
from indexer.text.folding import fold, fold_with_places

RawText = Callable[[str], str]
"""Returns the raw text of the page with a label, "" for the page that the article begins on."""


def letters_of(text: str) -> str:
    """Return the folded letters and digits of a text.

    >>> letters_of("138-0000 0000，李四")
    '13800000000李四'
    """
    return "".join(filter(str.isalnum, fold(text)))


def holds(text: str, letters: str) -> bool:
    """Return whether the letters stand in a text one after another."""
    return _repeated(letters).search(letters_of(text)) is not None


def without(text: str, letters: str) -> str:
    """Return a text with `WITHHELD` at each place where the letters stood.

    >>> without("热心人张 三（已婚）说，张三", "张三")
    '热心人〔…〕（已婚）说，〔…〕'
    """
    for start, end in reversed(_places(text, _repeated(letters))):
        text = text[:start] + WITHHELD + text[end:]
    return text


def withhold(article: Article, letters: str, raw: RawText) -> Article | None:
    """Return the article without the letters of a passage, None if they stand nowhere in it."""
    found = any(holds(text, letters) for text in _texts(article))
    if not found:
        return None
    return replace(
        article,
        kicker=without(article.kicker, letters),
        headline=without(article.headline, letters),
        subtitle=without(article.subtitle, letters),
        section=without(article.section, letters),
        byline=tuple(Contributor(without(one.name, letters), without(one.role, letters)) for one in article.byline),
        localities=tuple(path for path in article.localities if not holds(path, letters)),
        paragraphs=tuple(_passage(one, letters, raw) for one in article.paragraphs),
        captions=tuple(_passage(one, letters, raw) for one in article.captions),
        end_code=without(article.end_code, letters),
        head=_spans_without(
            article.head, letters, raw(""), surely=any(holds(text, letters) for text in _head(article))
        ),
        evidence=tuple(one for one in article.evidence if not holds(f"{one.value}\n{one.quote}", letters)),
    )


def _head(article: Article) -> Sequence[str]:
    return article.kicker, article.headline, article.subtitle, *(one.name for one in article.byline)


def _texts(article: Article) -> Sequence[str]:
    return *_head(article), *(one.text for one in (*article.paragraphs, *article.captions))


def _passage(passage: Passage, letters: str, raw: RawText) -> Passage:
    is_there = holds(passage.text, letters)
    spans = _spans_without(passage.spans, letters, raw(passage.page), surely=is_there)
    return replace(passage, text=without(passage.text, letters) if is_there else passage.text, spans=spans)


def _spans_without(spans: Sequence[Span], letters: str, raw: str, *, surely: bool) -> tuple[Span, ...]:
    """Cut the letters out of stretches of the raw text. An empty span is where they stood.

    Where they `surely` are in the stretches, but in a form that isn't found, nothing is left of these.
    """
    text = "".join(raw[start:end] for start, end in spans)
    cuts = _places(text, _repeated(letters))
    if not cuts:
        return ((spans[0][0], spans[0][0]),) if surely and spans else tuple(spans)
    left: list[Span] = []
    base = 0
    for start, end in spans:
        at = start
        for first, last in ((cut[0] - base + start, cut[1] - base + start) for cut in cuts):
            if last <= start or first >= end:
                continue
            left += [(at, first)] if first > at else []
            left.append((max(first, start), max(first, start)))
            at = min(last, end)
        left += [(at, end)] if end > at else []
        base += end - start
    return tuple(left)


def _places(text: str, pattern: re.Pattern[str]) -> list[Span]:
    """Return where the letters of a text match a pattern."""
    folded, places = fold_with_places(text)
    kept = [at for at, letter in enumerate(folded) if letter.isalnum()]
    found = pattern.finditer("".join(folded[at] for at in kept))
    return [(places[kept[one.start()]], places[kept[one.end() - 1]] + 1) for one in found]


@lru_cache(maxsize=1024)
def _repeated(letters: str) -> re.Pattern[str]:
    return re.compile("".join(f"{re.escape(letter)}+" for letter in letters))
