"""Store generated articles with their tokens, so that contestants share one input.

A shard is a list of plain tuples in `marshal` format, which is the fastest to read. Reading a shard is never timed.
"""

from __future__ import annotations

import json
import marshal
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from benchmark import corpus
from benchmark.corpus import Draft, Recombiner, Story
from indexer.model import TokenisedDocument, Unit
from indexer.text import tokenizer
from indexer.text.folding import grams

SHARD = 2_500
"""Articles per file: whole pages, so that shards can be indexed independently."""


class Row(NamedTuple):
    """An article and its token streams.

    Words are joined by spaces, as no word contains one.
    """

    draft: Draft
    words: str
    headline_words: str
    units: tuple[Unit, ...]

    def grams(self) -> str:
        """Return the bigrams, joined by spaces, for peers with a white-space tokenizer.

        The last gram of a unit has only one character, so a phrase of bigrams never extends into the next unit.
        """
        return " ".join(" ".join(grams(unit.text)) for unit in self.units)

    def tokenised(self) -> TokenisedDocument:
        """Return the article in the form that our engine needs."""
        return TokenisedDocument(
            corpus.document(self.draft), tuple(self.words.split(" ")), tuple(self.headline_words.split()), self.units
        )


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder of shards with `size` generated articles of `localities` localities."""

    folder: Path
    size: int
    localities: int

    @property
    def shards(self) -> list[Path]:
        """The files, in order of their articles."""
        return [self.folder / f"{start:07}.marshal" for start in range(0, self.size, SHARD)]

    def rows(self, shards: Sequence[Path] | None = None) -> Iterator[Row]:
        """Yield the articles of the given shards, or of all."""
        for path in self.shards if shards is None else shards:
            yield from read(path)


def build(folder: Path, found: Sequence[Story], size: int, localities: int) -> Archive:
    """Generate and tokenise an archive, unless the folder already contains it."""
    made_from = sha256(Path(corpus.__file__).read_bytes() + repr(found).encode() + tokenizer.FINGERPRINT.encode())
    mark = {"size": size, "localities": localities, "made_from": made_from.hexdigest()}
    archive = Archive(folder, size, localities)
    marked = folder / "made_from.json"
    if marked.exists() and json.loads(marked.read_text()) == mark:
        return archive
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(_write, archive.shards, [(found, size, localities)] * len(archive.shards)):
            pass
    marked.write_text(json.dumps(mark))
    return archive


def read(path: Path) -> list[Row]:
    """Read one shard."""
    return [_row(stored) for stored in marshal.loads(path.read_bytes())]  # noqa: S302 (our own file)


def _write(path: Path, making: tuple[Sequence[Story], int, int]) -> None:
    found, size, localities = making
    start = int(path.stem)
    drafts = Recombiner(found, size, localities, range(start, min(start + SHARD, size)))
    path.write_bytes(marshal.dumps([_stored(draft) for draft in drafts]))


Stored = tuple[int, int, str, str, str, tuple[str, ...], tuple[str, ...], str, str, tuple[tuple[str, str], ...]]


def _stored(draft: Draft) -> Stored:
    tokenised = tokenizer.tokenise(corpus.document(draft))
    return (
        draft.number,
        draft.day.toordinal(),
        *draft[2:],
        " ".join(tokenised.words),
        " ".join(tokenised.headline_words),
        tuple((unit.field, unit.text) for unit in tokenised.units),
    )


def _row(stored: Stored) -> Row:
    number, day, locality, section, headline, byline, paragraphs, words, headline_words, units = stored
    draft = Draft(number, date.fromordinal(day), locality, section, headline, byline, paragraphs)
    return Row(draft, words, headline_words, tuple(Unit(field, text) for field, text in units))  # type: ignore[arg-type]
