"""Words that the extraction gave twice: flagged, never dropped, since print repeats itself too."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import replace

from indexer.model import Article, Passage

_ITEM = re.compile(r"[^、，；。！？]*[、，；。！？]")
_SENTENCE = re.compile(r"[^。！？]*[。！？]")
_SHORTEST_PASSAGE = 30


def flag_repeats(articles: Iterable[Article]) -> tuple[Article, ...]:
    """Flag paragraphs that say something twice running (网约车司机、网约车司机、) or that stand on the page already."""
    seen: set[str] = set()
    return tuple(
        replace(article, paragraphs=tuple(_flag(passage, seen) for passage in article.paragraphs))
        for article in articles
    )


def _flag(passage: Passage, seen: set[str]) -> Passage:
    letters = "".join(passage.text.split())
    is_long = len(letters) >= _SHORTEST_PASSAGE
    repeated = _says_twice_running(passage.text) or (is_long and letters in seen)
    if is_long:
        seen.add(letters)
    return replace(passage, flags=(*passage.flags, "repeated")) if repeated else passage


def _says_twice_running(text: str) -> bool:
    """Tell a text in which an item of a list, or a sentence, ends with all of the next one.

    >>> _says_twice_running("请网约车司机、网约车司机、"), _says_twice_running("一年一年又一年，")
    (True, False)
    """
    items = itertools.pairwise(_ITEM.findall(text))
    sentences = itertools.pairwise(_SENTENCE.findall(text))
    return any(5 < len(item) <= 61 and item[-1] in "、，；" and before.endswith(item) for before, item in items) or any(
        8 < len(sentence) <= 201 and before.endswith(sentence) for before, sentence in sentences
    )
