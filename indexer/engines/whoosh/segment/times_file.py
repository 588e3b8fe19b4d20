"""The file beside a segment file that says when its documents were first indexed and last changed.

Segments are written while pages are read, by several processes. Which article is new is known after that, because an
article whose id changed is found among all others. So the times have a file of their own (`MAIN_….times`), which is
written when the change is committed, and is part of the commit like the segment file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.segment.container import Layout, LayoutWriter
from indexer.engines.whoosh.segment.format import encode
from indexer.engines.whoosh.segment.string_table import Texts, write_texts
from indexer.model import Times


def times_path(segment_file: Path) -> Path:
    """The file with the times of a segment's documents."""
    return segment_file.with_suffix(".times")


def write_times(segment_file: Path, times: Sequence[Times]) -> None:
    """Write the times of a segment's documents, by doc_id."""
    writer = LayoutWriter(times_path(segment_file), is_part=True)
    try:
        writer.add("first", np.array([one.first for one in times], np.uint64))
        writer.add("changed", np.array([one.changed for one in times], np.uint64))
        others = [doc_id for doc_id, one in enumerate(times) if one.first_id]
        writer.add("other_ids.doc_ids", np.array(others, np.uint32))
        write_texts(writer, "other_ids", [encode(times[doc_id].first_id) for doc_id in others])
        writer.close({"doc_count": len(times)})
    except BaseException:
        writer.abandon()
        raise


class SegmentTimes:
    """The times of a segment's documents, opened from their file."""

    def __init__(self, path: Path) -> None:
        self._layout = Layout(path)

    @cached_property
    def first(self) -> NDArray[np.uint64]:
        """When each document was first indexed, in seconds since 1970; 0 where that is not known."""
        return self._layout.whole("first")

    def of(self, doc_id: int) -> Times:
        """The times of a document."""
        return Times(int(self.first[doc_id]), int(self._changed[doc_id]), self._first_ids.get(doc_id, ""))

    @cached_property
    def _changed(self) -> memoryview:
        return self._layout.view("changed")

    @cached_property
    def _first_ids(self) -> dict[int, str]:
        """The ids that documents were first indexed by, where they have others now."""
        doc_ids = self._layout.array("other_ids.doc_ids").tolist()
        return dict(zip(doc_ids, Texts(self._layout, "other_ids"), strict=True))

    def verify(self, pause: Callable[[], None] = lambda: None) -> int:
        """Compare the whole file with what was written, and return its size: see `Layout.verify`."""
        return self._layout.verify(pause)
