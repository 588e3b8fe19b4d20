"""The same printed page in every format that says where print stands, about an invented paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from typing import Literal

from hypothesis import strategies as st

from indexer.model import Box, Role

SOFT = "\xad"
UNITS = {"pixel": 1.0, "mm10": 254 / 300, "inch1200": 4.0}
"""How many of a unit of ALTO are a pixel, at 300 dots an inch."""

Order = Literal["document", "named", "chained"]
"""How a file says the order of its blocks: it stands in it, it is in a ReadingOrder, or each block names the next."""


@dataclass(frozen=True)
class Line:
    """A line of words; `rest` is what of its last word stands in the next line. Its words share its height."""

    words: tuple[str, ...]
    box: Box
    confidence: float
    rest: str = ""

    @property
    def text(self) -> str:
        """What a reader gives: no spaces between Han letters, U+00AD at the end of a divided word."""
        is_han = all(letter >= "\u4e00" for word in self.words for letter in word)
        return ("" if is_han else " ").join(self.words) + (SOFT if self.rest else "")

    def boxes(self) -> list[Box]:
        """The boxes of its words: as wide as they have letters, with gaps between Latin ones."""
        left, top, right, bottom = self.box
        is_han = all(letter >= "\u4e00" for word in self.words for letter in word)
        letters = sum(map(len, self.words)) + (0 if is_han else len(self.words) - 1)
        wide, found = (right - left) / letters, []
        for word in self.words:
            found.append((left, top, left + wide * len(word), bottom))
            left += wide * (len(word) + (not is_han))
        return found


@dataclass(frozen=True)
class Region:
    """A block of lines. `role` is one that all formats have a name for."""

    name: str
    lines: tuple[Line, ...]
    role: Role | None = None

    @property
    def box(self) -> Box:
        """The box around its lines."""
        sides = list(zip(*(line.box for line in self.lines), strict=True))
        return (min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3]))


@dataclass(frozen=True)
class Sheet:
    """A page: its blocks in the order of reading, its place in the issue and its printed label."""

    regions: tuple[Region, ...]
    sequence: str = "3"
    label: str = "A5"
    size: tuple[int, int] = (2000, 3000)

    @property
    def lines(self) -> list[Line]:
        """All lines in the order of reading."""
        return [line for region in self.regions for line in region.lines]

    def shuffled(self, order: Sequence[int]) -> list[Region]:
        """The blocks in another order."""
        return [self.regions[at] for at in order]


LATIN = (
    "reed",
    "harbour",
    "Mercury",
    "Ausfuhr",
    "überall",
    "gegen",
    "niño",
    "ſoll",
    "1926",
    "the",
    "of",
    "Anglo-Saxon",
)
HAN = ("云北", "市总工会", "昨日", "召开", "安全生产", "会议", "灣", "選舉", "二十")
DIVIDED = (("Aus", "führung"), ("Ver", "ordnung"), ("har", "bour"))


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    """Pages of one to three columns of blocks, Latin or Chinese, with words divided at the ends of lines."""
    columns = draw(st.integers(1, 3))
    wide = 1800 // columns
    regions: list[Region] = []
    for column in range(columns):
        top = 100
        for _ in range(draw(st.integers(1, 3))):
            is_han, tall = draw(st.booleans()), draw(st.sampled_from((20, 30, 48)))
            lines: list[Line] = []
            rest = ""
            for _line in range(draw(st.integers(1, 4))):
                words = draw(st.lists(st.sampled_from(HAN if is_han else LATIN), min_size=1, max_size=5))
                if rest:
                    words.insert(0, rest)
                first, rest = (
                    draw(st.sampled_from(DIVIDED)) if not is_han and draw(st.integers(0, 3)) == 0 else ("", "")
                )
                if first:
                    words.append(first)
                left = 100 + column * wide
                letters = sum(map(len, words)) + len(words)
                box = (left, top, left + min(letters * tall // 2, wide - 40), top + tall)
                lines.append(Line(tuple(words), box, draw(st.sampled_from((0.5, 0.75, 1.0))), rest))
                top += tall + 12
            if rest:  # the last line of a block is whole
                lines[-1] = replace(lines[-1], rest="")
            role = draw(st.sampled_from((None, None, "headline", "caption")))
            regions.append(Region(f"b{len(regions)}", tuple(lines), role))
            top += 60
    return Sheet(tuple(regions))


def divided(sheet: Sheet) -> list[tuple[Line, str]]:
    """Each line with what of the word before it stands at its beginning."""
    rest, found = "", []
    for line in sheet.lines:
        found.append((line, rest))
        rest = line.rest
    return found


# --- the formats

ALTO_TAGS = {"headline": "heading", "caption": "caption"}
ALTO_NAMESPACES = {
    1: "http://schema.ccs-gmbh.com/ALTO",
    2: "http://www.loc.gov/standards/alto/ns-v2#",
    3: "http://www.loc.gov/standards/alto/ns-v3#",
    4: "http://www.loc.gov/standards/alto/ns-v4#",
}


@dataclass(frozen=True)
class AltoStyle:
    """One of the ways to write a page as ALTO."""

    version: int = 4
    prefix: str = ""
    has_namespace: bool = True
    unit: str = "pixel"
    has_spaces: bool = True
    order: Order = "document"
    subs: Literal["right", "cut", "none"] = "right"
    has_size: bool = True


def alto(sheet: Sheet, style: AltoStyle, document: Sequence[int]) -> str:
    """Write a page as ALTO, its blocks in the order `document`, which the file must then correct."""
    scale = UNITS[style.unit]

    def place(box: Box) -> str:
        left, top, right, bottom = (value * scale for value in box)
        values = (("HPOS", left), ("VPOS", top), ("WIDTH", right - left), ("HEIGHT", bottom - top))
        return " ".join(f'{name}="{value:g}"' if scale == 1 else f'{name}="{value:.3f}"' for name, value in values)

    rests = {id(line): rest for line, rest in divided(sheet)}

    def string(line: Line, at: int) -> str:
        word, box = line.words[at], line.boxes()[at]
        subs = ""
        whole = word + line.rest
        if style.subs != "none" and line.rest and at == len(line.words) - 1:
            subs = f' SUBS_TYPE="HypPart1" SUBS_CONTENT="{whole if style.subs == "right" else whole[:-2]}"'
        elif style.subs != "none" and rests[id(line)] and at == 0:
            subs = ' SUBS_TYPE="HypPart2" SUBS_CONTENT=""'
        return f'<String CONTENT="{escape(word)}" {place(box)} WC="{line.confidence}"{subs}/>'

    def row(line: Line) -> str:
        space = "<SP/>" if style.has_spaces else ""
        hyphen = '<HYP CONTENT="-"/>' if line.rest else ""
        strings = space.join(string(line, at) for at in range(len(line.words)))
        return f"<TextLine {place(line.box)}>{strings}{hyphen}</TextLine>"

    following = {one.name: other.name for one, other in pairwise(sheet.regions)}

    def block(region: Region) -> str:
        tag = f' TAGREFS="{region.role}"' if region.role and style.version > 2 else ""
        is_chained = style.order == "chained" and region.name in following
        following_one = f' IDNEXT="{following[region.name]}"' if is_chained else ""
        lines = "".join(map(row, region.lines))
        return f'<TextBlock ID="{region.name}" {place(region.box)}{tag}{following_one}>{lines}</TextBlock>'

    references = "".join(f'<ElementRef ID="r{one.name}" REF="{one.name}"/>' for one in sheet.regions)
    order = (
        f'<ReadingOrder><OrderedGroup ID="g">{references}</OrderedGroup></ReadingOrder>'
        if style.order == "named"
        else ""
    )
    tags = "".join(f'<LayoutTag ID="{role}" LABEL="{label}"/>' for role, label in ALTO_TAGS.items())
    size = f' WIDTH="{sheet.size[0] * scale:g}" HEIGHT="{sheet.size[1] * scale:g}"' if style.has_size else ""
    text = (
        f"<alto><Description><MeasurementUnit>{style.unit}</MeasurementUnit></Description>"
        f"{f'<Tags>{tags}</Tags>' if style.version > 2 else ''}{order}<Layout>"
        f'<Page ID="p" PHYSICAL_IMG_NR="{sheet.sequence}" PRINTED_IMG_NR="{sheet.label}"{size}><PrintSpace>'
        f"{''.join(map(block, sheet.shuffled(document)))}</PrintSpace></Page></Layout></alto>"
    )
    if style.prefix:
        text = text.replace("</", "\0").replace("<", f"<{style.prefix}:").replace("\0", f"</{style.prefix}:")
    if style.has_namespace or style.prefix:
        bound = f"xmlns:{style.prefix}" if style.prefix else "xmlns"
        text = text.replace("alto>", f'alto {bound}="{ALTO_NAMESPACES[style.version]}">', 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'


PAGE_TYPES = {"headline": "heading", "caption": "caption", None: "paragraph"}


@dataclass(frozen=True)
class PageXmlStyle:
    """One of the ways to write a page as PAGE XML."""

    year: str = "2019-07-15"
    text_in: Literal["line", "word", "both"] = "line"
    order: Literal["document", "named", "nested", "custom"] = "named"
    has_points: bool = False


def page_xml(sheet: Sheet, style: PageXmlStyle, document: Sequence[int]) -> str:
    """Write a page as PAGE XML, its regions in the order `document`, which the file must then correct."""

    def coords(box: Box) -> str:
        left, top, right, bottom = (round(value) for value in box)
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        if style.has_points:
            return "<Coords>" + "".join(f'<Point x="{x}" y="{y}"/>' for x, y in corners) + "</Coords>"
        return f'<Coords points="{" ".join(f"{x},{y}" for x, y in corners)}"/>'

    def equivalents(text: str, confidence: float) -> str:
        worse = f'<TextEquiv index="1" conf="{confidence}"><Unicode>???</Unicode></TextEquiv>'
        return f'{worse}<TextEquiv index="0" conf="{confidence}"><Unicode>{escape(text)}</Unicode></TextEquiv>'

    def row(line: Line, at: int) -> str:
        words = ""
        if style.text_in != "line":
            shown = [*line.words[:-1], line.words[-1] + ("¬" if line.rest else "")]
            words = "".join(
                f"<Word>{coords(box)}{equivalents(word, line.confidence)}</Word>"
                for word, box in zip(shown, line.boxes(), strict=True)
            )
        own = equivalents(line.text, line.confidence) if style.text_in != "word" else ""
        return f'<TextLine custom="readingOrder {{index:{at};}}">{coords(line.box)}{words}{own}</TextLine>'

    def region(one: Region) -> str:
        place = sheet.regions.index(one)
        lines = "".join(row(line, at) for at, line in enumerate(one.lines))
        custom = f' custom="readingOrder {{index:{place};}}"' if style.order == "custom" else ""
        return (
            f'<TextRegion id="{one.name}" type="{PAGE_TYPES[one.role]}"{custom}>{coords(one.box)}{lines}</TextRegion>'
        )

    def references(regions: Sequence[Region], first: int) -> str:
        indexed = [(first + at, one.name) for at, one in enumerate(regions)]
        return "".join(f'<RegionRefIndexed index="{at}" regionRef="{name}"/>' for at, name in reversed(indexed))

    half = len(sheet.regions) // 2
    order = {
        "named": f"<OrderedGroup id='g'>{references(sheet.regions, 0)}</OrderedGroup>",
        "nested": f"<OrderedGroup id='g'><OrderedGroupIndexed id='h' index='7'>{references(sheet.regions[half:], 0)}"
        f"</OrderedGroupIndexed>{references(sheet.regions[:half], 0)}</OrderedGroup>",
    }.get(style.order, "")
    return (
        f'<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/{style.year}">'
        f'<Metadata><TranskribusMetadata pageNr="{sheet.sequence}"/></Metadata>'
        f'<Page imageFilename="x.jpg" imageWidth="{sheet.size[0]}" imageHeight="{sheet.size[1]}">'
        f"{f'<ReadingOrder>{order}</ReadingOrder>' if order else ''}"
        f"{''.join(map(region, sheet.shuffled(document)))}</Page></PcGts>"
    )


@dataclass(frozen=True)
class HocrStyle:
    """One of the ways to write a page as hOCR."""

    has_words: bool = True
    is_xhtml: bool = True
    area: str = "ocr_carea"
    quote: str = "'"


def hocr(sheet: Sheet, style: HocrStyle) -> str:
    """Write a page as hOCR, in the order of reading."""
    quote = style.quote

    def title(kind: str, box: Box, more: str = "") -> str:
        places = " ".join(f"{round(value)}" for value in box)
        return f"class={quote}{kind}{quote} title={quote}bbox {places}{more}{quote}"

    def row(line: Line) -> str:
        if not style.has_words:
            return f"<span {title('ocr_line', line.box)}>{escape(line.text)}</span>\n"
        shown = [*line.words[:-1], line.words[-1] + (SOFT if line.rest else "")]
        words = " ".join(
            f"<span {title('ocrx_word', box, f'; x_wconf {line.confidence * 100:.0f}')}>{escape(word)}</span>"
            for word, box in zip(shown, line.boxes(), strict=True)
        )
        return f"<span {title('ocr_line', line.box, '; baseline 0 -3')}>{words}</span>\n"

    def area(region: Region) -> str:
        return f"<div {title(style.area, region.box)}><p class='ocr_par'>{''.join(map(row, region.lines))}</p></div>"

    box = (0.0, 0.0, float(sheet.size[0]), float(sheet.size[1]))
    page = title("ocr_page", box, f"; ppageno {sheet.sequence}; lpageno {sheet.label}")
    meta = "<meta name='ocr-system' content='x'/>" if style.is_xhtml else "<meta name=ocr-system content=x>"
    return f"<html><head>{meta}</head><body><div {page}>{''.join(map(area, sheet.regions))}</div></body></html>"
