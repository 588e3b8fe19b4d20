"""How far an article's text can be relied on: a score from 0 to 1, and the reasons for it.

Whatever went wrong with a text is counted and turned into letters in doubt, how many each is worth standing in
`MEASURES`. With a share d of the letters in doubt the score is 1 / (1 + 10 d): 1 where nothing was found, ½ where a
tenth of the letters is in doubt. It falls with every damage, the first one most, and never quite to 0, so that the
worst pages still come in an order. What the numbers rest on:

- A space taken out or a mark made full-width hardly ever goes wrong: 50 of them put 2.5 letters in doubt. Lines joined
  and letters restored from doubling are right in all but a few of a hundred places; but where a text was doubled the
  extraction was at odds with the page, and what it lost doesn't show. So they count more.
- A letter that is lost (U+FFFD, a private-use code point that no table knows) takes the word around it along.
- At a seam, and in a paragraph that is torn or that stands there twice, a reader can't trust the line or so around it.
- Different words that the dictionary lacks are names, in good text: 99 of 100 articles of clean news have fewer than 33
  in 1,000 letters, but short local ones full of villages have more. So only what goes beyond 40 counts. Where 100
  letters in 1,000 were replaced by chance, half of the articles have more than 64: each word beyond stands for two.

A short text counts as one of 200 letters, lest one name spoil a caption.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from operator import attrgetter

from indexer.model import Article, CleanText, Edit, Evidence, Passage, Span
from indexer.text import tokenizer

SPACING, JOINED, RESTORED = "spaces and marks changed", "lines joined", "doubled letters restored"
PIECES, SEAMS, TORN, REPEATED = "pieces put together", "seams", "torn paragraphs", "repetitions"
LOST, UNKNOWN = "letters lost", "words unknown"

MEASURES: Mapping[str, float] = {
    SPACING: 0.05,
    JOINED: 0.1,
    RESTORED: 0.2,
    UNKNOWN: 2,
    PIECES: 2,
    LOST: 5,
    TORN: 5,
    REPEATED: 5,
    SEAMS: 10,
}
"""What is counted → how many letters each puts in doubt."""

BY_RULE: Mapping[str, str] = {
    "undouble": RESTORED,
    "undouble-phrases": RESTORED,
    "unwrap": JOINED,
}
"""Which rules of cleaning repair more than spaces and marks."""

_RULES_AND_AFTER = attrgetter("rules", "after")
_BY_FLAG = {"seam": SEAMS, "incomplete": TORN, "repeated": REPEATED}
_LOST_LETTER = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
_USUAL_UNKNOWN = 0.04
_STEEPNESS = 10
_SHORTEST = 200
_WORTH_NAMING = 0.005
"""What lowers a score by less doesn't show in its two digits."""


def assess(articles: Iterable[Article], cleaned: CleanText) -> tuple[Article, ...]:
    """Give each article of a page its quality, and the reasons as evidence. `cleaned` is the whole page's text."""
    starts = [edit.start for edit in cleaned.edits]
    assessed = []
    for article in articles:
        found, letters = damage(article, cleaned.edits, starts), _letters(article)
        evidence = (*article.evidence, *reasons(found, letters))
        assessed.append(replace(article, quality=score(found, letters), evidence=evidence))
    return tuple(assessed)


def score(found: Mapping[str, int], letters: int) -> float:
    """Turn what was found in a text of so many letters into its quality, to two digits.

    >>> score({}, 1000), score({LOST: 1}, 1000), score({SEAMS: 10}, 1000), score({UNKNOWN: 40}, 1000)
    (1.0, 0.95, 0.5, 1.0)
    """
    return round(1 / (1 + sum(_cost(name, count, letters) for name, count in found.items())), 2)


def reasons(found: Mapping[str, int], letters: int) -> tuple[Evidence, ...]:
    """Name what lowers the score of a text of so many letters, the heaviest first.

    >>> [(one.value, one.source) for one in reasons({SPACING: 3, SEAMS: 2, LOST: 1}, 800)]
    [('2', 'seams'), ('1', 'letters lost')]
    """
    costs = {name: _cost(name, count, letters) for name, count in found.items()}
    heavy = sorted((name for name in costs if costs[name] >= _WORTH_NAMING), key=lambda name: -costs[name])
    return tuple(Evidence("quality", str(found[name]), name) for name in heavy)


def together(articles: Sequence[Article]) -> tuple[float | None, tuple[Evidence, ...]]:
    """Return the quality of several articles, or parts of one, as one text: their mean by length, the reasons added up.

    The quality is None where none was measured.
    """
    measured = [(article.quality, max(_letters(article), 1)) for article in articles if article.quality is not None]
    if not measured:
        return None, ()
    counts: Counter[str] = Counter()
    for article in articles:
        counts.update({one.source: int(one.value) for one in article.evidence if one.about == "quality"})
    heaviest = sorted(counts, key=lambda name: -counts[name] * MEASURES[name])
    mean = sum(quality * size for quality, size in measured) / sum(size for _, size in measured)
    return round(mean, 2), tuple(Evidence("quality", str(counts[name]), name) for name in heaviest)


def of_whole(whole: Article, parts: Sequence[Article]) -> Article:
    """Give an article that was put together of parts their quality in place of its own."""
    told = tuple(one for one in whole.evidence if one.about != "quality")
    mean, why = together(parts)
    return replace(whole, quality=mean, evidence=(*told, *why))


def damage(article: Article, edits: Sequence[Edit], starts: Sequence[int]) -> Counter[str]:
    """Count what went wrong with an article. `starts` is where each edit of its page begins."""
    found: Counter[str] = Counter()
    passages = (*article.paragraphs, *article.captions)
    spans = chain(article.head, *(passage.spans for passage in passages))
    inside = [edit for span in spans for edit in _within(span, edits, starts)]
    for (rules, after), count in Counter(map(_RULES_AND_AFTER, inside)).items():
        found[_measure(rules)] += _size(after) * count
    for passage in passages:
        found.update(_BY_FLAG[flag] for flag in passage.flags if flag in _BY_FLAG)
    found[PIECES] += sum(len(passage.spans) - 1 for passage in passages)
    found[LOST] = len(_LOST_LETTER.findall("".join(_texts(article))))
    found[UNKNOWN] = len(tokenizer.unknown_words(article))
    return found


def _cost(name: str, count: int, letters: int) -> float:
    size = max(letters, _SHORTEST)
    counted = max(count - _USUAL_UNKNOWN * size, 0) if name == UNKNOWN else count
    return _STEEPNESS * MEASURES[name] * counted / size


def _within(span: Span, edits: Sequence[Edit], starts: Sequence[int]) -> Sequence[Edit]:
    """The edits that begin in a raw span."""
    return edits[bisect_left(starts, span[0]) : bisect_left(starts, span[1])]


@lru_cache
def _measure(rules: tuple[str, ...]) -> str:
    """What an edit on the word of these rules counts as: the gravest of what they repair."""
    return max((BY_RULE.get(rule, SPACING) for rule in rules), key=MEASURES.__getitem__)


def _size(after: str) -> int:
    """How much an edit changed: letters count as they stand in the cleaned text, a row of blanks once."""
    return len("".join(after.split())) if len(after) > 1 else 1


def _letters(article: Article) -> int:
    return sum(map(len, _texts(article)))


def _texts(article: Article) -> Iterable[str]:
    passages: Iterable[Passage] = (*article.paragraphs, *article.captions)
    return (article.kicker, article.headline, article.subtitle, *(passage.text for passage in passages))
