"""Tests of which reader takes a file, and which files none takes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers import read
from indexer.readers.html.reader import read_html
from indexer.readers.text import read_markdown, read_text
from tests.support.readings import PROSE


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "01.txt")
    with pytest.raises(PageError, match="not a file; move it"):
        read(tmp_path / "01.txt", "demo/01.txt")
    with pytest.raises(PageError, match="no such file"):
        read(tmp_path / "02.txt", "demo/02.txt")
    with pytest.raises(PageError, match=r"\.docx can't be read yet; convert it to one of .*\.txt"):
        read(tmp_path / "02.docx", "demo/02.docx")


@pytest.mark.skipif(os.geteuid() == 0, reason="SKIPPED: root may read every file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "01.txt").write_text("报", encoding="utf-8")
    (tmp_path / "01.txt").chmod(0)
    with pytest.raises(PageError, match="no permission to read it; give it with"):
        read(tmp_path / "01.txt", "demo/01.txt")


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("1.txt", read_text),
        ("1.TXT", read_text),
        ("1.md", read_markdown),
        ("1.HTM", read_html),
        ("c_1.htm?div=-1", read_html),
    ],
)
def test_the_suffix_chooses_the_reader(tmp_path: Path, name: str, reader: Callable[[bytes, str], RawPage]) -> None:
    data = f"---\nsection: 要闻\n---\n{PROSE}".encode()
    (tmp_path / name).write_bytes(data)
    assert read(tmp_path / name, f"demo/{name}") == (reader(data, f"demo/{name}"),)
