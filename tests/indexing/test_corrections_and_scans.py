"""Any corrections, undos and new scans: each line is in force or reported, and what is undone leaves nothing."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.archive import corrections
from indexer.archive.corrections import Correction
from indexer.errors import UsageError
from indexer.indexing.issue_reader import IssueReading
from indexer.indexing.withheld import letters_of
from indexer.model import Article
from tests.support.library import BRIDGE, DAY, FERRY, RICE, CorrectedLibrary, library

SECOND = """图书室夜里也开门

本报讯 镇图书室从本周起夜里也开门，学生放学后可以来看书。

值班的是退休教师陶砚声，电话00007654321。
"""
PAGES = (f"{BRIDGE}\n{RICE}\n{FERRY}", SECOND)
SECRETS = ("刘满仓", "陶砚声", "00007654321")

Wish = Callable[[Article, random.Random], Correction]


def set_to(field: str, *values: corrections.Value) -> Wish:
    return lambda article, chance: Correction(action="set", field=field, after=chance.choice(values))


def other_words(article: Article, chance: random.Random) -> Correction:
    text = chance.choice(article.paragraphs).text if article.paragraphs else "无"
    start = chance.randrange(max(len(text) - 4, 1))
    return Correction(
        action="set", field="text", before=text[start : start + 4], after=chance.choice(("新词", "", "添几个字"))
    )


def split(article: Article, chance: random.Random) -> Correction:
    return Correction(
        action="split", before=article.paragraphs[-1].text[:6] if article.paragraphs else "无", after="下半篇"
    )


WISHES: tuple[Wish, ...] = (
    set_to("headline", "标题甲", "标题乙", "早稻开镰", "渡口添新船"),
    set_to("kicker", "引题", ""),
    set_to("byline", (), ({"name": "林晓航", "role": "摄"},)),
    set_to("date", DAY, "2022-05-07", ""),
    set_to("page", "01", "02", "B1"),
    set_to("kind", "评论", "新闻"),
    set_to("localities", (), ("河东省/云陂市",)),
    other_words,
    split,
    lambda article, chance: Correction(action="join", before=chance.choice(("早稻开镰", "渡口添新船", "标题甲"))),
    lambda article, chance: Correction(action="withdraw", public_reason=chance.choice(("", "应要求"))),
    lambda article, chance: Correction(action="withhold", before=chance.choice(SECRETS)),
)

DAMAGES: tuple[Callable[[str, random.Random], str], ...] = (
    lambda text, chance: text.replace("，", "", chance.randrange(4)),
    lambda text, chance: text.replace("本报讯 ", "本报讯"),
    lambda text, chance: text[: (at := chance.randrange(len(text)))] + chance.choice("一丶口") + text[at + 1 :],
    lambda text, chance: "\n\n".join(reversed(text.strip().split("\n\n"))) if chance.random() < 0.2 else text,
    lambda text, chance: text.replace("。", "。\n"),
    lambda text, chance: text,
)


@contextmanager
def made() -> Iterator[CorrectedLibrary]:
    folder = Path(tempfile.mkdtemp())
    try:
        yield library(folder, *PAGES)
    finally:
        shutil.rmtree(folder)


def without_history(reading: IssueReading) -> object:
    return {
        source: replace(page, articles=tuple(replace(one, corrections=()) for one in page.articles))
        for source, page in reading.pages.items()
    }


def check_lines(lib: CorrectedLibrary) -> IssueReading:
    """Each line that is not undone is in the history of an article, or in what is withdrawn, or is reported."""
    reading = lib.read()
    reported = {(one.source, one.number) for one in reading.misfits}
    articles = [one for page in reading.pages.values() for one in page.articles]
    everything = [*articles, *(one.article for one in reading.withdrawn)]
    for number in (1, 2):
        source = f"lanhe/{DAY}/{number:02}.txt"
        lines = corrections.read(lib.root / "lanhe" / DAY / f"{number:02}{corrections.SUFFIX}")
        assert not lines.problems
        told = {(note.number, note.time) for one in everything for note in one.corrections}
        for line in lines.lines:
            if line.n in lines.undone or line.action == "undo" or (source, line.n) in reported:
                continue
            if line.action == "withdraw":
                assert any(reading.ids[line.article] == one.article.id for one in reading.withdrawn), line
            else:
                assert (line.n, line.time) in told, line
            if line.action == "withhold":
                now = next(one for one in everything if one.id == reading.ids[line.article])
                assert letters_of(str(line.before)) not in letters_of(repr(now)), line
    shown = {one.id for one in articles}
    assert len(shown) == len(articles), "an id was given twice"
    assert shown.isdisjoint(name for one in reading.withdrawn for name in one.ids)
    assert set(reading.moves.values()) <= shown
    assert shown.isdisjoint(reading.moves)
    return reading


def check_index(lib: CorrectedLibrary, reading: IssueReading) -> None:
    """The index holds what the reading has, and so does one that is made anew."""
    expected = {one.id for page in reading.pages.values() for one in page.articles}
    for full in (False, True):
        lib.index(full=full)
        assert {one.id for one in lib.articles.values()} <= expected
        reader = lib.engine.reader()
        assert all(reader.get(one) for one in expected)
    withdrawn = lib.archive.withdrawn().table()
    assert {name for one in reading.withdrawn for name in one.ids} <= withdrawn.keys()
    assert expected.isdisjoint(withdrawn)
    redirects = lib.archive.redirects()
    for once, now in reading.ids.items():
        assert once in expected or once in withdrawn or (redirects[once] == now and now in expected), once


def change_at_random(lib: CorrectedLibrary, steps: list[int]) -> None:
    for step in steps:
        chance = random.Random(step)
        reading = lib.read()
        articles = [one for page in reading.pages.values() for one in page.articles]
        articles += [one.article for one in reading.withdrawn]
        if step % 5 == 0:
            name = chance.randrange(2)
            lib.put(f"{name + 1:02}.txt", chance.choice(DAMAGES)(PAGES[name], chance))
        elif articles:
            article = chance.choice(articles)
            wish = chance.choice(WISHES)(article, chance)
            if step % 5 == 1:
                wish = Correction(action="undo", of=chance.randrange(1, 6))
            try:
                lib.record(article.id, wish, whole_page=wish.field == "date" and chance.random() < 0.5)
            except UsageError:
                continue
        check_lines(lib)


def undo_all(lib: CorrectedLibrary) -> None:
    """Take back each line that is in force, as a librarian would who writes the lines by hand."""
    for path in lib.root.rglob(f"*{corrections.SUFFIX}"):
        lines = corrections.read(path)
        left = [line.n for line in lines.lines if line.n not in lines.undone and line.action != "undo"]
        corrections.append(path, corrections.numbered([Correction(action="undo", of=number) for number in left], lines))


def check_all(steps: list[int]) -> None:
    with made() as lib:
        change_at_random(lib, steps)
        check_index(lib, check_lines(lib))
        undo_all(lib)
        corrected = lib.read()
        for path in lib.root.rglob(f"*{corrections.SUFFIX}"):
            path.rename(path.with_suffix(".aside"))
        assert corrected.misfits == ()
        assert corrected.withdrawn == ()
        assert without_history(corrected) == corrected.pages == lib.read().pages
        for path in lib.root.rglob("*.aside"):
            path.rename(path.with_suffix(".jsonl"))
        check_index(lib, lib.read())


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 2**16), min_size=1, max_size=12))
def test_each_line_is_in_force_or_reported_and_undoing_all_leaves_the_reading(steps: list[int]) -> None:
    check_all(steps)


@pytest.mark.long
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 2**16), min_size=1, max_size=25))
def test_the_same_many_times(steps: list[int]) -> None:
    check_all(steps)
