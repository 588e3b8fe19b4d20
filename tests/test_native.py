"""The flat segments' answers: equal to the memory engine's over any division into segments, with any deletions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from engine_documents import documents, requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from indexer.engines.base import Reader
from indexer.engines.memory import MemoryEngine
from indexer.engines.whoosh.build import build_segment
from indexer.engines.whoosh.evaluate import Part
from indexer.engines.whoosh.flat import FlatSegment
from indexer.engines.whoosh.reader import WhooshReader
from indexer.model import Request, TokenisedDocument


@st.composite
def archives(draw: st.DrawFn) -> list[list[tuple[TokenisedDocument, bool]]]:
    """Segments of documents, each with whether it was deleted."""
    segments = []
    for number in range(draw(st.integers(0, 3))):
        sources = [f"jia/{number}-{place}.txt" for place in range(draw(st.integers(0, 5)))]
        segments.append([(draw(documents(source, 0, "f")), draw(st.integers(0, 3)) == 0) for source in sources])
    return segments


def reader_over(segments: Sequence[Sequence[tuple[TokenisedDocument, bool]]], folder: Path) -> WhooshReader:
    parts = []
    for number, rows in enumerate(segments):
        path = folder / f"{number}.seg"
        build_segment([document for document, _ in rows], path)
        segment = FlatSegment(path)
        gone = [at for document, is_gone in rows if is_gone for at in segment.find_ids(document.document.id)]
        parts.append(Part(segment, BitMap(gone)))
    return WhooshReader(parts)


def memory_reader(found: Sequence[TokenisedDocument]) -> Reader:
    engine = MemoryEngine()
    writer = engine.writer()
    for document in found:
        writer.replace(document.document.source, [document])
    writer.commit()
    return engine.reader()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(segments=archives(), asked=st.lists(requests, min_size=1, max_size=10))
def test_any_segments_answer_as_memory_does(
    segments: list[list[tuple[TokenisedDocument, bool]]], asked: list[Request], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ours = reader_over(segments, tmp_path_factory.mktemp("segments"))
    reference = memory_reader([document for rows in segments for document, is_gone in rows if not is_gone])
    for request in asked:
        results, expected = ours.search(request), reference.search(request)
        assert (results.total, results.facets) == (expected.total, expected.facets)
        assert [hit.document.id for hit in results.hits] == [hit.document.id for hit in expected.hits]
        assert [hit.score for hit in results.hits] == [hit.score for hit in expected.hits]
        assert ours.count(request) == expected.total
