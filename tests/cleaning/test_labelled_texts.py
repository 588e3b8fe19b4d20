"""Tests of the minimum quality of cleaning.

It is measured on labelled passages and on damaged pages made from clean news.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.cleaning import clean
from tests.support.damage import Style, any_style, articles_of, damaged, doubled, is_prose, odd_style

ONE_KIND = str.maketrans(dict.fromkeys("“”", '"') | dict.fromkeys("‘’", "'") | dict.fromkeys("–—―─", "-"))

EVERY_THIRD = pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.long)])
"""Of lines and records: the short version takes every third, the long one all."""


def fold(text: str) -> str:
    return re.sub(r"-+", "-", re.sub(r"[\s\ufffd]+", "", unicodedata.normalize("NFKC", text).translate(ONE_KIND)))


def rows(path: Path) -> list[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def corpus(shared: Path) -> list[dict[str, object]]:
    with gzip.open(shared / "corpus/news-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_doubled_strings_from_the_wild(shared: Path) -> None:
    wild = rows(shared / "cleaning/doubled_wild.jsonl")
    right = sum(fold(clean(str(row["raw"])).text) == fold(str(row["expected"])) for row in wild)
    assert right / len(wild) >= 0.97


def test_passages_of_true_repetition_are_left_alone(shared: Path) -> None:
    texts = [str(row["text"]) for row in rows(shared / "cleaning/clean_tricky.jsonl")]
    assert [text for text in texts if fold(clean(text).text) != fold(text)] == []


@EVERY_THIRD
def test_clean_lines_keep_every_letter(step: int, shared: Path, corpus: list[dict[str, object]]) -> None:
    with gzip.open(shared / "cleaning/clean_lines.txt.gz", "rt", encoding="utf-8") as file:
        lines = file.read().splitlines()
    lines += [
        text for record in corpus for text in (str(record["title"]), *articles_of(record)[1]) if "\x7f" not in text
    ]
    assert [line for line in lines[::step] if fold(clean(line).text) != fold(line)] == []


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_any_headline_of_the_corpus_survives_doubling(factor: int, corpus: list[dict[str, object]]) -> None:
    headlines = [str(record["title"]) for record in corpus]
    wrong = [line for line in headlines if fold(clean(doubled(line, factor)).text) != fold(line)]
    assert len(wrong) <= len(headlines) / 100, wrong


def test_the_page_read_by_hand(shared: Path) -> None:
    gold = [row for row in rows(shared / "cleaning/gold_p003.jsonl") if row["level"] == "paragraph"]
    page = fold(clean((shared / "pages/huaiyang/p003.txt").read_text(encoding="utf-8")).text)
    for row in gold:
        text = clean(str(row["raw"])).text
        wanted = [str(row["expected"]), *row.get("alt_ok", [])]  # type: ignore[misc]
        assert fold(text) in map(fold, wanted)
        assert "\n" not in text
        assert any(fold(form) in page for form in wanted)


@pytest.mark.parametrize("style", [any_style, odd_style])
def test_generated_pages(style: Callable[[random.Random], Style], corpus: list[dict[str, object]]) -> None:
    rng = random.Random(0)
    prose = [articles_of(record) for record in corpus if is_prose(record)]
    found = wanted = 0
    for _ in range(40):
        raw, expected = damaged(rng.sample(prose, 4), style(rng), rng)
        text = clean(raw).text
        assert clean(text).text == text
        lines = [fold(line) for line in text.split("\n")]
        found += sum((Counter(lines) & Counter(map(fold, expected))).values())
        wanted += len(expected)
    assert found / wanted >= 0.97


def test_cleaning_a_cleaned_passage_changes_nothing(shared: Path) -> None:
    for name, key in (("gold_p003", "raw"), ("doubled_wild", "raw"), ("clean_tricky", "text")):
        texts = [clean(str(row[key])).text for row in rows(shared / f"cleaning/{name}.jsonl")]
        assert [text for text in texts if clean(text).text != text] == []


@EVERY_THIRD
def test_undamaged_pages_keep_their_lines(step: int, corpus: list[dict[str, object]]) -> None:
    rng = random.Random(1)
    found = wanted = 0
    for record in filter(is_prose, corpus[::step]):
        raw, expected = damaged([articles_of(record)], Style(wrap=""), rng)
        lines = [fold(line) for line in clean(raw).text.split("\n")]
        found += sum((Counter(lines) & Counter(map(fold, expected))).values())
        wanted += len(expected)
    assert found / wanted >= 0.99


@pytest.mark.parametrize(
    "page", ["zhumadian/p000", "zhumadian/p002", "zhumadian/p004", "nanyang/p001", "huaiyang/p003"]
)
def test_cleaning_a_cleaned_page_changes_nothing(shared: Path, page: str) -> None:
    text = clean((shared / f"pages/{page}.txt").read_text(encoding="utf-8")).text
    assert clean(text).edits == ()
