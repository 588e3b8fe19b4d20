"""Tests that pages with one kind of damage are restored, and that nothing is joined where a paragraph ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.layouts import news
from tests.support.page_damages import GUARDS, KINDS, damaged_pages, exact, kept_apart

LENIENT = {"watermarks": 0.7, "short headline twice": 0.7}
"""Kinds of which more is in doubt."""


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_pages_are_restored(kind: str, shared: Path) -> None:
    assert exact(damaged_pages(news(shared), KINDS[kind], 30)) >= LENIENT.get(kind, 0.9)


@pytest.mark.parametrize("kind", GUARDS)
def test_paragraphs_are_kept_apart(kind: str, shared: Path) -> None:
    assert kept_apart(damaged_pages(news(shared), GUARDS[kind], 30)) >= 0.9
