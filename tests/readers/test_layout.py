"""From lines and their places to a page: the order of reading, headings, paragraphs, captions and edges."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.model import RawPage
from indexer.readers.layout.lay_out import PlacedLine, lay_out
from indexer.readers.layout.repetition import mark_furniture
from tests.support.typeset_reading import LayoutScore, as_text, by_place, in_order, placed, read, turned
from tests.support.typesetting import MAKES, typeset

COLUMNS = (3, 4, 5, 6)


def scored(raws: list[tuple[RawPage, tuple]]) -> LayoutScore:
    score = LayoutScore()
    for raw, stories in raws:
        score.add(stories, read(raw).articles)
    return score


@pytest.mark.parametrize("name", ["clean", "skewed"])
def test_articles_are_read_by_their_places(name: str) -> None:
    pages = [(typeset(seed, columns, MAKES[name]), seed) for columns in COLUMNS for seed in (20, 21)]
    score = scored([(by_place(page, seed), page.articles) for page, seed in pages])
    assert min(score.f1(part) for part in ("articles", "paragraphs", "headlines", "kickers", "captions")) >= 0.98


def test_places_say_more_than_text() -> None:
    pages = [typeset(seed, columns) for columns in COLUMNS for seed in (22, 23)]
    by_text = scored([(as_text(page, indented=True), page.articles) for page in pages])
    assert scored([(by_place(page, 1), page.articles) for page in pages]).f1("articles") > by_text.f1("articles") + 0.05


@pytest.mark.parametrize("columns", COLUMNS)
def test_lines_in_a_given_order_keep_it(columns: int) -> None:
    page = typeset(24, columns)
    raw = in_order(page)
    assert [raw.text[line.start : line.end] for line in raw.lines] == [line.text for line in page.lines]
    assert scored([(raw, page.articles)]).f1("articles") >= 0.95


@pytest.mark.parametrize("columns", COLUMNS)
def test_vertical_text_is_read_from_the_right(columns: int) -> None:
    page = typeset(25, columns)
    lines = turned(placed(page.lines), page.height)
    random.Random(1).shuffle(lines)
    upright = lay_out("demo/1.pdf", lines, page.height, page.width)
    assert upright.text == by_place(page, 1).text


BOX = st.tuples(*[st.floats(-50, 500)] * 4)
LINE = st.builds(
    PlacedLine,
    text=st.sampled_from(
        ["渡口夜航恢复", "本报讯（记者 唐舫）昨日，", "通车。", "第3版", "word", "GDP增长", "", " ", "a\nb"]
    ),
    box=st.one_of(BOX, st.just((0.0, 0.0, 0.0, 0.0)), st.just((10.0, 10.0, 90.0, 20.0))),
    size=st.sampled_from([0.0, 9.0, 20.0]),
    weight=st.sampled_from([0, 400, 700]),
    block=st.sampled_from(["", "a", "b"]),
    role=st.sampled_from([None, None, "body", "headline", "furniture", "caption"]),
    is_vertical=st.booleans(),
)


@given(st.lists(LINE, max_size=25), st.booleans())
@settings(max_examples=150)
def test_each_line_is_there_once_and_blocks_are_apart(lines: list[PlacedLine], is_in_order: bool) -> None:
    raw = lay_out("demo/1.pdf", lines, 500, 500, is_in_order=is_in_order)
    shown = [" ".join(line.text.split("\n")) for line in lines if line.text.strip()]
    found = [raw.text[line.start : line.end] for line in raw.lines]
    assert sorted(found) == sorted(shown)
    assert [text for text in raw.text.split("\n") if text] == found
    if is_in_order:
        assert found == shown
    ends = [end for block in raw.blocks for end in (block.start, block.end)]
    assert ends == sorted(ends)
    starts = {line.start for line in raw.lines}
    assert all(block.start in starts for block in raw.blocks)
    read(raw)


PARAGRAPHS = [
    ("an indent", [("　　甲乙丙丁戊己庚。", 0), ("　　甲乙丙丁", 0)], 2),
    ("a line set in", [("甲乙丙丁戊己庚辛", 20), ("甲乙丙丁戊己庚辛壬癸", 0), ("甲乙丙丁戊己庚辛", 20)], 2),
    ("a full line", [("甲乙丙丁戊己庚辛壬癸", 0), ("甲乙丙丁戊己庚辛壬癸", 0)], 1),
    ("a short last line", [("甲乙丙丁戊己庚辛壬癸", 0), ("甲乙。", 0), ("甲乙丙丁戊己庚辛壬癸", 0)], 2),
]


@pytest.mark.parametrize(("name", "rows", "count"), PARAGRAPHS, ids=[row[0] for row in PARAGRAPHS])
def test_a_paragraph_begins_with(name: str, rows: list[tuple[str, float]], count: int) -> None:
    lines = [
        PlacedLine(text, (left, 15.0 * at, left + 10 * len(text.strip()), 15.0 * at + 10), 10.0)
        for at, (text, left) in enumerate(rows)
    ]
    assert len(lay_out("demo/1.pdf", lines, 100, 100).blocks) == count, name


def test_what_the_file_says_of_a_line_counts() -> None:
    lines = [
        PlacedLine("渡口夜航恢复", (0, 0, 60, 10), 10.0, role="headline"),
        PlacedLine("昨日，渡口夜航恢复。", (0, 14, 100, 24), 10.0, role="body"),
        PlacedLine("图为渡口。", (0, 28, 50, 38), 10.0, role="caption"),
    ]
    for is_in_order in (True, False):
        raw = lay_out("demo/1.pdf", lines, 100, 100, is_in_order=is_in_order)
        assert [block.role for block in raw.blocks] == ["headline", "body", "caption"]


def test_lines_without_places_keep_the_blocks_of_the_file() -> None:
    nowhere = (0.0, 0.0, 0.0, 0.0)
    lines = [
        PlacedLine("渡口夜航恢复", nowhere, block="h", role="headline"),
        PlacedLine("昨日，渡口", nowhere, block="a"),
        PlacedLine("夜航恢复。", nowhere, block="a"),
    ]
    raw = lay_out("demo/1.xml", lines, 0, 0)
    assert [(block.role, raw.text[block.start : block.end]) for block in raw.blocks] == [
        ("headline", "渡口夜航恢复"),
        ("body", "昨日，渡口\n夜航恢复。"),
    ]
    [article] = read(raw).articles
    assert (article.headline, article.paragraphs[0].text) == ("渡口夜航恢复", "昨日，渡口夜航恢复。")


def test_only_what_recurs_at_an_edge_is_furniture() -> None:
    pages = [
        (
            [
                PlacedLine(f"云陂日报 第{number}版", (0, 5, 90, 15)),
                PlacedLine(f"渡口夜航恢复{'又' * number}", (0, 20, 90, 30)),
                PlacedLine("广告", (0, 500, 90, 510)),
            ],
            1000.0,
        )
        for number in range(4)
    ]
    for lines in mark_furniture(pages):
        assert [line.role for line in lines] == ["furniture", None, None]
