"""The same page gives the same lines, boxes and claims, in whatever format and style it is written."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers.xml.hocr import read_hocr
from indexer.readers.xml.reader import read_xml
from tests.support.printed_pages import (
    UNITS,
    AltoStyle,
    HocrStyle,
    PageXmlStyle,
    Sheet,
    alto,
    hocr,
    page_xml,
    sheets,
)

ALTO_STYLES = st.builds(
    AltoStyle,
    version=st.integers(1, 4),
    prefix=st.sampled_from(("", "", "alto", "a")),
    has_namespace=st.booleans(),
    unit=st.sampled_from(sorted(UNITS)),
    has_spaces=st.booleans(),
    order=st.sampled_from(("document", "named", "chained")),
    subs=st.sampled_from(("right", "cut", "none")),
    has_size=st.booleans(),
)
PAGE_STYLES = st.builds(
    PageXmlStyle,
    year=st.sampled_from(("2010-03-19", "2013-07-15", "2019-07-15")),
    text_in=st.sampled_from(("line", "word", "both")),
    order=st.sampled_from(("document", "named", "nested", "custom")),
    has_points=st.booleans(),
)
HOCR_STYLES = st.builds(
    HocrStyle,
    has_words=st.booleans(),
    is_xhtml=st.booleans(),
    area=st.sampled_from(("ocr_carea", "ocr_block", "ocrx_block")),
    quote=st.sampled_from(("'", '"')),
)


def lines_of(page: RawPage) -> list[str]:
    return [page.text[line.start : line.end] for line in page.lines]


def assert_is(page: RawPage, sheet: Sheet, scale: float = 1.0, *, confidence: bool = True) -> None:
    assert lines_of(page) == [line.text for line in sheet.lines]
    for found, line in zip(page.lines, sheet.lines, strict=True):
        assert found.box == pytest.approx([side * scale for side in line.box], abs=1)
        assert not confidence or found.confidence == pytest.approx(line.confidence, abs=0.006)
    said = {claim.about: claim.value for claim in page.claims}
    assert said["sequence"] == sheet.sequence
    assert said.get("page", sheet.label) == sheet.label
    roles = {page.text[block.start : block.end]: block.role for block in page.blocks if block.role != "body"}
    assert set(roles.values()) <= {"headline", "caption", "kicker", "subtitle"}


def orders(sheet: Sheet, is_said: bool) -> st.SearchStrategy[list[int]]:
    numbers = list(range(len(sheet.regions)))
    return st.permutations(numbers) if is_said else st.just(numbers)


@settings(max_examples=50)
@given(sheets(), ALTO_STYLES, st.data())
def test_alto_of_any_version(sheet: Sheet, style: AltoStyle, data: st.DataObject) -> None:
    is_said = style.order != "document"
    text = alto(sheet, style, data.draw(orders(sheet, is_said and len(sheet.regions) > 1)))
    [page] = read_xml(text.encode(), "demo/1.xml")
    assert_is(page, sheet, UNITS[style.unit])
    if style.has_size:
        assert (page.width, page.height) == pytest.approx([side * UNITS[style.unit] for side in sheet.size], abs=1)


@settings(max_examples=40)
@given(sheets(), PAGE_STYLES, st.data())
def test_page_xml_of_any_year(sheet: Sheet, style: PageXmlStyle, data: st.DataObject) -> None:
    text = page_xml(sheet, style, data.draw(orders(sheet, style.order != "document")))
    [page] = read_xml(text.encode(), "demo/1.xml")
    assert_is(page, sheet)


@settings(max_examples=40)
@given(sheets(), HOCR_STYLES)
def test_hocr(sheet: Sheet, style: HocrStyle) -> None:
    [page] = read_hocr(hocr(sheet, style).encode(), "demo/1.hocr")
    assert_is(page, sheet, confidence=style.has_words)


@settings(max_examples=60)
@given(sheets(), st.sampled_from(("alto", "page", "hocr")), st.data())
def test_a_damaged_file_is_read_or_named(sheet: Sheet, kind: str, data: st.DataObject) -> None:
    """Cut off, with a piece of it lost or doubled, or with wild numbers: never another error than PageError."""
    order = range(len(sheet.regions))
    text = {"alto": alto(sheet, AltoStyle(), order), "page": page_xml(sheet, PageXmlStyle(), order)}.get(
        kind, hocr(sheet, HocrStyle())
    )
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 400)))
    middle = data.draw(st.sampled_from(("", text[start:end] * 2, "<a>", '="1e999"', "NaN", "\0", "&", "]]>")))
    for read in (read_xml, read_hocr):
        with suppress(PageError):
            for page in read((text[:start] + middle + text[end:]).encode(), "demo/1.xml"):
                assert all(abs(side) < 1e8 for line in page.lines for side in line.box)


@settings(max_examples=20)
@given(sheets(), st.sampled_from(("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "gb18030")))
def test_the_encoding_changes_nothing(sheet: Sheet, codec: str) -> None:
    declared = codec if codec == "gb18030" else "UTF-16" if "16" in codec else "UTF-8"
    text = alto(sheet, AltoStyle(), range(len(sheet.regions))).replace('encoding="UTF-8"', f'encoding="{declared}"')
    [page] = read_xml(text.encode(codec), "demo/1.xml")
    assert_is(page, sheet)
