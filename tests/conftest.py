"""Fixtures for all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2.bccache import Bucket, BytecodeCache

from tests.support import cluster, examples

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"
NOT_HERE = "the labelled data (../shared) is not here; only its scores are left out"
LEFT_OUT = "The tests over a real OpenSearch cluster are left out: scripts/test --opensearch runs them."

SLOWEST_FIRST = (
    "tests/engines/opensearch/test_failures.py",
    "tests/crashes/test_kills.py",
    "tests/webui/test_browser.py",
    "tests/webui/test_audit_browser.py",
    "tests/project/test_installed.py",
    "tests/engines/test_engines.py",
    "tests/engines/opensearch/test_commands.py",
    "tests/crashes/test_backup_kills.py",
    "tests/crashes/test_damage.py",
    "tests/webui/test_rights.py",
    "tests/engines/opensearch/test_queries.py",
    "tests/engines/whoosh/test_answers.py",
    "tests/crashes/test_correction_kills.py",
    "tests/archive/test_backup.py",
    "tests/text/test_tokenizer.py",
    "tests/project/test_operations.py",
    "tests/cleaning/test_labelled_texts.py",
    "tests/cli/test_old_indexes.py",
    "tests/indexing/test_interruptions.py",
    "tests/crashes/test_power_cuts.py",
    "tests/cli/test_first_start.py",
    "tests/indexing/test_old_links.py",
    "tests/engines/whoosh/test_index_folder.py",
    "tests/webui/test_exports_at_once.py",
    "tests/indexing/test_a_year.py",
    "tests/project/test_labelled_data.py",
    "tests/cli/test_commands.py",
)
"""The files that take longest. They are run first: one that came last would keep one process busy, the other idle."""

# How long an example takes says nothing here: the machine may be busy.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates for all the sites that the tests make: compiling takes each half a second."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}


def pytest_configure(config: pytest.Config) -> None:
    """Name the cluster of this run, and say whether it is a short one.

    The workers of a parallel run inherit the name, so that they share one cluster.
    """
    os.environ.setdefault(cluster.NAME, f"tests-{os.getpid()}")
    examples.is_short = "not long" in config.option.markexpr


def over_opensearch(config: pytest.Config) -> bool:
    """Whether this run is one over a real cluster: only where `-m` names its marker."""
    return "opensearch" in config.option.markexpr


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that need labelled data or a cluster, put the slowest files first.

    Those that need a cluster are left out, unless this run is for them.
    """
    for item in items:
        for fixture, marker in (("shared", "shared"), ("opensearch_url", "opensearch")):
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)
    if not over_opensearch(config):
        left_out = [item for item in items if item.get_closest_marker("opensearch")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("opensearch")]
    places = {name: place for place, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line each what is left out and why: pytest would list each skipped test by its own place."""
    for report in terminalreporter.stats.get("skipped", ()):
        if report.longrepr[2].endswith(NOT_HERE):
            report.longrepr = (str(SHARED), None, NOT_HERE)
    if not over_opensearch(config):
        terminalreporter.write_line(LEFT_OUT)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the cluster of this run when all its workers have ended; keep its logs where a test failed."""
    if over_opensearch(session.config) and os.environ[cluster.NAME] == f"tests-{os.getpid()}":
        cluster.stop(os.environ[cluster.NAME], keep_logs=bool(session.testsfailed))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of labelled data beside the project. Without it the tests that need it are skipped."""
    if not (SHARED / "design.md").exists():
        pytest.skip(NOT_HERE)
    return SHARED


@pytest.fixture(scope="session")
def sample_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's sample archive: indexing adds to an archive when its articles were indexed."""
    return Path(shutil.copytree(PROJECT / "archive", tmp_path_factory.mktemp("sample") / "archive"))


@pytest.fixture(scope="session")
def opensearch_url() -> str:
    """The URL of a real OpenSearch cluster: that of OPENSEARCH_URL, else one of this run's own."""
    url = os.environ.get("OPENSEARCH_URL") or cluster.start(os.environ[cluster.NAME])
    assert cluster.ask(url)["version"]["distribution"] == "opensearch", f"{url} is not an OpenSearch"
    return url.rstrip("/")


@pytest.fixture
def opensearch_location(opensearch_url: str) -> Iterator[str]:
    """Where an index may be in the cluster (`--index`): nothing is there before the test, nor after it."""
    location = cluster.new_location(opensearch_url)
    yield location
    cluster.forget(location)
