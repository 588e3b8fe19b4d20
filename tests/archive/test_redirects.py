"""Tests of redirects: moves are recorded, followed to their end, and never form a cycle."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.archive.archive import Archive


def test_moves_are_remembered_once_and_followed_to_their_end(root: Path) -> None:
    archive = Archive(root)
    assert archive.redirects() == {}
    archive.remember({"a": "b"})
    archive.remember({"a": "b"})
    archive.remember({"b": "c"})
    archive.remember({"c": "c"})
    assert (root / "redirects.tsv").read_text(encoding="utf-8") == "a\tb\nb\tc\n"
    assert archive.redirects() == Archive(root).redirects() == {"a": "c", "b": "c"}


def test_a_move_back_ends_the_move_there(root: Path) -> None:
    archive = Archive(root)
    archive.remember({"a": "b"})
    archive.remember({"b": "a"})
    assert Archive(root).redirects() == {"b": "a"}


def test_a_table_edited_by_hand_is_read(root: Path) -> None:
    (root / "redirects.tsv").write_bytes("\ufeff# moved\r\na\tb\r\n\r\nnonsense\r\nc\td".encode())
    archive = Archive(root)
    archive.remember({"e": "f"})
    assert Archive(root).redirects() == {"a": "b", "c": "d", "e": "f"}


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=20))
def test_moves_never_run_in_a_circle(tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, str]]) -> None:
    root = tmp_path_factory.mktemp("archive")
    archive = Archive(root)
    for old, new in moves:
        archive.remember({old: new})
    redirects = Archive(root).redirects()
    assert redirects == archive.redirects()
    assert not set(redirects) & set(redirects.values())
    last = next(((old, new) for old, new in reversed(moves) if old != new), None)
    if last:
        assert redirects[last[0]] == last[1]
