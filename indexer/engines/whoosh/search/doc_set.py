"""Sets of documents of one segment."""

from __future__ import annotations

import numpy as np
from pyroaring import BitMap

from indexer.engines.whoosh.segment.array_types import DocIds
from indexer.engines.whoosh.segment.arrays import bitmap_of, doc_ids_in


class DocSet:
    """Documents as an ascending array, as a roaring bitmap, or both: what was not given is made when it is asked for.

    Set operations use bitmaps; counting and ranking use arrays (uint32, ascending, unique).
    """

    __slots__ = ("_bitmap", "_doc_ids")

    def __init__(self, bitmap: BitMap | None = None, doc_ids: DocIds | None = None) -> None:
        self._bitmap = bitmap
        self._doc_ids = doc_ids

    def __len__(self) -> int:
        known = self._bitmap if self._doc_ids is None else self._doc_ids
        return 0 if known is None else len(known)

    @property
    def bitmap(self) -> BitMap:
        """The documents as a bitmap. It may be shared, so nobody changes it."""
        if self._bitmap is None:
            self._bitmap = bitmap_of(self.doc_ids)
        return self._bitmap

    @property
    def doc_ids(self) -> DocIds:
        """The documents, ascending."""
        if self._doc_ids is None:
            self._doc_ids = np.zeros(0, np.uint32) if self._bitmap is None else doc_ids_in(self._bitmap)
        return self._doc_ids
