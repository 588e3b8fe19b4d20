"""Odd but valid PAGE XML: what the standard allows and Transkribus, eScriptorium and OCR-D write."""

from __future__ import annotations

import pytest

from indexer.model import RawPage
from indexer.readers.xml.reader import read_xml


def page_of(inside: str, order: str = "", more: str = "") -> RawPage:
    text = f"<PcGts><Page imageWidth='1000' imageHeight='1500' {more}>{order}{inside}</Page></PcGts>"
    [page] = read_xml(text.encode(), "demo/1.xml")
    return page


def lines_of(page: RawPage) -> list[str]:
    return [page.text[line.start : line.end] for line in page.lines]


def equiv(text: str, more: str = "") -> str:
    return f"<TextEquiv {more}><Unicode>{text}</Unicode></TextEquiv>"


def wrapped(inside: str) -> str:
    return f"<TextLine>{inside}</TextLine>"


def line(text: str, more: str = "") -> str:
    return f"<TextLine {more}>{equiv(text)}</TextLine>"


def region(name: str, inside: str, more: str = "") -> str:
    coords = "<Coords points='10,10 110,10 110,70 10,70'/>"
    return f"<TextRegion id='{name}' {more}>{coords}{inside}</TextRegion>"


@pytest.mark.parametrize(
    ("inside", "texts"),
    [
        (line("one"), ["one"]),
        (wrapped(equiv("worse", "index='1' conf='1'") + equiv("best", "index='0' conf='0'")), ["best"]),
        (wrapped(equiv("worse", "conf='0.4'") + equiv("best", "conf='0.9'")), ["best"]),
        (f"<TextLine>{equiv('first')}{equiv('second')}</TextLine>", ["first"]),
        ("<TextLine><TextEquiv><PlainText>plain</PlainText><Unicode>rich</Unicode></TextEquiv></TextLine>", ["rich"]),
        ("<TextLine><TextEquiv><PlainText>plain</PlainText><Unicode/></TextEquiv></TextLine>", ["plain"]),
        (f"<TextLine><Word>{equiv('Two')}</Word><Word>{equiv('words')}</Word></TextLine>", ["Two words"]),
        (f"<TextLine><Word>{equiv('云北')}</Word><Word>{equiv('市')}</Word></TextLine>", ["云北市"]),
        (f"<TextLine><Word><Glyph>{equiv('o')}</Glyph><Glyph>{equiv('k')}</Glyph></Word></TextLine>", ["ok"]),
        (f"<TextLine><Word>{equiv('parts')}</Word>{equiv('the whole')}</TextLine>", ["the whole"]),
        (equiv("of\na region"), ["of", "a region"]),
        (f"<TextLine/><TextLine/>{equiv('of&#10;a region')}", ["of", "a region"]),
        (f"{line('own')}{equiv('own')}", ["own"]),
        (line("Aus¬") + line("führung"), ["Aus\xad", "führung"]),
        (region("inner", line("inside")) + line("outside"), ["inside", "outside"]),
    ],
)
def test_text_of_a_region(inside: str, texts: list[str]) -> None:
    assert lines_of(page_of(region("r", inside))) == texts


def test_a_region_without_lines_shares_its_place_among_them() -> None:
    page = page_of(region("r", equiv("a\nb\nc")))
    assert [line.box for line in page.lines] == [(10, 10, 110, 30), (10, 30, 110, 50), (10, 50, 110, 70)]
    vertical = page_of(region("r", equiv("臺灣\n日報"), "readingDirection='top-to-bottom'"))
    assert [line.box for line in vertical.lines] == [(60, 10, 110, 70), (10, 10, 60, 70)]


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("heading", "headline"),
        ("header", "furniture"),
        ("footer", "furniture"),
        ("page-number", "furniture"),
        ("caption", "caption"),
        ("credit", "byline"),
        ("paragraph", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("how", ["type='{}'", "custom='structure {{type:{};}}'"])
def test_types_give_roles(kind: str, role: str | None, how: str) -> None:
    page = page_of(region("r", line("Some words"), how.format(kind)))
    assert {block.role for block in page.blocks} - {"body"} == ({role} if role else set())


@pytest.mark.parametrize(
    ("text", "label"), [("— 448 —", "448"), ("A3", "A3"), ("xii", "xii"), ("Berlin, 2. August", None)]
)
def test_a_page_number_is_a_claim(text: str, label: str | None) -> None:
    page = page_of(region("r", line(text), "type='page-number'") + region("s", line("Text")))
    assert next((claim.value for claim in page.claims if claim.about == "page"), None) == label


REGIONS = "".join(region(name, line(name)) for name in "abcd")


def ref(index: int, name: str) -> str:
    return f"<RegionRefIndexed index='{index}' regionRef='{name}'/>"


def group(kind: str, *inside: str, index: int = 0) -> str:
    return f"<{kind} id='g' index='{index}'>{''.join(inside)}</{kind}>"


UNORDERED = "<RegionRef regionRef='d'/>", "<RegionRef regionRef='a'/>"
INNER = group("OrderedGroupIndexed", ref(1, "a"), ref(0, "b"), index=1)


@pytest.mark.parametrize(
    ("order", "texts"),
    [
        (group("OrderedGroup", ref(9, "a"), ref(2, "b")), "bacd"),
        (group("UnorderedGroup", *UNORDERED), "abcd"),
        (group("OrderedGroup", group("UnorderedGroupIndexed", UNORDERED[0], index=0), ref(1, "c")), "dcab"),
        (group("OrderedGroup", INNER, ref(0, "d"), ref(2, "c")), "dbac"),
        (group("OrderedGroup", ref(0, "nowhere")), "abcd"),
    ],
)
def test_groups_of_the_reading_order(order: str, texts: str) -> None:
    assert "".join(lines_of(page_of(REGIONS, f"<ReadingOrder>{order}</ReadingOrder>"))) == texts


def place(index: int) -> str:
    return f"custom='readingOrder {{index:{index};}}'"


def test_the_order_of_transkribus() -> None:
    inside = "".join(
        region(name, line(f"{name}1", place(1)) + line(f"{name}0", place(0)), place(at))
        for name, at in (("a", 2), ("b", 0), ("c", 1))
    )
    assert lines_of(page_of(inside)) == ["b0", "b1", "c0", "c1", "a0", "a1"]
