"""What is remembered of each page of an archive while all others are read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from indexer.archive.archive import issue_of
from indexer.model import Article, PageReading
from indexer.text.dates import read_number
from indexer.text.folding import fold

SKETCH = 32
"""Numbers that stand for a text: two texts have about as many of them in common as stretches of letters."""
_STRETCH = 6
_FACTOR, _MIXER = np.uint64(1_000_003), np.uint64(0xFF51AFD7ED558CCD)
_NOTHING = np.iinfo(np.uint32).max

_NUMBER = re.compile(r"(?:总|總)?\s*第\s*(?:\d{1,6}|[〇○零一二三四五六七八九十百廿]{1,7})\s*[期号號]")
_OF_ALL = re.compile(r"总|總")

Sketch = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A page: where it lies, what it says it is, its letters, and the number of its issue (0 where none is printed).

    A file with several pages is one: `labels` are those of all.
    `has_conflict` tells that something printed or a path contradicts its date.
    """

    source: str
    paper: str
    date: date | None
    label: str
    labels: tuple[str, ...]
    articles: int
    letters: int
    digest: bytes
    sketch: Sketch
    number: int
    has_conflict: bool

    @property
    def folder(self) -> str:
        """The folder of its issue, or its path without suffix where it lies in the folder of its paper."""
        return issue_of(self.source)


def facts_of(source: str, page: PageReading) -> PageFacts:
    """What is to be remembered of a page."""
    letters = fold("".join(text for article in page.articles for text in _texts(article)))
    return PageFacts(
        source=source,
        paper=page.identity.paper,
        date=page.identity.date,
        label=page.identity.page,
        labels=tuple(identity.page for identity in page.identities),
        articles=len(page.articles),
        letters=len(letters),
        digest=blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=8).digest(),
        sketch=sketch_of(letters),
        number=issue_number(passage.text for passage in page.furniture),
        has_conflict=any(one.about == "date conflict" for identity in page.identities for one in identity.evidence),
    )


def sketch_of(letters: str) -> Sketch:
    """Return the least hashes of the stretches of a text, ascending; fewer stretches are filled up.

    >>> sketch_of("县里修好三座老桥")[:3].tolist() == sorted(set(sketch_of("县里修好三座老桥")[:3].tolist()))
    True
    """
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    found = np.full(SKETCH, _NOTHING, np.uint32)
    if len(codes) >= _STRETCH:
        hashes = np.zeros(len(codes) - _STRETCH + 1, np.uint64)
        for at in range(_STRETCH):
            hashes = hashes * _FACTOR + codes[at : at + len(hashes)]
        hashes = (hashes ^ (hashes >> np.uint64(33))) * _MIXER
        least = np.unique((hashes >> np.uint64(32)).astype(np.uint32))[:SKETCH]
        found[: len(least)] = least
    return found


def alike(one: Sketch, other: Sketch) -> float:
    """Estimate the share of stretches that two texts have in common, of all that one of them has."""
    union = np.union1d(one, other)[:SKETCH]
    union = union[union != _NOTHING]
    both = np.intersect1d(one, other)
    return float(np.isin(union, both).sum() / len(union)) if len(union) else 0.0


def issue_number(furniture: Iterable[str]) -> int:
    """Return the number of an issue as its page prints it; that of all issues before that of a year.

    >>> issue_number(["2019年3月8日 星期五", "总第2345期 今日8版"]), issue_number(["第 12 期（总第一百零三期）"])
    (2345, 103)
    >>> issue_number(["第三版"])
    0
    """
    found = [match.group() for text in furniture for match in _NUMBER.finditer(text)]
    chosen = [one for one in found if _OF_ALL.match(one)] or found
    try:
        return read_number(re.sub(r"[总總第期号號\s]", "", chosen[0])) if chosen else 0
    except ValueError:
        return 0


def of_most(values: Sequence[int]) -> int:
    """The value that most pages have, 0 without one."""
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else 0


def _texts(article: Article) -> Iterable[str]:
    passages = (*article.paragraphs, *article.captions)
    return (article.kicker, article.headline, article.subtitle, *(passage.text for passage in passages))
