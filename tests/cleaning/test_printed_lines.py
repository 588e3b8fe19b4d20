"""Line ends inside what was printed as one paragraph go; those between paragraphs stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.cleaning import clean, line_ends
from indexer.model import Block

JOINTS = [
    ("昨日，渡口夜\n航恢复。", "昨日，渡口夜航恢复。"),
    ("共有60\n3户受益", "共有603户受益"),
    ("the ferry\nruns again", "the ferry runs again"),
    ("in 1920\nand later", "in 1920 and later"),
    ("the dis\xad\ninterested judge", "the disinterested judge"),
    ("the dis-\ninterested judge", "the disinterested judge"),
    ("a well-\nknown place", "a well-known place"),
    ("全年GDP\n增长", "全年GDP增长"),
    ("한국의 신문\n기사", "한국의 신문 기사"),
    ("渡口夜航 \n\n　　恢复", "渡口夜航恢复"),
]


@pytest.mark.parametrize(("raw", "joined"), JOINTS)
def test_the_lines_of_a_block_are_one_line(raw: str, joined: str) -> None:
    assert clean(raw, [Block("body", 0, len(raw))]).text == joined


def test_blocks_are_never_joined() -> None:
    raw = "渡口夜航恢复，\n昨日，渡口夜航恢复，两岸居民纷纷称好，\n各村正在商量，\n再修一座桥"
    ends = [at for at, letter in enumerate(raw) if letter == "\n"]
    blocks = [
        Block("body", start, end) for start, end in zip([0, *(end + 1 for end in ends)], [*ends, len(raw)], strict=True)
    ]
    assert clean(raw, blocks).text == raw
    assert {judged.test for _, _, judged in line_ends(raw, blocks)} == {"printed_apart"}


def test_the_judge_says_that_lines_were_printed_as_one() -> None:
    raw = "渡口夜航\n恢复\n\n昨日"
    found = [
        (judged.answer, judged.test) for _, _, judged in line_ends(raw, [Block("body", 0, 7), Block("body", 9, 11)])
    ]
    assert found == [(True, "printed_as_one"), (False, "printed_apart")]


@given(st.lists(st.text("渡口a1-\xad \n。", min_size=1, max_size=12), min_size=1, max_size=6))
def test_edits_are_sorted_and_can_be_replayed(texts: list[str]) -> None:
    raw, blocks = "", []
    for text in texts:
        start = len(raw) + bool(raw)
        raw = f"{raw}\n{text}" if raw else text
        blocks.append(Block("body", start, len(raw)))
    cleaned = clean(raw, blocks)
    at, replayed = 0, ""
    for edit in cleaned.edits:
        assert at <= edit.start
        assert raw[edit.start : edit.end] == edit.before
        replayed += raw[at : edit.start] + edit.after
        at = edit.end
    assert replayed + raw[at:] == cleaned.text
