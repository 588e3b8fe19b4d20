"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of labelled data beside the project; whoever has only the project skips what needs it."""
    folder = PROJECT.parent / "shared"
    if not (folder / "design.md").exists():
        pytest.skip("SKIPPED: the labelled data (../shared) is not here; only its scores are left out")
    return folder


@pytest.fixture(scope="session")
def sample_archive() -> Path:
    """The project's own sample archive."""
    return PROJECT / "archive"
