"""What one document becomes in a Whoosh index: two token streams, columns to count and sort by, and itself.

Texts come folded and cut into tokens, so no Whoosh analyzer runs: the field types here index what they are given.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import get_args

from whoosh import columns, fields, formats

from indexer.engines.facets import FACETS, facet_values
from indexer.engines.whoosh import stored
from indexer.folding import grams
from indexer.model import Field as FieldName
from indexer.model import TokenisedDocument, Unit

FIELD_NAMES: tuple[FieldName, ...] = get_args(FieldName)
SEPARATOR = "\x1f"
"""Stands between the values of a facet column; a control character, so no value holds it."""

Posting = tuple[bytes, int, float, bytes]
"""A term of a document as Whoosh takes it: its bytes, frequency, weight (= frequency) and encoded value."""


class Words(fields.FieldType):  # type: ignore[misc]
    """A stream of words. Its column holds their exact number; Whoosh's own field lengths are rounded to a byte."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None, scorable=True)
        self.column_type = columns.NumericColumn("I")

    def index(self, value: Sequence[str], **_: object) -> Iterator[Posting]:
        """Every different word with its frequency."""
        for word, frequency in Counter(value).items():
            yield encode(word), frequency, float(frequency), b""

    def to_column_value(self, value: Sequence[str]) -> int:
        """The number of words."""
        return len(value)


class Positions(formats.Format):  # type: ignore[misc]
    """The places where a gram stands in a document, ascending, four bytes each in the machine's byte order."""

    def decode_positions(self, value: bytes) -> array[int]:
        """The places."""
        return array("I", value)

    def decode_frequency(self, value: bytes) -> int:
        """How many there are."""
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        """The same, as Whoosh's scorers want it."""
        return float(self.decode_frequency(value))


class Grams(fields.FieldType):  # type: ignore[misc]
    """The character bigrams of a document's units on one line of places, with a gap after every unit.

    The gap keeps a phrase from matching across two units. The column holds the `unit_table`, which tells the unit and
    its field from a place.
    """

    def __init__(self) -> None:
        super().__init__(format=Positions(), analyzer=None)
        self.column_type = columns.VarBytesColumn()

    def index(self, value: Sequence[Unit], **_: object) -> Iterator[Posting]:
        """Every different gram with its places."""
        places: dict[str, list[int]] = defaultdict(list)
        start = 0
        for unit in value:
            for place, gram in enumerate(grams(unit.text), start):
                places[gram].append(place)
            start += len(unit.text) + 1
        for gram, found in places.items():
            yield encode(gram), len(found), float(len(found)), array("I", found).tobytes()

    def to_column_value(self, value: Sequence[Unit]) -> bytes:
        """The unit table in bytes."""
        return unit_table(value).tobytes()


class Key(fields.FieldType):  # type: ignore[misc]
    """A value that documents are found by as a whole; its column gives it back."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)
        self.column_type = columns.VarBytesColumn()

    def index(self, value: str, **_: object) -> Iterator[Posting]:
        """The value as one term."""
        yield encode(value), 1, 1.0, b""

    def to_column_value(self, value: str) -> bytes:
        """The value in bytes."""
        return encode(value)


def encode(text: str) -> bytes:
    """Text as the bytes of a term or a column. A file's name may hold bytes that are no text: they pass as surrogates.

    >>> decode(encode("版\\udcff"))
    '版\\udcff'
    """
    return text.encode("utf-8", "surrogatepass")


def decode(value: bytes) -> str:
    """The text that `encode` made the bytes from."""
    return value.decode("utf-8", "surrogatepass")


def unit_table(units: Sequence[Unit]) -> array[int]:
    """The first place of each unit with the number of its field in the low three bits.

    >>> table = unit_table((Unit("headline", "工会"), Unit("caption", "图")))
    >>> [(entry >> 3, FIELD_NAMES[entry & 7]) for entry in table]
    [(0, 'headline'), (3, 'caption')]
    """
    table = array("I")
    start = 0
    for unit in units:
        table.append(start << 3 | FIELD_NAMES.index(unit.field))
        start += len(unit.text) + 1
    return table


def make_schema() -> fields.Schema:
    """The fields of an index."""
    facets = {name: fields.COLUMN() for name in FACETS if name != "date"}
    return fields.Schema(
        words=Words(),
        headline_words=Words(),
        grams=Grams(),
        id=Key(),
        source=Key(),
        day=fields.COLUMN(columns.NumericColumn("I")),
        title=fields.COLUMN(),
        page=fields.COLUMN(),
        ordinal=fields.COLUMN(columns.NumericColumn("I")),
        fingerprint=fields.COLUMN(),
        document=fields.STORED(),
        **facets,
    )


def row(tokenised: TokenisedDocument) -> dict[str, object]:
    """What is given to Whoosh for a document. `day` is the ordinal of its date, 0 without one."""
    document = tokenised.document
    facets = {name: encode(SEPARATOR.join(facet_values(name, document))) for name in FACETS if name != "date"}
    return {
        "words": tokenised.words,
        "headline_words": tokenised.headline_words,
        "grams": tokenised.units,
        "id": document.id,
        "source": document.source,
        "day": document.article.date.toordinal() if document.article.date else 0,
        "title": encode(document.paper_title),
        "page": encode(document.page),
        "ordinal": document.ordinal,
        "fingerprint": encode(document.fingerprint),
        "document": stored.to_json(document),
        **facets,
    }


def fingerprint() -> str:
    """What tells an index made by this schema from others, in 8 hex digits. Raise the number with every change here."""
    return sha256(f"whoosh 1 {stored.fingerprint()}".encode()).hexdigest()[:8]
