"""Odd but valid hOCR: what programs write."""

from __future__ import annotations

import pytest

from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers.xml.hocr import read_hocr


def page_of(inside: str, title: str = "bbox 0 0 1000 1500", head: str = "") -> RawPage:
    text = (
        f"<html lang='en'><head>{head}</head><body><div class='ocr_page' title='{title}'>{inside}</div></body></html>"
    )
    [page] = read_hocr(text.encode(), "demo/1.hocr")
    return page


def lines_of(page: RawPage) -> list[str]:
    return [page.text[line.start : line.end] for line in page.lines]


def word(text: str, box: str = "", more: str = "", kind: str = "ocrx_word") -> str:
    return f"<span class='{kind}' title='{f'bbox {box}; ' if box else ''}{more}'>{text}</span>"


def line(inside: str, box: str = "10 10 500 30", kind: str = "ocr_line", more: str = "") -> str:
    return f"<span class='{kind}' id='l' title='bbox {box}{more}'>{inside}</span>"


@pytest.mark.parametrize(
    ("inside", "texts"),
    [
        (line("one   line\nof text"), ["one line of text"]),
        (line(f"{word('Two')} {word('words')}"), ["Two words"]),
        (line(word("Two") + word("words")), ["Two words"]),
        (line(f"{word('云北')} {word('市')}"), ["云北市"]),
        (line(f"{word('<strong>Two</strong>')} {word('<em>wo</em>rds')}"), ["Two words"]),
        (line(f"{word('adminiſtra')}\xad"), ["adminiſtra\xad"]),
        (line(f"({word('Two')}, {word('words')})"), ["(Two, words)"]),
        (line(word("verbun\xad")) + line(word("den")), ["verbun\xad", "den"]),
        (line("") + line(word(" ")), []),
        (
            f"<p class='ocr_par'>{word('a', '0 0 9 9')} {word('b', '20 0 29 9')} {word('c', '0 20 9 29')}</p>",
            ["a b", "c"],
        ),
        (line("Fisch &amp; Brot&nbsp;!"), ["Fisch & Brot !"]),
        (line(f"{word('a', more='x', kind='ocrx_word other')} {word('b')}"), ["a b"]),
    ],
)
def test_words_and_lines(inside: str, texts: list[str]) -> None:
    assert lines_of(page_of(inside + line("end"))) == [*texts, "end"]


def roles_of(page: RawPage) -> dict[str, str]:
    return {page.text[block.start : block.end]: block.role for block in page.blocks if block.role != "body"}


def test_classes_give_roles() -> None:
    inside = (
        line("Mercury", kind="ocr_header")
        + f"<div class='ocr_title' title='bbox 10 40 500 60'>{line('Storm')}</div>"
        + line("A ship was lost.", "10 70 500 90")
        + f"<div class='ocr_caption'>{line('The ship', '10 100 500 120')}</div>"
        + "<div class='ocr_photo' title='bbox 10 130 500 300'></div>"
        + line("7", "10 400 20 420", kind="ocr_pageno")
    )
    page = page_of(inside)
    assert roles_of(page) == {"Mercury": "furniture", "Storm": "headline", "The ship": "caption", "7": "furniture"}
    assert {claim.about: claim.value for claim in page.claims} == {"page": "7"}


def test_a_heading_of_tesseract_is_no_header() -> None:
    tesseract = "<meta name='ocr-system' content='tesseract 4.1.1'/>"
    assert "Storm" not in roles_of(page_of(line("Storm", kind="ocr_header") + line("A ship"), head=tesseract)) or (
        roles_of(page_of(line("Storm", kind="ocr_header") + line("A ship"), head=tesseract))["Storm"] == "headline"
    )


def test_titles_say_places_sizes_and_confidence() -> None:
    inside = line(
        f"{word('abc', '10 12 40 28', 'x_wconf 50')} {word('de', '50 12 70 28', 'x_wconf 100; x_font Song')}",
        more="; baseline 0 -3; x_size 24; x_descenders 5",
    )
    page = page_of(inside, 'image "a;b bbox.png"; bbox 0 0 1000 1500; ppageno 3; lpageno A5; scan_res 300 300')
    assert page.lines[0].box == (10, 10, 500, 30)
    assert page.lines[0].size == 24
    assert page.lines[0].confidence == pytest.approx(0.7)
    assert (page.width, page.height) == (1000, 1500)
    assert {claim.about: claim.value for claim in page.claims} == {"sequence": "3", "page": "A5"}


def test_a_language_is_that_of_the_text_and_not_of_the_file() -> None:
    inside = (
        f"<p class='ocr_par' lang='chi_tra'>{line('臺灣')}{line('日報')}</p><p class=ocr_par lang=eng>{line('a')}</p>"
    )
    assert [claim.value for claim in page_of(inside).claims if claim.about == "language"] == ["chi_tra"]


def test_several_pages_in_a_file() -> None:
    one = "<div class='ocr_page' title='ppageno {0}'>{1}</div>"
    text = one.format(0, line("one")) + one.format(1, "") + one.format(2, line("three"))
    assert [page.text for page in read_hocr(text.encode(), "demo/1.hocr")] == ["one", "", "three"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<p>text</p>", "no page of hOCR"),
        ("<div class='ocr_page'></div>", "no line of text is in it"),
    ],
)
def test_what_is_no_page_is_named(text: str, says: str) -> None:
    with pytest.raises(PageError, match=says):
        read_hocr(text.encode(), "demo/1.hocr")
