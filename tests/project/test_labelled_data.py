"""Tests of tests that need labelled data: they are marked, and one line counts them where it is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT, SLOWEST_FIRST

TESTS = """
import pytest

@pytest.fixture
def page(shared):
    return (shared / "design.md").read_text()

def test_at_once(shared): assert shared.is_dir()
def test_by_another_fixture(page): assert page == "design"
def test_without(): pass
@pytest.mark.skip(reason="another reason")
def test_never(): pass
"""


COPIED = (
    "pyproject.toml",
    "tests/__init__.py",
    "tests/conftest.py",
    "tests/support/__init__.py",
    "tests/support/cluster.py",
    "tests/support/examples.py",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project whose tests have this one's conftest.py."""
    for name in COPIED:
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, tmp_path / "project" / name)
    (tmp_path / "project" / "tests" / "test_some.py").write_text(TESTS, encoding="utf-8")
    return tmp_path / "project"


def run(project: Path, *arguments: str) -> list[str]:
    """Return the lines that a run prints, whatever options the outer run has."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, "tests"],
        cwd=project,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_one_line_counts_what_is_skipped_for_want_of_the_data(project: Path) -> None:
    *_, first, second, last = run(project, "--numprocesses", "2")
    assert "another reason" in first + second
    assert [line for line in (first, second) if line.startswith("SKIPPED [2] ../shared: ")]
    assert last.startswith("1 passed, 3 skipped")


def test_with_the_data_the_mark_chooses_what_needs_it(project: Path) -> None:
    (project.parent / "shared").mkdir()
    (project.parent / "shared" / "design.md").write_text("design", encoding="utf-8")
    assert run(project, "-m", "shared")[-1].startswith("2 passed, 2 deselected")


def test_the_files_that_are_run_first_are_there() -> None:
    assert [name for name in SLOWEST_FIRST if not (PROJECT / name).is_file()] == []
