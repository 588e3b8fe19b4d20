"""What Python says when it compiles old packages for the first time never reaches a user."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.support.command_line import baosou, messages

COMMANDS = [("index", "--jobs", "2"), ("search", "工会"), ("lookalikes",), ("serve", "--help")]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Python puts what it compiles for these tests: each module is compiled by the first that loads it."""
    return tmp_path_factory.mktemp("compiled")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_nothing_but_our_own_sentences_is_said(
    command: tuple[str, ...], sample_archive: Path, compiled: Path, tmp_path: Path
) -> None:
    check_what_is_said(command, sample_archive, compiled, tmp_path / "index")


@pytest.mark.long
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_nothing_is_said_by_the_first_command_of_all(
    command: tuple[str, ...], sample_archive: Path, tmp_path: Path
) -> None:
    check_what_is_said(command, sample_archive, tmp_path / "compiled", tmp_path / "index")


def check_what_is_said(command: tuple[str, ...], archive: Path, compiled: Path, index: Path) -> None:
    env = {
        "BAOSOU_ARCHIVE": str(archive),
        "BAOSOU_INDEX": str(index),
        "PYTHONPYCACHEPREFIX": str(compiled),
        "PYTHONWARNINGS": "default",  # older Pythons hide such warnings
    }
    said = messages(baosou(*command, env=env))
    assert "site-packages" not in said
    assert "Warning" not in said


def test_jieba_is_quiet_too(compiled: Path) -> None:
    [its_modules] = find_spec("jieba").submodule_search_locations
    shutil.rmtree(compiled / Path(its_modules).relative_to("/"), ignore_errors=True)  # it is compiled again
    script = "from indexer.text.tokenizer import python_cutter; print(python_cutter().cut('工会表彰'))"
    env = {"PYTHONPYCACHEPREFIX": str(compiled), "PYTHONWARNINGS": "default", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=env, cwd=PROJECT
    )
    assert done.stderr == ""
    assert "工会" in done.stdout
