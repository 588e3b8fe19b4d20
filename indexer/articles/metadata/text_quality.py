"""Text quality: how reliable an article's text is, as a score from 0 to 1 with reasons.

Each kind of damage is counted and converted to letters in doubt; `MEASURES` says how many letters each one is worth.
With a share d of the letters in doubt the score is 1 / (1 + 10 d): 1 without damage, ½ with a tenth of the letters in
doubt. Each damage lowers the score, the first one most. The score never quite reaches 0, so the worst pages can still
be ranked. The numbers are based on the following:

- Removing a space or making a mark full-width is rarely wrong: 50 of them put 2.5 letters in doubt. Joining lines and
  restoring doubled letters is right in all but a few of a hundred places. But where a text was doubled the extraction
  disagreed with the page, and what it lost does not show. So these count more.
- A lost letter (U+FFFD, or a private-use code point that is in no table) makes the word around it doubtful too.
- What recognised the letters of a scan says how sure it is of each word. In clean print it is .97 to .99 sure, .8 to .9
  in print of which a tenth is misread, and below .7 nothing can be read. So what it is not sure of beyond 3 in 100
  letters counts as letters in doubt.
- At a seam, and in a torn or repeated paragraph, about a line is unreliable.
- In good text, different words that the dictionary lacks are names. 99 of 100 articles of clean news have fewer than
  33 in 1,000 letters, but short local ones full of villages have more. So only those beyond 40 count. Where 100
  letters in 1,000 were replaced by chance, half of the articles have more than 64. So each word beyond 40 counts as
  two letters.

A text of fewer than 200 letters counts as one of 200, so that one name does not spoil a caption.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from operator import attrgetter

from indexer.cleaning import printed_lines
from indexer.model import Article, CleanText, Edit, Evidence, Passage, PrintedLine, Span
from indexer.text import tokenizer

SPACING, JOINED, RESTORED = "spaces and marks changed", "lines joined", "doubled letters restored"
PIECES, SEAMS, TORN, REPEATED = "pieces put together", "seams", "torn paragraphs", "repetitions"
LOST, UNKNOWN, UNSURE = "letters lost", "words unknown", "letters unsure"

MEASURES: Mapping[str, float] = {
    SPACING: 0.05,
    JOINED: 0.1,
    RESTORED: 0.2,
    UNSURE: 1,
    UNKNOWN: 2,
    PIECES: 2,
    LOST: 5,
    TORN: 5,
    REPEATED: 5,
    SEAMS: 10,
}
"""Letters in doubt for each kind of damage."""

BY_RULE: Mapping[str, str] = {
    "undouble": RESTORED,
    "undouble-phrases": RESTORED,
    "undouble-marks": RESTORED,
    "undouble-figures": RESTORED,
    "spaced-copies": RESTORED,
    "repeated-lines": RESTORED,
    "broken-pairs": JOINED,
    "unwrap": JOINED,
}
"""Cleaning rules that repair more than spaces and marks."""

_NO_DAMAGE = (printed_lines.NAME,)
_RULES_AND_AFTER = attrgetter("rules", "after")
_BY_FLAG = {"seam": SEAMS, "incomplete": TORN, "repeated": REPEATED}
_LOST_LETTER = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
_USUAL = {UNKNOWN: 0.04, UNSURE: 0.03}
"""What is found in any text, for each letter of it."""

_STEEPNESS = 10
_SHORTEST = 200
_WORTH_NAMING = 0.005
"""A smaller loss of score does not show in two digits."""


def assess(articles: Iterable[Article], cleaned: CleanText, lines: Sequence[PrintedLine] = ()) -> tuple[Article, ...]:
    """Return the articles of a page with their quality, and the reasons as evidence.

    `cleaned` is the text of the whole page, `lines` are those that it was printed in, where that is known.
    """
    starts = [edit.start for edit in cleaned.edits]
    assessed = []
    for article in articles:
        found, letters = damage(article, cleaned.edits, starts), _letters(article)
        found[UNSURE] = _unsure(article, lines)
        evidence = (*article.evidence, *reasons(found, letters))
        assessed.append(replace(article, quality=score(found, letters), evidence=evidence))
    return tuple(assessed)


def score(found: Mapping[str, int], letters: int) -> float:
    """Return the quality of a text of `letters` letters with this damage, to two digits.

    >>> score({}, 1000), score({LOST: 1}, 1000), score({SEAMS: 10}, 1000), score({UNKNOWN: 40}, 1000)
    (1.0, 0.95, 0.5, 1.0)
    """
    return round(1 / (1 + sum(_cost(name, count, letters) for name, count in found.items())), 2)


def reasons(found: Mapping[str, int], letters: int) -> tuple[Evidence, ...]:
    """Return what lowers the score of a text of `letters` letters, heaviest first.

    >>> [(one.value, one.source) for one in reasons({SPACING: 3, SEAMS: 2, LOST: 1}, 800)]
    [('2', 'seams'), ('1', 'letters lost')]
    """
    costs = {name: _cost(name, count, letters) for name, count in found.items()}
    heavy = sorted((name for name in costs if costs[name] >= _WORTH_NAMING), key=lambda name: -costs[name])
    return tuple(Evidence("quality", str(found[name]), name) for name in heavy)


def together(articles: Sequence[Article]) -> tuple[float | None, tuple[Evidence, ...]]:
    """Return the quality of several articles, or parts of one, as one text.

    It is their mean, weighted by length, with the reasons added up; None if no quality was measured.
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
    """Return an article joined from parts with their combined quality in place of its own."""
    told = tuple(one for one in whole.evidence if one.about != "quality")
    mean, why = together(parts)
    return replace(whole, quality=mean, evidence=(*told, *why))


def damage(article: Article, edits: Sequence[Edit], starts: Sequence[int]) -> Counter[str]:
    """Count the damage to an article. `starts` is where each edit of its page begins."""
    found: Counter[str] = Counter()
    passages = (*article.paragraphs, *article.captions)
    spans = chain(article.head, *(passage.spans for passage in passages))
    inside = [edit for span in spans for edit in _within(span, edits, starts)]
    for (rules, after), count in Counter(map(_RULES_AND_AFTER, inside)).items():
        if rules != _NO_DAMAGE:
            found[_measure(rules)] += _size(after) * count
    for passage in passages:
        found.update(_BY_FLAG[flag] for flag in passage.flags if flag in _BY_FLAG)
    found[PIECES] += sum(len(passage.spans) - 1 for passage in passages)
    found[LOST] = len(_LOST_LETTER.findall("".join(_texts(article))))
    found[UNKNOWN] = len(tokenizer.unknown_words(article))
    return found


def _unsure(article: Article, lines: Sequence[PrintedLine]) -> int:
    """Return how many letters of an article are probably misread, by the confidence of the lines that it is in."""
    spans = (*article.head, *(span for passage in (*article.paragraphs, *article.captions) for span in passage.spans))
    doubts = 0.0
    for start, end in spans:
        at = bisect_right(lines, start, key=attrgetter("end"))
        while at < len(lines) and lines[at].start < end:
            line = lines[at]
            if line.confidence is not None:
                doubts += (min(end, line.end) - max(start, line.start)) * (1 - line.confidence)
            at += 1
    return round(doubts)


def _cost(name: str, count: int, letters: int) -> float:
    size = max(letters, _SHORTEST)
    counted = max(count - _USUAL.get(name, 0) * size, 0)
    return _STEEPNESS * MEASURES[name] * counted / size


def _within(span: Span, edits: Sequence[Edit], starts: Sequence[int]) -> Sequence[Edit]:
    """Return the edits that begin in a raw span."""
    return edits[bisect_left(starts, span[0]) : bisect_left(starts, span[1])]


@lru_cache
def _measure(rules: tuple[str, ...]) -> str:
    """Return the measure that an edit with these rules counts as: the most serious one."""
    return max((BY_RULE.get(rule, SPACING) for rule in rules), key=MEASURES.__getitem__)


def _size(after: str) -> int:
    """Return the size of an edit: the letters of the cleaned text, or 1 for a run of blanks."""
    return len("".join(after.split())) if len(after) > 1 else 1


def _letters(article: Article) -> int:
    return sum(map(len, _texts(article)))


def _texts(article: Article) -> Iterable[str]:
    passages: Iterable[Passage] = (*article.paragraphs, *article.captions)
    return (article.kicker, article.headline, article.subtitle, *(passage.text for passage in passages))
