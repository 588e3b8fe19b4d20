"""Flag text that was extracted twice. It is never dropped, since print repeats itself too."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from indexer.model import Article, Passage
from indexer.text.newsprint import STOPS

_ITEM = re.compile(rf"[^、，；{STOPS}]*+(?:[、，；{STOPS}]|\Z)")
_SENTENCE = re.compile(rf"[^{STOPS}]*+(?:[{STOPS}]|\Z)")
_SERIES = re.compile(r"^(?:[（(][^（）()]{2,16}[）)]|【[^】]{2,16}】)(?=.{4})|(?<=.{4})[（(][^（）()]{2,16}[）)]$")
_SHORTEST_HEADLINE, _LONGEST_ADDED = 8, 5
_SHORTEST_PASSAGE = 30


def flag_repeats(articles: Iterable[Article]) -> tuple[Article, ...]:
    """Flag paragraphs that repeat the headline, a sentence or list item, or a paragraph already on the page."""
    seen: set[str] = set()
    return tuple(replace(article, paragraphs=tuple(_flagged(article, seen))) for article in articles)


def says_again(line: str, headline: str) -> bool:
    """Return whether a line repeats a headline. Either may have a series name or a word in front.

    >>> says_again("（抗击疫情）云陂市 开通热线", "云陂市开通热线"), says_again("云陂市开通热线电话", "云陂市开通热线")
    (True, False)
    """
    if _last_letter(line) != _last_letter(headline):  # by far the commonest case, and cheap to test
        return False
    shorter, longer = sorted((_bare(line), _bare(headline)), key=len)
    if len(shorter) < _SHORTEST_HEADLINE:
        return shorter == longer != ""
    return longer.endswith(shorter) and len(longer) - len(shorter) <= _LONGEST_ADDED


def _bare(line: str) -> str:
    return re.sub(r"\W", "", _SERIES.sub("", line))


def _last_letter(line: str) -> str:
    if line.endswith(("）", ")")):
        line = _SERIES.sub("", line)
    return next((letter for letter in reversed(line) if letter.isalnum() or letter == "_"), "")


def _flagged(article: Article, seen: set[str]) -> Iterator[Passage]:
    """Yield the paragraphs of an article, flagged. `seen` holds the longer ones of the page so far."""
    opening = True
    for passage in article.paragraphs:
        opening = opening and says_again(passage.text, article.headline)
        letters = "".join(passage.text.split())
        is_long = len(letters) >= _SHORTEST_PASSAGE
        repeated = opening or _says_twice_running(passage.text) or (is_long and letters in seen)
        if is_long:
            seen.add(letters)
        yield replace(passage, flags=(*passage.flags, "repeated")) if repeated else passage


def _says_twice_running(text: str) -> bool:
    """Return whether an item of a list, or a sentence, ends with all of the next one.

    >>> _says_twice_running("请网约车司机、网约车司机、"), _says_twice_running("一年一年又一年，")
    (True, False)
    """
    items = itertools.pairwise(_ITEM.findall(text))
    sentences = itertools.pairwise(_SENTENCE.findall(text))
    return any(5 < len(item) <= 61 and item[-1] in "、，；" and before.endswith(item) for before, item in items) or any(
        8 < len(sentence) <= 201 and sentence[-1] in STOPS and before.endswith(sentence)
        for before, sentence in sentences
    )
