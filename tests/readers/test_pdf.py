"""PDF files: what comes out is what was printed, wherever and however it was put into the file."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import PageError
from indexer.model import Evidence, RawPage
from indexer.readers import read, text_of
from indexer.readers.pdf import document
from indexer.readers.pdf.reader import read_pdf
from tests.support.pdf_pages import (
    SONG,
    SetLine,
    SetPage,
    chinese_font,
    column,
    line,
    pdf_of,
    raw_pdf,
    stream,
    width_of,
)

SOURCE = "demo/2024-03-08/03.pdf"
NEWS = (
    "云陂市今日开镰。谢谢大家坚坚持持干到底，全市三十二个乡镇的小麦收割工作全面展开，农机手们顶着烈日在田间来回作业"
    "——“一年就看这几天”，双渡乡的老周说……他家种了12.5亩，比去年多3亩。"
)
FOLIO = line("云陂日报 2024年3月8日 星期五 第03版 要闻", 40, 30, 9)
HEADLINE = SetLine("全市夏收开镰", (40, 60, 280, 90), 30, 700)  # set apart: six letters over eight widths
PAGE = SetPage([FOLIO, HEADLINE, *(one for left in (40, 200, 360) for one in column(NEWS * 3, left, 110, 14))])


def one(data: bytes) -> RawPage:
    """Return the only page of a file."""
    [page] = read_pdf(data, SOURCE)
    return page


def texts(page: RawPage) -> list[str]:
    """Return the lines of a page, without the blank ones between its articles."""
    return [page.text[one.start : one.end] for one in page.lines]


def printed(page: RawPage) -> list[tuple[str, tuple[float, ...], float]]:
    """Return the text, box and size of each line, in no order."""
    return sorted((page.text[one.start : one.end], one.box, one.size) for one in page.lines)


def assert_same(page: RawPage, lines: list[SetLine], *, spaces: bool = True) -> None:
    """Compare the lines of a page with what was set: the same text and size, in the same place."""

    def plain(text: str) -> str:
        return text if spaces else "".join(text.split())

    found = sorted((plain(text), *box, size) for text, box, size in printed(page))
    wanted = sorted((plain(one.text), *one.box, one.size) for one in lines)
    assert [one[0] for one in found] == [one[0] for one in wanted]
    for (text, *place), (_, *meant) in zip(found, wanted, strict=True):
        assert place == pytest.approx(meant, abs=1.5), text


@pytest.mark.parametrize("made", [
    {},
    {"shuffled": True},
    {"rotate": 90},
    {"rotate": 180},
    {"rotate": 270},
    {"crop": 20},
    {"crop": 20, "rotate": 90},
    {"twins": [(0.03, 0)]},
    {"twins": [(0.03, 0)], "twins_at_the_end": True},
    {"twins": [(0.02, 0), (0.04, 0), (0.02, 0.02)]},
    {"twins": [(0.03, 0), (0.06, 0), (0.03, 0.03)], "twins_at_the_end": True},
    {"twins": [(0.1, 0.1)], "twins_at_the_end": True},
])  # fmt: skip
def test_lines_come_out_as_they_were_set(made: dict[str, object]) -> None:
    page = one(pdf_of([PAGE], **made))  # type: ignore[arg-type]
    assert_same(page, list(PAGE.lines))
    assert (page.width, page.height) == pytest.approx((595, 842), abs=0.1)
    weights = {page.text[found.start : found.end]: found.weight for found in page.lines}
    assert weights[HEADLINE.text] == 700
    assert weights[FOLIO.text] == (700 if "twins" in made else 400)  # what is drawn twice is meant to be bold


@pytest.mark.parametrize("twins", [(), [(0.04, 0.0)]])
def test_letters_drawn_one_by_one_in_no_order_come_out_as_lines(twins: list[tuple[float, float]]) -> None:
    data = pdf_of([PAGE], letter_by_letter=True, shuffled=True, twins=twins, twins_at_the_end=True)
    assert_same(one(data), list(PAGE.lines), spaces=False)  # a space drawn alone leaves nothing but a gap


@given(st.integers(0, 10_000))
@settings(max_examples=12)
def test_columns_of_any_make_up_come_out_as_lines(seed: int) -> None:
    rng = random.Random(seed)
    size, letters, columns = rng.choice([8.5, 10, 12]), rng.randint(6, 12), rng.randint(2, 4)
    gutter, lines = size * rng.uniform(0.9, 2.5), []
    for at in range(columns):
        start = rng.randrange(len(NEWS))
        text = (NEWS[start:] + NEWS)[: rng.randint(30, 120)]
        lines += column(text, 30 + at * (letters * size + gutter), 80 + rng.uniform(0, 8), letters, size)
    rng.shuffle(lines)
    assert_same(one(pdf_of([SetPage(lines)])), lines)


VERTICAL = "中華民國十二年三月本埠電車公司昨日開會議決增闢路線三條由車站直達碼頭往來行旅稱便云云"


def vertical(text: str, right: float, top: float, letters: int, size: float = 11.0) -> list[SetLine]:
    """Set a text in columns from right to left."""
    cut = [text[at : at + letters] for at in range(0, len(text), letters)]
    rights = [right - at * size * 1.5 for at in range(len(cut))]
    return [
        SetLine(one, (x - size, top, x, top + size * len(one)), size, is_vertical=True)
        for one, x in zip(cut, rights, strict=True)
    ]


@pytest.mark.parametrize("made", [{}, {"letter_by_letter": True, "shuffled": True}, {"rotate": 90}])
def test_letters_below_each_other_are_vertical_lines(made: dict[str, bool]) -> None:
    heading = SetLine("電車增闢路線", (500, 50, 530, 230), 30, is_vertical=True)
    folio = line("云陂日報 民國十二年三月八日 第三版", 40, 20, 9)
    lines = [heading, *vertical(VERTICAL * 3, 490, 50, 15), *vertical(VERTICAL * 2, 540, 300, 15), folio]
    page = one(pdf_of([SetPage(lines)], **made))  # type: ignore[arg-type]
    assert_same(page, lines, spaces=False)
    assert {("date", "1923-03-08"), ("page", "3")} <= {(claim.about, claim.value) for claim in page.claims}


def test_a_letter_that_is_printed_twice_stays() -> None:
    doubled = "谢谢坚坚持持哈哈哈……——高高兴兴"
    assert one(pdf_of([SetPage([line(doubled, 40, 40)])])).text == doubled
    tight = SetLine(doubled, (40, 40, 40 + 0.88 * width_of(doubled, 10), 50), 10)
    assert one(pdf_of([SetPage([tight])], letter_by_letter=True)).text == doubled
    assert one(pdf_of([SetPage([line("illness ball 1100", 40, 40)])])).text == "illness ball 1100"


def shown(text: str, codec: str = "gbk") -> str:
    """Write a text as a string of a content stream."""
    return f"<{text.encode(codec).hex()}>"


def draw(text: str, x: float, y: float, *, mode: int = 0, colour: str = "0 g", size: float = 20) -> str:
    return f"BT {colour} /F1 {size} Tf {mode} Tr {x} {y} Td {shown(text)} Tj ET "


@pytest.mark.parametrize(("content", "text", "weight"), [
    (draw("今日开镰", 50, 700, mode=3), "今日开镰", 400),  # a layer of OCR over a scan
    (draw("今日开镰", 50, 700) + draw("今日开镰", 53, 701, mode=3, size=19), "今日开镰", 400),
    (draw("今日开镰", 50, 700, colour="1 g"), "今日开镰", 400),  # white, on a picture
    (draw("今日开镰", 50, 700, colour="1 g") + draw("今日开镰", 51, 699), "今日开镰", 700),
    (draw("今日开镰", 52, 698, colour=".7 g") + draw("今日开镰", 50, 700), "今日开镰", 700),  # a shadow
    (draw("今日开镰", 50, 700, mode=2), "今日开镰", 700),
    (draw("开镰", 90, 700) + draw("今日", 50, 700), "今日开镰", 400),
    ("3 Tc " + draw("今日开镰", 50, 700), "今日开镰", 400),
    ("14 Tc " + draw("今日开镰", 50, 700), "今日开镰", 400),
    (draw("今日", 50, 700) + draw("开镰", 108, 700), "今日 开镰", 400),
    ("q 1 0 0 -1 0 842 cm BT /F1 10 Tf 1 0 0 -1 50 100 Tm " + shown("今日开镰") + " Tj ET Q", "今日开镰", 400),
    ("BT /F1 -10 Tf -1 0 0 -1 50 700 Tm " + shown("今日开镰") + " Tj ET", "今日开镰", 400),
    ("BT /F1 1 Tf 20 0 0 20 50 700 Tm " + shown("今日开镰") + " Tj ET", "今日开镰", 400),
    ("BT /F1 12 Tf 0 1 -1 0 300 300 Tm " + shown("今日开镰") + " Tj ET", "今日开镰", 400),
    ("BT /F1 12 Tf .866 .5 -.5 .866 300 300 Tm " + shown("今日开镰") + " Tj ET", "今日开镰", 400),
    ("/X1 Do " + draw("今日", 50, 700), "今日\n表单", 400),
    ("BT /F1 10 Tf 50 700 Td /Span << /ActualText <FEFF4ECA65E5> >> BDC " + shown("开镰") + " Tj EMC ET", "今日", 400),
])  # fmt: skip
def test_ways_to_draw_text(content: str, text: str, weight: int) -> None:
    form = stream(
        f"BT /F1 10 Tf 10 20 Td {shown('表单')} Tj ET",
        "/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /Font << /F1 5 0 R >> >> /Matrix [1 0 0 1 9 9]",
    )
    page = one(raw_pdf([form], content, font=chinese_font("GBK-EUC-H")))
    assert "\n".join(texts(page)) == text
    assert page.lines[0].weight == weight


@pytest.mark.parametrize(("cmap", "codec", "supplement"), [
    ("GBK-EUC-H", "gbk", "GB1"),
    ("GB-EUC-H", "gb2312", "GB1"),
    ("GBKp-EUC-H", "gbk", "GB1"),
    ("GBK2K-H", "gb18030", "GB1"),
    ("UniGB-UCS2-H", "utf-16-be", "GB1"),
    ("UniGB-UTF16-H", "utf-16-be", "GB1"),
    ("UniGB-UTF16-V", "utf-16-be", "GB1"),
    ("ETen-B5-H", "big5", "CNS1"),
    ("B5pc-H", "big5", "CNS1"),
    ("UniCNS-UTF16-H", "utf-16-be", "CNS1"),
    ("90ms-RKSJ-H", "shift_jis", "Japan1"),
    ("UniJIS-UTF16-H", "utf-16-be", "Japan1"),
])  # fmt: skip
def test_fonts_without_unicode_tables_are_read_by_their_cmaps(cmap: str, codec: str, supplement: str) -> None:
    content = f"BT /F1 20 Tf 50 700 Td {shown('今日市民', codec)} Tj ET"
    page = one(raw_pdf([], content, font=chinese_font(cmap, supplement=supplement)))
    assert page.text == "今日市民"


def latin(text: str, x: float, y: float) -> str:
    return f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET "


def with_unicode(letters: dict[str, str], content: str) -> bytes:
    """Return a PDF whose font says by its ToUnicode table that its letters are others."""
    pairs = " ".join(f"<{ord(one):02x}> <{meant.encode('utf-16-be').hex()}>" for one, meant in letters.items())
    table = stream(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def 1 "
        f"begincodespacerange <00> <FF> endcodespacerange {len(letters)} beginbfchar {pairs} endbfchar endcmap end end"
    )
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 7 0 R >>"
    return raw_pdf([stream(""), table], content, font=font)


@pytest.mark.parametrize(("letters", "drawn", "text"), [
    ({"A": "今", "B": "𠀀"}, "ABA", "今𠀀今"),
    ({"A": "ff"}, "oAice", "office"),
    ({"A": "\u200b"}, "okA", "ok"),
    ({"A": "\u00ad"}, "plAan", "pl\u00adan"),
    ({"A": "\ue0a1"}, "good Aone", "good \ue0a1one"),
    ({"A": "\u0085"}, "good Aone", "good \ufffdone"),
    ({"A": "⼯"}, "Ab", "⼯b"),  # a radical is not repaired
])  # fmt: skip
def test_letters_are_what_the_font_says(letters: dict[str, str], drawn: str, text: str) -> None:
    page = one(with_unicode(letters, latin(drawn, 50, 700)))
    assert page.text == text
    bad = [claim for claim in page.claims if claim.about == "bad glyphs"]
    assert bool(bad) == any(not one.isprintable() and one not in "\u200b\u00ad" for one in letters.values())


@pytest.mark.parametrize(("content", "lines"), [
    (latin("The mayor an-", 50, 700) + latin("nounced it", 50, 686), ["The mayor an-", "nounced it"]),
    ("BT /F1 10 Tf 50 700 Td [(W) 80 (ater) -300 (is) -250 (w) 20 (et)] TJ ET", ["Water is wet"]),
    ("3 Tc " + latin("WATER", 50, 700), ["WATER"]),
    (
        latin("Name", 50, 700) + latin("Town", 160, 700) + latin("Ann Mo", 50, 686) + latin("Hill End", 160, 686)
        + latin("Bo", 50, 672) + latin("Bay", 160, 672),
        ["Ann Mo", "Bay", "Bo", "Hill End", "Name", "Town"],
    ),
])  # fmt: skip
def test_latin_words_have_spaces_and_columns_are_parted(content: str, lines: list[str]) -> None:
    assert sorted(texts(one(raw_pdf([], content)))) == lines


def encrypted(password: str) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, encrypt=StandardEncryption(password, ownerPassword="owner"))
    pdf_of([PAGE])  # registers the font
    canvas.setFont(SONG, 10)
    canvas.drawString(40, 700, "今日开镰")
    canvas.save()
    return target.getvalue()


GOOD = pdf_of([PAGE])
UNMAPPED = raw_pdf([], "BT /F1 9 Tf 9 9 Td <00410042> Tj ET", font=chinese_font("Identity-H", "ABCDEF+X", "Identity"))


@pytest.mark.parametrize(("data", "sentence"), [
    (encrypted("secret"), "this PDF is locked by a password; save it without one"),
    (GOOD[: len(GOOD) // 2], "this PDF is cut off: its end is missing"),
    (b"%PDF-1.4\n" + bytes(range(256)) * 9 + b"%%EOF\n", "this PDF is damaged"),
    (b"\xd0\xcf\x11\xe0" * 99, "this is not a PDF file in spite of its name"),
    (pdf_of([SetPage([]), SetPage([])]), r"this PDF holds pictures of its pages but no text \(a scan\); run OCR"),
    (UNMAPPED, "the fonts of this PDF don't say which letters they draw"),
])  # fmt: skip
def test_what_cannot_be_read_is_named(data: bytes, sentence: str) -> None:
    with pytest.raises(PageError, match=sentence):
        read_pdf(data, SOURCE)


def test_there_are_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.readers.pdf.reader.MOST_CHARACTERS", 100)
    with pytest.raises(PageError, match="more than a page can have"):
        read_pdf(GOOD, SOURCE)
    monkeypatch.setattr(document, "MOST_PAGES", 1)
    with pytest.raises(PageError, match="2 pages are more than an issue can have"):
        read_pdf(pdf_of([PAGE, PAGE]), SOURCE)


@pytest.mark.parametrize("data", [encrypted(""), b"junk\n" * 9 + GOOD, GOOD + bytes(99)])
def test_what_can_be_read_is(data: bytes) -> None:
    assert "开镰" in one(data).text


def claims(page: RawPage, about: str) -> list[tuple[str, str]]:
    return [(claim.value, claim.source) for claim in page.claims if claim.about == about]


def test_a_file_may_hold_an_issue(tmp_path: Path) -> None:
    pages = [SetPage([line(f"第{number}页的新闻", 40, 100)]) for number in "一二三四"]
    pages[1] = SetPage([])
    pages[3] = SetPage([FOLIO, *pages[3].lines])
    file = tmp_path / "issue.pdf"
    file.write_bytes(pdf_of(pages, labels=["A01", "A02", "3", "A04"]))
    first, third, fourth = read(file, "demo/2024-03-08/issue.pdf")
    assert text_of([first, third]).split("\f") == ["第一页的新闻", "第三页的新闻"]
    assert third.start == len(first.text) + 1
    assert claims(first, "page") == [("A01", "page label")]
    assert claims(third, "page") == [("3", "sequence")]  # its label only counts the pages
    assert claims(fourth, "page") == [("03", "printed"), ("A04", "page label")]
    assert [claims(page, "sequence") for page in (first, third, fourth)] == [[(one, "file")] for one in "134"]
    assert Evidence("pages without text", "page 2 of 4 has no text and is left out", "file") in first.claims


def test_a_page_alone_is_known_by_its_file() -> None:
    assert claims(one(pdf_of([SetPage([line("新闻", 40, 100)])])), "page") == []


REAL = {
    # pdfminer counts the spaces too, and what is drawn again at an offset of more than a point.
    "zh-fakebold-duplicate-chars.pdf": (
        1062,
        "项目描述：负责四川省甘孜州丹巴磨子电站引水隧洞爆破方案优化设计及爆破震动监测工",
    ),
    "zh-cover-annual-report.pdf": (91, "安徽安利合成革股份有限公司"),
    "zh-xiaobiaosong.pdf": (343, "（一九三七年九月二十一日）"),
    "zh-issue12823.pdf": (101, "描述团队的共同目标，有利于团队成员理解目标并朝着目标努力。"),
    "ja-issue16538.pdf": (634, "クロ経済変数などであるモデルを考えることは可能.非完備の場合,リスク"),
}


@pytest.mark.parametrize("name", REAL)
def test_real_files(name: str, shared: Path) -> None:
    folder = shared / "formats"
    facts = {Path(one["file"]).name: one["facts"] for one in json.loads((folder / "facts.json").read_text("utf-8"))}
    pages = read_pdf((folder / "pdf" / name).read_bytes(), f"demo/{name}")
    assert len(pages) == facts[name]["pages"]
    assert (pages[0].width, pages[0].height) == pytest.approx(facts[name]["page1_size_pt"], abs=0.1)
    letters, text = REAL[name]
    assert len("".join(pages[0].text.split())) == letters <= facts[name]["page1_chars_after_dedupe"]
    assert text in pages[0].text.split("\n")
