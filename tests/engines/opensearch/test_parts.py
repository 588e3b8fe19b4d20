"""Parts of an archive that processes index at the same time, from the first moment of an index on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from indexer.archive.archive import Archive
from indexer.engines import open_engine
from indexer.engines.base import Engine, IndexIdentity
from indexer.engines.memory import MemoryEngine
from indexer.indexing.parts import ArchivePart
from indexer.indexing.pipeline import index
from indexer.indexing.rules_fingerprint import matching
from indexer.model import Document
from tests.conftest import PROJECT
from tests.indexing.test_interruptions import all_together, first_archive, put

COMMAND = (sys.executable, "-m", "indexer.cli.commands", "index", "--json", "--jobs", "1")


def run_together(root: Path, location: str, parts: Sequence[str]) -> list[dict[str, int]]:
    runs = [
        subprocess.Popen(
            [*COMMAND, "--archive", str(root), "--index", location, "--part", part],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )
        for part in parts
    ]
    outputs = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs if run.returncode not in (0, 1)] == []
    return [json.loads(output) for output in outputs]


def documents(engine: Engine) -> tuple[dict[str, Document], dict[str, str]]:
    reader = engine.reader()
    fingerprints = dict(reader.fingerprints())
    found = [one for source in sorted(fingerprints) for one in reader.documents_of(source)]
    assert len({one.id for one in found}) == len(found)
    return {one.id: one for one in found}, fingerprints


def ids_recorded(root: Path) -> set[str]:
    return {line.split("\t")[0] for line in (root / "indexed.tsv").read_text(encoding="utf-8").splitlines()}


def test_parts_at_the_same_time_come_to_the_whole(opensearch_location: str, tmp_path: Path) -> None:
    root, reference = tmp_path / "archive", MemoryEngine()
    first_archive(root)
    told = run_together(root, opensearch_location, ("1/3", "2/3", "3/3"))
    assert sum(one["pages"] for one in told) == 20
    assert min(one["pages"] for one in told) > 0
    engine = open_engine(opensearch_location, IndexIdentity(str(root), matching()))
    held = documents(engine)
    assert held[0].keys() == ids_recorded(root)
    index(Archive(root), reference, jobs=1)
    assert held == documents(reference)
    all_together(root)
    put(root, "lanhe/loose/07.txt", "无日期的一页\n\n本报讯 昨日渡口的石板已经换过。\n")
    for number in (3, 1, 2):
        part = ArchivePart(number, 3)
        index(Archive(root), engine, part=part, accept_removals=True, jobs=1)
    index(Archive(root), reference, accept_removals=True, jobs=1)
    assert documents(engine) == documents(reference)
