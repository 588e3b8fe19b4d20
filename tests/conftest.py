"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need labelled data: `-m shared` runs them alone."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of labelled data beside the project.

    Without it the tests that need it are skipped; all are skipped here, so that pytest counts them in one line.
    """
    folder = PROJECT.parent / "shared"
    if not (folder / "design.md").exists():
        pytest.skip("SKIPPED: the labelled data (../shared) is not here; only its scores are left out")
    return folder


@pytest.fixture(scope="session")
def sample_archive() -> Path:
    """The sample archive of the project."""
    return PROJECT / "archive"
