"""Every fact that a plain reader finds in real ALTO, PAGE, hOCR and METS files comes out of ours.

The files and their facts are in ../shared/formats. Where ours differ on purpose, the test says why.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from indexer import readers
from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers.xml.mets import read_mets
from indexer.readers.xml.parsing import to_utf8

Facts = Mapping[str, Any]

WITHOUT_TEXT = {"page/kraken-cpas.xml": "its 97 lines have places only, no text"}
LINES_WITHOUT_LETTERS = {
    "alto/v2-sbb-ppn720183197.xml": "8 lines are a space each",
    "alto/v4-ocrd.xml": "2 lines are empty",
    "hocr/plastron-sample.hocr": "3 lines have no letters",
    "hocr/tesseract-4.1.1.hocr": "a line is a space",
}
LINES_OF_REGIONS = {
    "page/prima-simple.xml": "regions have a text and no lines: each line of that text is one",
    "page/prima-regiontypes-2013.xml": "as in the simple page",
}
WORDS_OUTSIDE_OF_WORDS = {"hocr/bsb-multicolumn.hocr": "a hyphen stands behind a word's element"}


def by_format(shared: Path, name: str) -> Iterator[tuple[str, Facts, Path]]:
    folder = shared / "formats"
    for one in json.loads((folder / "facts.json").read_text(encoding="utf-8")):
        if one["format"] == name:
            yield one["file"], one["facts"], folder / one["file"]


@cache
def pages_of(path: Path) -> tuple[RawPage, ...]:
    return readers.read(path, f"demo/{path.name}")


def lines_of(pages: tuple[RawPage, ...]) -> list[str]:
    return [page.text[line.start : line.end] for page in pages for line in page.lines]


def joined(pages: tuple[RawPage, ...]) -> str:
    return "\n".join(lines_of(pages)).replace("\xad\n", "")


def blocks(pages: tuple[RawPage, ...]) -> set[str]:
    return {line.block for page in pages for line in page.lines}


def plain_words(path: Path) -> list[str]:
    """The letters of an ALTO file in the order of the document, by ElementTree, word by word."""
    elements = ElementTree.parse(path).iter()  # noqa: S314 (a file of ours)
    return [one.get("CONTENT", "") for one in elements if one.tag.rpartition("}")[2] == "String"]


@pytest.mark.parametrize("what", ["blocks", "lines", "pages", "size"])
def test_alto_counts(shared: Path, what: str) -> None:
    for name, facts, path in by_format(shared, "alto"):
        pages = pages_of(path)
        if what == "size":
            assert (str(int(pages[0].width)), str(int(pages[0].height))) == (facts["page_width"], facts["page_height"])
        elif what == "pages":
            assert len(pages) == facts["pages"], name
        elif name not in LINES_WITHOUT_LETTERS:
            found = len(blocks(pages)) if what == "blocks" else sum(len(page.lines) for page in pages)
            assert found == facts[what], name


def test_alto_words(shared: Path) -> None:
    for name, facts, path in by_format(shared, "alto"):
        text = joined(pages_of(path))
        words = plain_words(path)
        assert len(words) == facts["strings"], name
        ordered = "reading_order_refs" not in facts
        assert text.count("\xad") == 0, name
        if ordered:
            start, end = "".join(facts["first_words_document_order"]), "".join(facts["last_words_document_order"])
            letters = "".join(text.split())
            assert letters.startswith("".join(start.split())), name
            assert letters.endswith("".join(end.split())), name
        letters, printed = ("".join("".join(one).split()) for one in (text, words))
        assert sorted(letters) == sorted(re.sub("¬|\xad", "", printed)), name
        digest = hashlib.sha1(" ".join(text.split()).encode(), usedforsecurity=False).hexdigest()
        assert digest == facts["text_sha1_after_joining"] or name in {
            "alto/v1-bl-no-namespace.xml": "10. and My are joined by a HYP without SUBS_CONTENT",
            "alto/v3-german-hyphen.xml": "a comma is a word of its own, with no space before it",
            "alto/v3-semantics-tags.xml": "as above",
            "alto/v4-kraken.xml": "a word is a whole line",
            "alto/v4-nospace.xml": "a mark touches the word before it",
            "alto/v4-spanish-1895.xml": "words have spaces in them",
            "alto/v2-sbb-ppn720183197.xml": "words are spaces",
            "alto/v2-sbb-ppn750717092.xml": "a word is divided by a sign of ABBYY without SUBS_CONTENT",
        }, name


def test_alto_divided_words(shared: Path) -> None:
    for name, facts, path in by_format(shared, "alto"):
        text = "\n".join(lines_of(pages_of(path)))
        for first, whole in facts.get("hyphenated_joined", ()):
            rest = re.search(rf"(?<!\w){re.escape(first)}\xad\n(\S+)", text)
            assert rest, (name, first)
            assert (first + rest[1]).startswith(whole) or whole.startswith(first + rest[1]), (name, first, whole)


def test_alto_reading_order(shared: Path) -> None:
    path = shared / "formats/alto/v4-missing-coords-ro.xml"
    assert [line.block for line in pages_of(path)[0].lines] == ["tb_1", "tb_1", "tb_nocoords", "tb_2"]


def test_hocr(shared: Path) -> None:
    for name, facts, path in by_format(shared, "hocr"):
        pages = pages_of(path)
        assert len(pages) == facts["pages"]
        if name not in LINES_WITHOUT_LETTERS:
            assert sum(len(page.lines) for page in pages) == facts["lines"], name
            lines = [" ".join(line.split()) for line in facts["first_lines"]]
            assert lines_of(pages)[: len(lines)] == lines, name
        text = "\n".join(lines_of(pages))
        soft = facts["soft_hyphen_words"] + (name in WORDS_OUTSIDE_OF_WORDS)
        assert text.count("\xad\n") == soft, name
        if "soft_hyphen_join_first" in facts:
            assert facts["soft_hyphen_join_first"][2] in joined(pages).split(), name
        if facts["words"] and not soft and name not in LINES_WITHOUT_LETTERS:
            assert len(text.split()) == facts["words"], name
        box = re.search(r"bbox 0 0 (\d+) (\d+)", facts["page_title"])
        assert box
        assert pages[0].width >= int(box[1])
        assert pages[0].height == int(box[2])


def test_page_xml(shared: Path) -> None:
    for name, facts, path in by_format(shared, "page"):
        if name in WITHOUT_TEXT:
            with pytest.raises(PageError, match="no line of text is in it"):
                pages_of(path)
            continue
        [page] = pages_of(path)
        assert (page.width, page.height) == tuple(map(float, facts["size"])), name
        assert len(blocks((page,))) == facts["text_regions"], name
        order = list(dict.fromkeys(line.block for line in page.lines))
        assert [block for block in order if block in facts["reading_order"]] == facts["reading_order"], name
        if name not in LINES_OF_REGIONS:
            assert len(page.lines) == facts["text_lines"], name
            assert lines_of((page,))[: len(facts["first_lines_in_reading_order"])] == [
                " ".join(line.split()) for line in facts["first_lines_in_reading_order"]
            ], name


def test_mets(shared: Path) -> None:
    for name, facts, path in by_format(shared, "mets"):
        assert readers.read(path, f"demo/{path.name}") == ()
        mets = read_mets(to_utf8(path.read_bytes(), name), name)
        said = {claim.about: claim.value for claim in mets.claims}
        assert [said["date"]] * bool(facts["dateIssued"]) == facts["dateIssued"] if facts["dateIssued"] else not said
        assert {about: said[about] for about in said if about in ("volume", "issue", "edition")} == {
            about: value for about, value in facts["details"] if value
        }, name
        with_address = facts["files"] - facts["file_uses"].count("Discarded") * 4
        assert len(mets.files) == with_address, f"{name}: the discarded files of the British Library have no address"
        assert [page.label for page in mets.pages][: len(facts["page_numbers"])] == facts["page_numbers"], name
        kinds = facts["div_types"]
        assert len(mets.pages) == kinds.get("np:page", kinds.get("page", 0))
        assert len(mets.articles) == kinds.get("ARTICLE", 0) + kinds.get("ADVERT", 0)
        assert list(mets.files.values())[: len(facts.get("first_hrefs", ()))] == facts.get("first_hrefs", [])
