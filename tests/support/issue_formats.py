"""Write typeset pages in every format that archives keep: ALTO, METS, PAGE, hOCR, e-paper HTML and plain text.

Each writer takes pages with lines in the order of reading. What is read from each must be the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from itertools import groupby

from tests.support import pdf_pages
from tests.support.typesetting import TypesetLine, TypesetPage

_NS_ALTO = "http://www.loc.gov/standards/alto/ns-v4#"
_NS_PAGE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"


def blocks_of(page: TypesetPage) -> list[list[TypesetLine]]:
    """Return the lines of a page in blocks, as OCR engines make them: what stands together in one column, in one size.

    >>> from tests.support.typesetting import typeset
    >>> page = typeset(1, 4)
    >>> sum(map(len, blocks_of(page))) == len(page.lines)
    True
    """
    blocks: list[list[TypesetLine]] = []
    for line in page.lines:
        if blocks and _is_below(blocks[-1][-1], line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _is_below(above: TypesetLine, line: TypesetLine) -> bool:
    near = 0 <= line.box[1] - above.box[3] < 1.2 * line.size
    alike = abs(above.size - line.size) < 0.2 and above.weight == line.weight
    return near and alike and above.box[0] < line.box[2] and line.box[0] < above.box[2] and not line.is_vertical


def alto(page: TypesetPage, confidence: float = 0.97) -> str:
    """Return a page as ALTO 4 in tenths of a millimetre, with a String a line and its styles.

    The blocks are in the order of reading, as OCR engines write them that know the columns.
    """
    styles = sorted({(line.size, line.weight) for line in page.lines})
    names = {style: f"TXT_{at}" for at, style in enumerate(styles)}
    rows = [
        f'<TextStyle ID="{names[style]}" FONTSIZE="{style[0]:.1f}"'
        + (' FONTSTYLE="bold"' if style[1] > 500 else "")
        + "/>"
        for style in styles
    ]
    body = []
    for at, block in enumerate(blocks_of(page)):
        lines = []
        for line in block:
            place = _place(line.box)
            rotated = ' ROTATION="90"' if line.is_vertical else ""
            lines.append(
                f'<TextLine {place} STYLEREFS="{names[line.size, line.weight]}"{rotated}>'
                f'<String {place} CONTENT="{escape(line.text)}" WC="{confidence}"/></TextLine>'
            )
        box = _around(block)
        body.append(f'<TextBlock ID="block_{at}" {_place(box)}>{"".join(lines)}</TextBlock>')
    size = f'WIDTH="{_mm10(page.width)}" HEIGHT="{_mm10(page.height)}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<alto xmlns="{_NS_ALTO}"><Description>'
        f"<MeasurementUnit>mm10</MeasurementUnit></Description><Styles>{''.join(rows)}</Styles>"
        f'<Layout><Page ID="P1" PHYSICAL_IMG_NR="1" {size}><PrintSpace HPOS="0" VPOS="0" {size}>'
        f"{''.join(body)}</PrintSpace></Page></Layout></alto>\n"
    )


def _mm10(points: float) -> str:
    return f"{points * 254 / 72:.1f}"


def _place(box: Sequence[float]) -> str:
    left, top, right, bottom = box
    return f'HPOS="{_mm10(left)}" VPOS="{_mm10(top)}" WIDTH="{_mm10(right - left)}" HEIGHT="{_mm10(bottom - top)}"'


def _around(lines: Iterable[TypesetLine]) -> tuple[float, float, float, float]:
    boxes = [line.box for line in lines]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def mets(pages: Sequence[tuple[str, TypesetPage]]) -> str:
    """Return the METS of an issue: MODS with its date, the printed label of each page, and its articles by blocks.

    Each page is given with the name of its ALTO file.
    """
    first = pages[0][1]
    day = first.date.isoformat()
    files = "".join(
        f'<file ID="FILE_{at}" MIMETYPE="text/xml"><FLocat LOCTYPE="URL" xlink:href="{name}"/></file>'
        for at, (name, _) in enumerate(pages, 1)
    )
    physical = "".join(
        f'<div TYPE="page" ORDER="{at}" ORDERLABEL="{page.label}"><fptr FILEID="FILE_{at}"/></div>'
        for at, (_, page) in enumerate(pages, 1)
    )
    logical = "".join(_logical(at, page) for at, (_, page) in enumerate(pages, 1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<mets xmlns="http://www.loc.gov/METS/"'
        ' xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink" TYPE="Newspaper">'
        '<dmdSec ID="ISSUE"><mdWrap MDTYPE="MODS"><xmlData><mods:mods>'
        f"<mods:titleInfo><mods:title>{escape(first.paper_title)}</mods:title></mods:titleInfo>"
        f'<mods:originInfo><mods:dateIssued encoding="w3cdtf">{day}</mods:dateIssued></mods:originInfo>'
        f'<mods:language><mods:languageTerm type="code">chi</mods:languageTerm></mods:language>'
        "</mods:mods></xmlData></mdWrap></dmdSec>"
        f'<fileSec><fileGrp USE="Text">{files}</fileGrp></fileSec>'
        f'<structMap TYPE="PHYSICAL"><div TYPE="Newspaper">{physical}</div></structMap>'
        f'<structMap TYPE="LOGICAL"><div TYPE="ISSUE" DMDID="ISSUE">{logical}</div></structMap></mets>\n'
    )


def _logical(number: int, page: TypesetPage) -> str:
    places: dict[int, list[int]] = {}
    for at, block in enumerate(blocks_of(page)):
        if block[0].article >= 0:
            places.setdefault(block[0].article, []).append(at)
    return "".join(
        f'<div TYPE="ARTICLE" LABEL="{escape(page.articles[article].headline)}">'
        + "".join(f'<fptr><area FILEID="FILE_{number}" BETYPE="IDREF" BEGIN="block_{at}"/></fptr>' for at in blocks)
        + "</div>"
        for article, blocks in places.items()
    )


_REGIONS = {"headline": "heading", "kicker": "heading", "subtitle": "heading", "caption": "caption"}


def page_xml(page: TypesetPage) -> str:
    """Return a page as PAGE 2019, in tenths of a point, with regions in the order of reading."""
    blocks = blocks_of(page)
    order = "".join(f'<RegionRefIndexed index="{at}" regionRef="r{at}"/>' for at in range(len(blocks)))
    regions = []
    for at, block in enumerate(blocks):
        kind = _REGIONS.get(block[0].role, "paragraph")
        lines = "".join(
            f'<TextLine id="r{at}l{row}"><Coords points="{_points(line.box)}"/>'
            f"<TextEquiv><Unicode>{escape(line.text)}</Unicode></TextEquiv></TextLine>"
            for row, line in enumerate(block)
        )
        regions.append(
            f'<TextRegion id="r{at}" type="{kind}"><Coords points="{_points(_around(block))}"/>{lines}</TextRegion>'
        )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<PcGts xmlns="{_NS_PAGE}">'
        f'<Page imageFilename="{page.label}.tif" imageWidth="{_tenths(page.width)}"'
        f' imageHeight="{_tenths(page.height)}">'
        f'<ReadingOrder><OrderedGroup id="g">{order}</OrderedGroup></ReadingOrder>{"".join(regions)}</Page></PcGts>\n'
    )


def _points(box: Sequence[float]) -> str:
    left, top, right, bottom = map(_tenths, box)
    return f"{left},{top} {right},{top} {right},{bottom} {left},{bottom}"


def _tenths(points: float) -> int:
    return round(10 * points)


def hocr(page: TypesetPage, confidence: int = 96) -> str:
    """Return a page as hOCR as Tesseract writes it, in tenths of a point."""
    areas = []
    for at, block in enumerate(blocks_of(page)):
        lines = "".join(
            f'<span class="ocr_line" title="{_bbox(line.box)}; x_size {_tenths(line.size)}">'
            f'<span class="ocrx_word" title="{_bbox(line.box)}; x_wconf {confidence}">{escape(line.text)}</span>'
            "</span>\n"
            for line in block
        )
        around = _bbox(_around(block))
        areas.append(
            f'<div class="ocr_carea" id="block_{at}" title="{around}">'
            f'<p class="ocr_par" title="{around}">{lines}</p></div>\n'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><head>'
        '<meta name="ocr-system" content="tesseract 5.3.0"/></head><body>'
        f'<div class="ocr_page" title="{_bbox((0, 0, page.width, page.height))}; ppageno 0">\n{"".join(areas)}</div>'
        "</body></html>\n"
    )


def _bbox(box: Sequence[float]) -> str:
    return "bbox " + " ".join(str(_tenths(side)) for side in box)


def text(page: TypesetPage) -> str:
    """Return a page as plain text: a line for each line of print, a blank line between blocks of one size."""
    return "\n\n".join("\n".join(line.text for line in block) for block in blocks_of(page)) + "\n"


def html(page: TypesetPage) -> str:
    """Return the articles of a page as an e-paper of Founder's has them, one after the other."""
    parts = []
    for number, lines in groupby((line for line in page.lines if line.article >= 0), lambda line: line.article):
        story = page.articles[number]
        rest = list(lines)
        paragraphs = "".join(f"<p>　　{escape(one)}</p>" for one in story.paragraphs) if rest else ""
        captions = "".join(f"<p>{escape(one)}</p>" for one in story.captions)
        parts.append(
            f'<div id="PreTitle">{escape(story.kicker)}</div><div id="Title">{escape(story.headline)}</div>'
            f'<div id="SubTitle">{escape(story.subtitle)}</div><div class="author">{escape(story.byline)}</div>'
            f"<founder-content>{captions}{paragraphs}</founder-content>"
        )
    day = f"{page.date.year}年{page.date.month}月{page.date.day}日"
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(page.paper_title)} {day}</title></head>'
        f"<body><div>{day} 第{page.label}版</div>{''.join(parts)}</body></html>\n"
    )


PLACED: Mapping[str, tuple[str, Callable[[TypesetPage], bytes]]] = {
    "ALTO": (".xml", lambda page: alto(page).encode()),
    "PAGE": (".xml", lambda page: page_xml(page).encode()),
    "hOCR": (".hocr", lambda page: hocr(page).encode()),
    "PDF": (".pdf", lambda page: pdf_pages.pdf_of([page])),
    "PDF, lines in any order": (".pdf", lambda page: pdf_pages.pdf_of([page.shuffled(1)])),
    "e-paper HTML": (".html", lambda page: html(page).encode()),
}
"""Formats that say where an article begins, by its place or its tags: name → suffix, and how a page is written."""
