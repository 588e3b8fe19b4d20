"""Tests that a spool over a commit, which is what a change shows of itself, holds what the memory engine would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from indexer.engines.base import Preview, SourceDocuments
from indexer.engines.holdings import Held
from indexer.engines.memory import MemoryEngine, MemoryReader
from indexer.engines.opensearch import documents
from indexer.engines.opensearch.indexing.spool import OverlayReader, Spool, build_spool, packed
from indexer.model import Times
from tests.support.engine_documents import SOURCES, Change, changes, document

NOBODY = "nobody-has-this-id"


class HoldingReader(MemoryReader):
    """A reader that a spool may lie over."""

    def held(self, hidden: Sequence[str]) -> Iterable[Held]:
        for source in self.fingerprints():
            if documents.spelled(source) not in hidden:
                for one in self.documents_of(source):
                    yield Held(one.paper, one.paper_title, one.article.date, one.page, rights=one.rights)


def committed(engine: MemoryEngine) -> HoldingReader:
    reader = engine.reader()
    reader.__class__ = HoldingReader
    assert isinstance(reader, HoldingReader)
    return reader


def run(engine: MemoryEngine, change: Change) -> None:
    writer = engine.writer()
    for step in change.steps:
        writer.replace(step.source, step.documents, step.fingerprint)
    writer.commit(times=change.times)


def put(spool: Spool, change: Change) -> None:
    for step in change.steps:
        spool.replace(step.source, [packed(one, step.fingerprint) for one in step.documents])


def assert_alike(ours: Preview, reference: Preview, ids: Sequence[str]) -> None:
    assert dict(ours.fingerprints()) == dict(reference.fingerprints())
    assert ours.papers() == reference.papers()
    for paper in ("jia", "yi"):
        assert ours.issues(paper) == reference.issues(paper)
        for issue in reference.issues(paper):
            assert ours.issue(paper, issue.date) == reference.issue(paper, issue.date)
    for source in SOURCES:
        assert ours.documents_of(source) == reference.documents_of(source)
    for one in (*ids, NOBODY):
        assert ours.get(one) == reference.get(one)
    assert dict(ours.times(ids)) == dict(reference.times(ids))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(before=changes, first=changes, second=changes)
def test_a_spool_over_a_commit_is_like_the_next_commit(before: Change, first: Change, second: Change) -> None:
    engine = MemoryEngine()
    run(engine, before)
    below = committed(engine)
    with closing(Spool()) as one, closing(Spool()) as other:
        put(one, first)
        put(other, second)
        middle = OverlayReader(below, one, first.times)
        run(engine, first)
        run(engine, second)
        all_ids = [doc.document.id for its in (before, first, second) for step in its.steps for doc in step.documents]
        assert_alike(OverlayReader(middle, other, second.times), engine.reader(), all_ids)


def test_what_another_process_wrote(tmp_path: Path) -> None:
    made = [document("a", source="1"), document("b", source="1"), document("c", source="2\udcff")]
    sources = [SourceDocuments("1", "f", made[:2]), SourceDocuments("2\udcff", "g", made[2:])]
    (path,) = build_spool(tmp_path, sources)
    assert build_spool(tmp_path, []) == []
    with closing(Spool()) as spool:
        spool.replace("1", [packed(document("old", source="1"), "e")])
        spool.adopt(path)
        assert not path.exists()
        assert spool.fingerprints() == {"1": "f", "2\udcff": "g"}
        assert (spool.get("old"), spool.get("c")) == (None, made[2].document)
        assert OverlayReader(None, spool).times(["a", "old"]) == {"a": Times()}
