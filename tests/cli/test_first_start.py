"""What Python says when it compiles old packages for the first time never reaches a user."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.support.command_line import baosou, messages

COMMANDS = [("index", "--jobs", "2"), ("search", "工会"), ("lookalikes",), ("serve", "--help")]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_nothing_but_our_own_sentences_is_said(command: tuple[str, ...], sample_archive: Path, tmp_path: Path) -> None:
    env = {
        "BAOSOU_ARCHIVE": str(sample_archive),
        "BAOSOU_INDEX": str(tmp_path / "index"),
        "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled"),
        "PYTHONWARNINGS": "default",  # older Pythons hide such warnings
    }
    said = messages(baosou(*command, env=env))
    assert "site-packages" not in said
    assert "Warning" not in said


def test_jieba_is_quiet_too(tmp_path: Path) -> None:
    script = "from indexer.text.tokenizer import python_cutter; print(python_cutter().cut('工会表彰'))"
    env = {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONWARNINGS": "default", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=env, cwd=PROJECT
    )
    assert done.stderr == ""
    assert "工会" in done.stdout
