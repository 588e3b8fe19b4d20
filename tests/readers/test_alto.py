"""Odd but valid ALTO: what the standard allows and exports contain."""

from __future__ import annotations

import pytest

from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers.xml.reader import read_xml
from indexer.readers.xml.words import FoundLine, places_contradict


def pages(inside: str, before: str = "", root: str = "alto") -> list[RawPage]:
    return list(read_xml(f"<{root}>{before}<Layout>{inside}</Layout></alto>".encode(), "demo/1.xml"))


def page_of(inside: str, before: str = "", size: str = 'WIDTH="1000" HEIGHT="1500"') -> RawPage:
    [page] = pages(f"<Page {size}><PrintSpace>{inside}</PrintSpace></Page>", before)
    return page


def lines_of(page: RawPage) -> list[str]:
    return [page.text[line.start : line.end] for line in page.lines]


def one_line(strings: str) -> str:
    return f'<TextBlock ID="b"><TextLine HPOS="10" VPOS="10" WIDTH="500" HEIGHT="20">{strings}</TextLine></TextBlock>'


def string(text: str, left: int | None = None, right: int = 0, more: str = "") -> str:
    place = "" if left is None else f' HPOS="{left}" VPOS="10" WIDTH="{right - left}" HEIGHT="20"'
    return f'<String CONTENT="{text}"{place}{more}/>'


@pytest.mark.parametrize(
    ("strings", "text"),
    [
        (string("Two") + string("words"), "Two words"),
        (string("Two") + "<SP/>" + string("words"), "Two words"),
        (string("Two") + "<SP/>" + string("words") + string(","), "Two words,"),
        (string("Two", 10, 40) + string("words", 46, 90), "Two words"),
        (string("words", 10, 60) + string(",", 61, 64), "words,"),
        (string("words", 10, 60) + string("!", 70, 74), "words !"),
        (string("云北") + string("市"), "云北市"),
        (string("云北") + "<SP/>" + string("市"), "云北市"),
        (string("云北", 10, 50) + '<SP WIDTH="4"/>' + string("市", 54, 74), "云北市"),
        (string("姓名", 10, 50) + '<SP WIDTH="40"/>' + string("王", 90, 110), "姓名 王"),
        (string("第", 10, 30) + string("3", 32, 40) + string("版", 42, 62), "第3版"),
        (string("a whole line of words"), "a whole line of words"),
        (string("") + string("word") + string(" "), "word"),
        (string("Fisch &amp; Brot"), "Fisch & Brot"),
    ],
)
def test_words_of_a_line(strings: str, text: str) -> None:
    assert page_of(one_line(strings)).text == text


def divided(first: str, second: str, hyphen: str = "", whole: str | None = None, more: str = "") -> str:
    subs = "" if whole is None else f' SUBS_CONTENT="{whole}" SUBS_TYPE='
    parts = ["", ""] if whole is None else [f'{subs}"HypPart1"', f'{subs}"HypPart2"']
    return (
        f'<TextBlock ID="b"><TextLine>{string(first, more=parts[0])}{hyphen}</TextLine>'
        f"<TextLine>{string(second, more=parts[1])}{more}</TextLine></TextBlock>"
    )


HYP = '<HYP CONTENT="-"/>'


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (divided("Aus", "führung", HYP), "Aus\xad\nführung"),
        (divided("Aus", "führung", HYP, "Ausführung"), "Aus\xad\nführung"),
        (divided("Aus-", "führung", "", "Ausführung"), "Aus\xad\nführung"),
        (divided("Aus-", "führung", HYP, "Ausf"), "Aus\xad\nführung"),
        (divided("Aus", "führung", HYP, "Einfuhr"), "Aus\xad\nführung"),
        (divided("Aus", "führung", '<HYP CONTENT="¬"/>'), "Aus\xad\nführung"),
        (divided("Aus", "führung", "<HYP/>"), "Aus\xad\nführung"),
        (divided("Aus¬", "führung"), "Aus\xad\nführung"),
        (divided("AusÂ¬", "führung"), "Aus\xad\nführung"),
        (divided("Aus\xad", "führung"), "Aus\xad\nführung"),
        (divided("Aus-", "führung"), "Aus-\nführung"),
        (divided("Anglo", "American", HYP, "Anglo-American"), "Anglo-\nAmerican"),
    ],
)  # fmt: skip
def test_divided_words(block: str, text: str) -> None:
    assert page_of(block).text == text


def test_a_word_divided_within_a_line_is_none() -> None:
    part = ' SUBS_TYPE="HypPart1" SUBS_CONTENT="selfsame"'
    assert page_of(one_line(string("self", more=part) + string("made") + string("man"))).text == "self made man"


STYLES = """<Styles><TextStyle ID="t" FONTSIZE="30" FONTSTYLE="bold"/><TextStyle ID="b" FONTSIZE="10"/>
<ParagraphStyle ID="p" ALIGN="Left"/></Styles>"""


def test_fonts_give_sizes_in_the_unit_of_boxes_and_weights() -> None:
    def block(style: str, top: int, tall: int) -> str:
        place = f'HPOS="9" VPOS="{top}" WIDTH="99" HEIGHT="{tall}"'
        return (
            f'<TextBlock ID="b{top}" STYLEREFS="p {style}"><TextLine {place}>'
            f'<String CONTENT="word" {place}/></TextLine></TextBlock>'
        )

    page = page_of(block("t", 10, 90) + block("b", 200, 24) + block("b", 300, 30) + block("b", 400, 36), STYLES)
    assert [(line.size, line.weight) for line in page.lines] == [(90, 700), (30, 400), (30, 400), (30, 400)]


TAGS = """<Tags><LayoutTag ID="l1" LABEL="Headline"/><StructureTag ID="s1" LABEL="caption"/>
<OtherTag ID="o1" LABEL="page-number"/><LayoutTag ID="l2" LABEL="paragraph"/></Tags>"""


def test_tags_margins_and_pictures_give_roles() -> None:
    def block(name: str, more: str = "") -> str:
        return f'<TextBlock ID="{name}" {more}><TextLine>{string(name)}</TextLine></TextBlock>'

    inside = (
        f"<TopMargin>{block('Masthead')}</TopMargin><PrintSpace>"
        + block("Storm", 'TAGREFS="l2 l1"')
        + block("Ships", 'TAGREFS="l2"')
        + block("Picture1", 'TAGREFS="s1"')
        + f'<ComposedBlock TYPE="Illustration"><Illustration ID="i"/>{block("Picture2")}</ComposedBlock>'
        + f'<ComposedBlock TYPE="container"><Illustration ID="i"/>{block("Picture3")}</ComposedBlock>'
        + "</PrintSpace>"
        + block("Seven", 'TAGREFS="o1"')
    )
    [page] = pages(f"<Page>{inside}</Page>", TAGS)
    roles = {page.text[block.start : block.end]: block.role for block in page.blocks}
    assert {name: role for name, role in roles.items() if role != "body"} == {
        "Masthead": "furniture",
        "Storm": "headline",
        "Picture1": "caption",
        "Picture2": "caption",
        "Picture3": "caption",
        "Seven": "furniture",
    }


def test_all_text_in_margins_is_the_text() -> None:
    [page] = pages(f"<Page><TopMargin>{one_line(string('word'))}</TopMargin></Page>")
    assert [block.role for block in page.blocks if block.role == "furniture"] == []


def test_two_pages_in_a_file_one_of_them_empty() -> None:
    inside = "".join(
        f'<Page PHYSICAL_IMG_NR="{number}" PRINTED_IMG_NR="{label}">{text}</Page>'
        for number, label, text in (
            (7, "A3", one_line(string("seven"))),
            (8, "T1", ""),
            (9, "", one_line(string("nine"))),
        )
    )
    found = pages(inside)
    assert [page.text for page in found] == ["seven", "", "nine"]
    claims = [{claim.about: claim.value for claim in page.claims} for page in found]
    assert claims == [{"sequence": "7", "page": "A3"}, {"sequence": "8", "page": "T1"}, {"sequence": "9"}]


def test_a_blank_page_is_named() -> None:
    with pytest.raises(PageError, match="no line of text is in it: the page is blank or a picture"):
        pages("<Page><PrintSpace/></Page>")


def test_places_come_from_whatever_has_them() -> None:
    shape = '<Shape><Polygon POINTS="{}"/></Shape>'
    page = page_of(
        f'<TextBlock ID="a">{shape.format("10,20 110,20 110,50")}<TextLine>{string("shape")}</TextLine></TextBlock>'
        f'<TextBlock ID="b"><TextLine>{shape.format("10 60 90 80")}{string("points")}</TextLine></TextBlock>'
        f'<TextBlock ID="c"><TextLine>{string("of", 10, 30)}{string("words", 40, 90)}</TextLine></TextBlock>'
        f'<TextBlock ID="d">{string("no lines", 10, 30)}</TextBlock>'
        f'<TextBlock ID="e"><TextLine HPOS="1,5" VPOS="NaN"/><TextLine>{string("none")}</TextLine></TextBlock>',
        size="",
    )
    assert dict(zip(lines_of(page), (line.box for line in page.lines), strict=True)) == {
        "shape": (10, 20, 110, 50),
        "points": (10, 60, 90, 80),
        "of words": (10, 10, 90, 30),
        "no lines": (10, 10, 30, 30),
        "none": (0, 0, 0, 0),
    }
    assert (page.width, page.height) == (110, 80)


@pytest.mark.parametrize(("confidences", "sure"), [(("0.5", "1.0"), 0.7), (("50", "100"), 0.7), (("", ""), None)])
def test_confidence_is_that_of_letters(confidences: tuple[str, str], sure: float | None) -> None:
    words = zip(("abc", "de"), confidences, strict=True)
    page = page_of(one_line("".join(string(word, more=f' WC="{value}"' if value else "") for word, value in words)))
    assert page.lines[0].confidence == (None if sure is None else pytest.approx(sure))


def test_a_group_without_order_gives_none() -> None:
    block = '<TextBlock ID="{0}"><TextLine>' + '<String CONTENT="{0}"/></TextLine></TextBlock>'
    order = '<ReadingOrder><{0} ID="g"><ElementRef REF="two"/><ElementRef REF="one"/></{0}></ReadingOrder>'
    inside = block.format("one") + block.format("two") + block.format("three")
    assert lines_of(page_of(inside, order.format("OrderedGroup"))) == ["two", "one", "three"]
    assert lines_of(page_of(inside, order.format("UnorderedGroup"))) == ["one", "two", "three"]


def test_a_chain_that_goes_round_ends() -> None:
    block = '<TextBlock ID="{0}" IDNEXT="{1}"><TextLine><String CONTENT="{0}"/></TextLine></TextBlock>'
    assert lines_of(page_of(block.format("a", "b") + block.format("b", "a"))) == ["a", "b"]
    assert lines_of(page_of(block.format("b", "x") + block.format("a", "b"))) == ["a", "b"]


def test_a_chain_moves_only_what_it_names() -> None:
    block = '<TextBlock ID="{0}" IDNEXT="{1}"><TextLine><String CONTENT="{0}"/></TextLine></TextBlock>'
    blocks = (("a", ""), ("b", "e"), ("c", ""), ("d", ""), ("e", "gone"))
    assert lines_of(page_of("".join(block.format(*one) for one in blocks))) == ["a", "b", "e", "c", "d"]


def found(*boxes: tuple[int, int, int, int], vertical: bool = False) -> list[FoundLine]:
    return [FoundLine(f"b{at}", text="x", box=box, is_vertical=vertical) for at, box in enumerate(boxes)]


@pytest.mark.parametrize(
    ("lines", "contradict"),
    [
        (found((0, 0, 90, 20), (0, 30, 90, 50)), False),
        (found((0, 30, 90, 50), (0, 0, 90, 20)), True),
        (found((0, 0, 90, 900), (100, 0, 190, 900)), False),
        (found((0, 800, 90, 900), (100, 0, 190, 90)), False),
        (found((0, 800, 90, 900), (0, 0, 300, 90)), False),
        (found((100, 0, 120, 90), (0, 0, 20, 90), vertical=True), False),
        (found((0, 0, 20, 90), (100, 0, 120, 90), vertical=True), True),
        ([], False),
    ],
)
def test_places_against_the_order_of_the_file(lines: list[FoundLine], contradict: bool) -> None:
    assert places_contradict(lines) == contradict


def test_vertical_lines_are_known_by_their_shape() -> None:
    line = '<TextLine HPOS="{}" VPOS="10" WIDTH="22" HEIGHT="300"><String CONTENT="{}"/></TextLine>'
    page = page_of(f'<TextBlock ID="b">{line.format(60, "臺灣日報今日")}{line.format(30, "選舉結果揭曉")}</TextBlock>')
    assert lines_of(page) == ["臺灣日報今日", "選舉結果揭曉"]
    assert {line.size for line in page.lines} == {22}
