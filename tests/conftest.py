"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of labelled data beside the project.

    Tests that need it are skipped if it doesn't exist.
    """
    folder = PROJECT.parent / "shared"
    if not (folder / "design.md").exists():
        pytest.skip("SKIPPED: the labelled data (../shared) is not here; only its scores are left out")
    return folder


@pytest.fixture(scope="session")
def sample_archive() -> Path:
    """The sample archive of the project."""
    return PROJECT / "archive"
