"""Fixtures for all tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"
NOT_HERE = "the labelled data (../shared) is not here; only its scores are left out"

# How long an example takes says nothing here: the machine may be busy.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need labelled data: `-m shared` runs them alone."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count in one line the tests skipped for want of labelled data: pytest would list each by its own place."""
    for report in terminalreporter.stats.get("skipped", ()):
        if report.longrepr[2].endswith(NOT_HERE):
            report.longrepr = (str(SHARED), None, NOT_HERE)


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
