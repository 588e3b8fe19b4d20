"""Measure near spellings and suggestions while typing; no peer has these."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from benchmark.contestants.ours_ import IDENTITY
from benchmark.latency import Figures, percentiles
from benchmark.queries import HAN_WORD, sample
from benchmark.shards import Archive
from indexer.engines.base import Reader
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.search.completions import completions
from indexer.search.near_spellings import near_spellings

_NEAR = 5
"""How many near spellings are asked for."""
_TYPED = 4
"""The greatest number of letters typed."""


def misspellings(archive: Archive, count: int = 60, seed: int = 7) -> list[str]:
    """Return words of the archive with one letter replaced by a letter of another word."""
    rng = random.Random(seed)
    words = sorted({word for row in sample(archive) for word in HAN_WORD.findall(row.words)})
    found = []
    for word in rng.choices(words, k=count):
        place = rng.randrange(len(word))
        found.append(word[:place] + rng.choice(rng.choice(words)) + word[place + 1 :])
    return found


def beginnings(archive: Archive, count: int = 60, seed: int = 7) -> list[str]:
    """Return the first letters of headlines, one to four."""
    rng = random.Random(seed)
    headlines = [row.draft.headline for row in sample(archive)]
    return [rng.choice(headlines)[: rng.randint(1, _TYPED)] for _ in range(count)]


def measure(archive: Archive, folder: Path, rounds: int) -> tuple[Figures, Figures]:
    """Return the times of near spellings and those of suggestions; a text's time is the minimum over the rounds."""
    wrong, typed = misspellings(archive), beginnings(archive)
    spelt = [_times(folder, lambda reader, text: near_spellings(reader, text, _NEAR), wrong) for _ in range(rounds)]
    suggested = [_times(folder, completions, typed) for _ in range(rounds)]
    return percentiles(map(min, zip(*spelt, strict=True))), percentiles(map(min, zip(*suggested, strict=True)))


def _times(folder: Path, ask: Callable[[Reader, str], object], texts: Sequence[str]) -> list[float]:
    """Return the seconds for each text, asked once from an index opened anew, after a warm-up."""
    reader = WhooshEngine(folder, IDENTITY).reader()
    try:
        for text in islice(texts, 3):
            ask(reader, text + "的")
        found = []
        for text in texts:
            began = time.perf_counter()
            ask(reader, text)
            found.append(time.perf_counter() - began)
        return found
    finally:
        reader.close()
