"""What Whoosh is told of our index: two token streams, keys, columns to count and sort by, and the documents.

Texts come folded and cut into tokens, so no Whoosh analyzer runs.
"""

from __future__ import annotations

import struct

from whoosh import columns, fields, formats

DAY = fields.NUMERIC(int, bits=32, signed=False, shift_step=0, sortable=True)
"""The ordinal of a date, 0 without one. Documents lie by day, so a range of days needs no tiers of terms."""


class WordsField(fields.FieldType):  # type: ignore[misc]
    """A stream of words. Its column holds their exact number."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None, scorable=True)
        self.column_type = columns.NumericColumn("I")

    def from_column_value(self, value: int) -> int:
        """The number of words."""
        return value


class PositionsFormat(formats.Format):  # type: ignore[misc]
    """The positions of a gram in a document, ascending, four bytes each in little-endian order."""

    def decode_positions(self, value: bytes) -> list[int]:
        """The positions."""
        return list(struct.unpack(f"<{len(value) // 4}I", value))

    def decode_frequency(self, value: bytes) -> int:
        """How many there are."""
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        """The same, as Whoosh's scorers want it."""
        return float(self.decode_frequency(value))


class GramsField(fields.FieldType):  # type: ignore[misc]
    """The character bigrams of a document's units in one position space, with a position gap after every unit.

    The gap keeps a phrase from matching across two units.
    """

    def __init__(self) -> None:
        super().__init__(format=PositionsFormat(), analyzer=None)


class KeyField(fields.FieldType):  # type: ignore[misc]
    """A value that documents are found by as a whole; its column, where there is one, gives it back."""

    def __init__(self, *, has_column: bool = True) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)
        self.column_type = columns.VarBytesColumn() if has_column else None


def make_schema() -> fields.Schema:
    """The fields of an index. Every field but `locality` and those behind it can be searched by Whoosh's queries."""
    return fields.Schema(
        words=WordsField(),
        headline_words=WordsField(),
        grams=GramsField(),
        id=KeyField(),
        source=KeyField(),
        day=DAY,
        paper=KeyField(),
        section=KeyField(),
        kind=KeyField(),
        quality=KeyField(),
        place=KeyField(has_column=False),
        locality=fields.COLUMN(),
        title=fields.COLUMN(),
        rights=fields.COLUMN(),
        page=fields.COLUMN(),
        ordinal=fields.COLUMN(columns.NumericColumn("I")),
        fingerprint=fields.COLUMN(),
        document=fields.STORED(),
    )
