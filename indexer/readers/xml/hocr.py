"""Read hOCR, HTML that says by its classes and titles where print stands.

Source: hOCR 1.2, https://kba.github.io/hocr-spec/1.2/, and what Tesseract, OCRopus and the exports of libraries write.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from indexer.errors import PageError
from indexer.model import Box, Evidence, RawPage, Role
from indexer.readers.layout.lay_out import lay_out
from indexer.readers.xml.parsing import to_utf8
from indexer.readers.xml.words import (
    FoundLine,
    PlacedWord,
    label_in,
    number,
    placed,
    places_contradict,
    refuse_empty,
    size_of,
)

_OPENED = re.compile(rb"""\bclass\s{0,9}=\s{0,9}["']?[^"'<>]*\Z""")
_BEFORE, _TRIES = 200, 50
"""The bytes before a class of hOCR in which its attribute begins, and how many mentions of the class are looked at."""

_BBOX = re.compile(r"\bbbox" + r"[\s,]+(-?\d{1,7}(?:\.\d*)?)" * 4)
_PROPERTY = re.compile(r"""(?:^|;)\s*(\w+)\s+("[^"]*"|'[^']*'|[^;]*)""")
_USUAL_WORD = re.compile(r"bbox (\d{1,7}) (\d{1,7}) (\d{1,7}) (\d{1,7}); ?x_wconf (\d+)")
"""The title of a word as nearly all programs write it."""

_CHUNK, _LONGEST_TITLE = 1 << 16, 1_000

_LINES = frozenset(("ocr_line", "ocrx_line"))
_AREAS = frozenset(("ocr_carea", "ocr_column", "ocr_block", "ocrx_block", "ocr_par", "ocr_textfloat", "ocr_float"))
_LINES_OR_AREAS: Mapping[str, Role | None] = {
    "ocr_header": "furniture",
    "ocr_footer": "furniture",
    "ocr_pageno": "furniture",
    "ocr_pagenum": "furniture",
    "ocr_caption": "caption",
    "ocr_title": "headline",
    "ocr_chapter": "headline",
    "ocr_subtitle": "subtitle",
    "ocr_author": "byline",
    "ocr_textfloat": None,
    "ocr_float": None,
}
"""Classes that some programs give to lines and others to areas of lines, with the roles of these."""

_PAGE_NUMBERS = frozenset(("ocr_pageno", "ocr_pagenum"))


def is_hocr(data: bytes) -> bool:
    """Return whether an HTML file is hOCR: it has an element of the class ocr_page.

    >>> is_hocr(b"<div class='ocr_page'>"), is_hocr(b"<p>&lt;div class='ocr_page'&gt;")
    (True, False)
    """
    html = data.replace(b"\0", b"") if b"\0" in data[:8] else data
    at = -1
    for _ in range(_TRIES):
        at = html.find(b"ocr_page", at + 1)
        if at < 0:
            return False
        before = html[max(at - _BEFORE, 0) : at]
        opened = before[max(before.rfind(b"<"), 0) :]
        if b">" not in opened and _OPENED.search(opened):
            return True
    return False


def read_hocr(data: bytes, source: str) -> Sequence[RawPage]:
    """Read the pages of an hOCR file. Raises PageError if it has no page or no text."""
    from lxml import etree  # takes 20 ms, which archives without hOCR need not pay

    xml = to_utf8(data, source)
    parser = etree.HTMLParser(target=(handler := _HocrHandler()), encoding="utf-8", no_network=True)
    try:
        for start in range(0, len(xml.utf8), _CHUNK):
            parser.feed(xml.utf8[start : start + _CHUNK])
        parser.close()
    except etree.LxmlError as problem:
        raise PageError(source, f"its HTML can't be read ({problem}); export it again") from None
    if not handler.pages:
        raise PageError(source, "it has no page of hOCR (class ocr_page); export it again")
    return refuse_empty([_laid_out(page, xml.claims, source) for page in handler.pages], source)


def _laid_out(page: _HocrPage, more: tuple[Evidence, ...], source: str) -> RawPage:
    for line in page.lines:
        line.settle(spaced=page.has_spaces)
    lines = placed(page.lines)
    return lay_out(
        source,
        lines,
        *size_of(*page.size, lines),
        is_in_order=not places_contradict(page.lines),
        claims=(*page.claims(), *more),
    )


@dataclass(slots=True)
class _HocrPage:
    size: tuple[float, float]
    sequence: str
    label: str
    languages: Counter[str]
    lines: list[FoundLine] = field(default_factory=list)
    numbers: list[FoundLine] = field(default_factory=list)
    has_spaces: bool = False

    def claims(self) -> Iterator[Evidence]:
        """Yield what the file says of the page."""
        if self.sequence:
            yield Evidence("sequence", self.sequence, "ppageno")
        labels = ((line.text, "page-number") for line in self.numbers)
        for text, source in ((self.label, "lpageno"), *labels):
            if label := label_in(text.strip("\"'")):
                yield Evidence("page", label, source)
                break
        for language, _ in self.languages.most_common(1):
            yield Evidence("language", language, "lang")


@dataclass(slots=True)
class _Tag:
    """An open element: what it is, and the role and the block of the lines in it."""

    kind: str
    role: Role | None
    block: str
    language: str
    is_bold: bool
    line: FoundLine | None
    is_pageno: bool


class _HocrHandler:
    """Follows the events of a parser of HTML."""

    def __init__(self) -> None:
        self.pages: list[_HocrPage] = []
        self._tags: list[_Tag] = []
        self._word: PlacedWord | None = None
        self._blocks = 0
        self._is_tesseract = False
        self._space = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Follow the start of an element."""
        if tag == "meta":
            named = attributes.get("name") == "ocr-system"
            self._is_tesseract = self._is_tesseract or (named and "tesseract" in attributes.get("content", ""))
            return
        above = self._tags[-1] if self._tags else _Tag("", None, "", "", False, None, False)
        kind = attributes.get("class", "")
        if not kind.isidentifier():
            kind = next((one for one in kind.split() if one.startswith("ocr")), "")
        elif not kind.startswith("ocr"):
            kind = ""
        is_bold = above.is_bold or tag in ("strong", "b")
        opened = _Tag(kind, above.role, above.block, above.language, is_bold, above.line, above.is_pageno)
        if kind:
            opened.language = attributes.get("lang") or attributes.get("xml:lang") or above.language
        title = attributes.get("title", "") if kind else ""
        if kind == "ocr_page":
            self._start_page(title)
            opened.block = ""
        elif kind and self.pages:
            self._start_part(kind, title, attributes, opened)
        self._tags.append(opened)

    def _start_page(self, title: str) -> None:
        box = _box(title) or (0.0, 0.0, 0.0, 0.0)
        said = _properties(title)
        languages = Counter([said["ocrp_lang"]]) if "ocrp_lang" in said else Counter()
        self.pages.append(_HocrPage(box[2:], said.get("ppageno", ""), said.get("lpageno", ""), languages))
        self._word = None

    def _start_part(self, kind: str, title: str, attributes: Mapping[str, str], opened: _Tag) -> None:
        if kind == "ocrx_word" or kind == "ocr_word":
            self._start_word(title, opened)
            return
        if kind in _LINES_OR_AREAS:
            opened.role = opened.role or self._role(kind)
            opened.is_pageno = opened.is_pageno or kind in _PAGE_NUMBERS
        if kind in _LINES or (kind in _LINES_OR_AREAS and opened.line is None):
            self._blocks += not opened.block
            opened.line = FoundLine(opened.block or f"block {self._blocks}", attributes.get("id", ""), box=_box(title))
            opened.line.role = opened.role
            size = _properties(title).get("x_size")
            opened.line.size = number(size) or 0.0
            self._space = False
            if kind not in _LINES:
                opened.block = ""
        if kind in _AREAS or (kind in _LINES_OR_AREAS and kind not in _LINES):
            self._blocks += 1
            opened.block = attributes.get("id", "") or f"block {self._blocks}"
            if kind in _AREAS and kind not in _LINES_OR_AREAS:
                opened.line = None

    def _role(self, kind: str) -> Role | None:
        """Return the role of a class. Tesseract calls headings headers, and finds them where there are none."""
        return None if self._is_tesseract and kind == "ocr_header" else _LINES_OR_AREAS[kind]

    def _start_word(self, title: str, opened: _Tag) -> None:
        usual = _USUAL_WORD.fullmatch(title)
        if usual:
            left, top, right, bottom, sure = map(float, usual.groups())
            place = (left, top, right, bottom)
            word = PlacedWord("", place, min(sure / 100, 1.0), 0.0 if self._space else None)
        else:
            word = self._odd_word(title)
        line = opened.line
        if line is None or not self._continues(line, word):
            line = self._tags[-1].line = opened.line = FoundLine(opened.block or "page")
            line.role = opened.role
        self._add(line, opened)
        if line.text:
            if line.text.strip():
                line.words.append(PlacedWord(line.text.strip()))
            line.text = ""
        line.words.append(word)
        self._word = word

    def _odd_word(self, title: str) -> PlacedWord:
        said = _properties(title)
        each = [_share(one) for one in said.get("x_wconf", said.get("x_conf", said.get("x_confs", ""))).split()]
        known = [one for one in each if one is not None]
        confidence = sum(known) / len(known) if known else None
        word = PlacedWord("", _box(title), confidence, 0.0 if self._space else None)
        word.font = number(said.get("x_fsize")) or 0.0
        return word

    @staticmethod
    def _continues(line: FoundLine, word: PlacedWord) -> bool:
        """Return whether a word stands in a line; lines that are elements say so themselves."""
        before = line.words[-1].box if line.words else None
        if line.box or line.name or not before or not word.box:
            return True
        return word.box[1] < (before[1] + before[3]) / 2 < word.box[3] or before[1] < word.box[1] < before[3]

    def _add(self, line: FoundLine, tag: _Tag) -> None:
        """Take up a line when its first letters are met: elements around other lines are none."""
        page = self.pages[-1]
        if not page.lines or page.lines[-1] is not line:
            page.lines.append(line)
            if tag.is_pageno:
                page.numbers.append(line)
            if tag.language:
                page.languages[tag.language] += 1

    def data(self, text: str) -> None:
        """Follow text."""
        if not self.pages or not self._tags:
            return
        tag = self._tags[-1]
        if self._word is not None:
            self._word.text += text
            if tag.is_bold:
                self._word.weight = 700
        elif not text.strip():
            self._space = True
            self.pages[-1].has_spaces = True
            if tag.line and tag.line.text:
                tag.line.text += " "
        elif tag.line is not None:
            self._add(tag.line, tag)
            self._loose(tag.line, text)

    def _loose(self, line: FoundLine, text: str) -> None:
        """Add text that stands in a line but in no word of it."""
        if not line.words:
            line.text += text
            return
        self.pages[-1].has_spaces = self.pages[-1].has_spaces or any(map(str.isspace, text))
        if text[0].isspace() or self._space:
            line.words.append(PlacedWord("", space=0.0))
        line.words[-1].text += text.strip()
        self._space = text[-1].isspace()

    def end(self, tag: str) -> None:
        """Follow the end of an element."""
        if tag == "meta" or not self._tags:
            return
        kind = self._tags.pop().kind
        if kind in ("ocrx_word", "ocr_word") and self._word:
            self._word.text = " ".join(self._word.text.split())
            self._word, self._space = None, False

    def close(self) -> None:
        """Follow the end of the file."""


def _share(text: str) -> float | None:
    """Return a confidence, which is in hundredths unless it is a fraction below one.

    >>> _share("93"), _share("0.93"), _share("1"), _share("-1"), _share("x")
    (0.93, 0.93, 0.01, None, None)
    """
    value = number(text)
    if value is None or value < 0:
        return None
    return value if value <= 1 and "." in text else min(value / 100, 1.0)


def _box(title: str) -> Box | None:
    found = _BBOX.search(title)
    if not found:
        return None
    try:
        left, top, right, bottom = (float(one) for one in found.groups())
    except ValueError:
        return None
    return (min(left, right), min(top, bottom), max(left, right), max(top, bottom))


def _properties(title: str) -> dict[str, str]:
    """Return the properties in a title of hOCR.

    >>> _properties('image "a;b.png"; bbox 0 0 9 9; x_wconf 93')["x_wconf"]
    '93'
    """
    return {name: value.strip() for name, value in _PROPERTY.findall(title[:_LONGEST_TITLE])}
