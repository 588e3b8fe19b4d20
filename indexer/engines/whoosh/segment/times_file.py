"""The file beside a segment file that says when its documents were first indexed and last changed.

Segments are written while pages are read, by several processes. Which article is new is known after that, because an
article whose id changed is found among all others. So the times have a file of their own (`MAIN_….times`), which is
written when the change is committed, and is part of the commit like the segment file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from indexer.engines.whoosh.segment.container import LayoutWriter
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
        writer.close({"doc_count": len(times)})
    except BaseException:
        writer.abandon()
        raise
