"""Generated articles on disk, cut into tokens once, so that every contestant is given the same.

A shard is a list of plain tuples in `marshal`'s form, which reads fastest. Reading one is never inside a clock.
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
"""Articles in a file: whole pages, so that shards can be indexed in any way."""


class Row(NamedTuple):
    """An article and its streams; words are joined by spaces, as no word holds one."""

    draft: Draft
    words: str
    headline_words: str
    units: tuple[Unit, ...]

    def grams(self) -> str:
        """The stream of bigrams, as a peer with a tokenizer for white space takes it.

        The last gram of a unit has one character only, so no phrase of bigrams reaches from one unit into the next.
        """
        return " ".join(" ".join(grams(unit.text)) for unit in self.units)

    def tokenised(self) -> TokenisedDocument:
        """The same as our engine takes it."""
        return TokenisedDocument(
            corpus.document(self.draft), tuple(self.words.split(" ")), tuple(self.headline_words.split()), self.units
        )


@dataclass(frozen=True, slots=True)
class Archive:
    """So many generated articles with so many localities, in a folder of shards."""

    folder: Path
    size: int
    localities: int

    @property
    def shards(self) -> list[Path]:
        """The files, in the order of their articles."""
        return [self.folder / f"{start:07}.marshal" for start in range(0, self.size, SHARD)]

    def rows(self, shards: Sequence[Path] | None = None) -> Iterator[Row]:
        """The articles of some shards, or of all."""
        for path in self.shards if shards is None else shards:
            yield from read(path)


def build(folder: Path, found: Sequence[Story], size: int, localities: int) -> Archive:
    """Generate and tokenise an archive, unless the folder holds just this one."""
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
