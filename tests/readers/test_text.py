"""Tests of the front matter of Markdown pages."""

from __future__ import annotations

import pytest

from indexer.readers.text import read_markdown
from tests.support.readings import SOURCE, claims


def test_front_matter_is_told_and_blanked() -> None:
    text = "---\ntitle: 甲\ndate: 2024-01-26\n---\n# 甲\n\n文。"
    raw = read_markdown(text.encode(), SOURCE)
    assert claims(raw, "front matter") == {"date": "2024-01-26"}
    assert (len(raw.text), raw.text.strip(), raw.text.index("#")) == (len(text), "# 甲\n\n文。", text.index("#"))


@pytest.mark.parametrize("text", ["---\n甲文。\n---\n乙文。", "甲\n---\ndate: 2024-01-26\n---\n", "---\ndate: 1"])
def test_a_rule_between_lines_is_no_front_matter(text: str) -> None:
    raw = read_markdown(text.encode(), SOURCE)
    assert "".join(raw.text.split()) == "".join(text.replace("---", "").split())
    assert not claims(raw, "front matter")
