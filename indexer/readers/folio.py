"""Read the folio and the masthead: the lines that name the paper, day and page.

A date in an article is not the date of the page. So a line counts only if almost nothing is left of it after removing
everything that belongs in a folio: paper, date, weekday, lunar date, page, section, staff, imprint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from indexer.model import Evidence
from indexer.text.dates import find_dates, read_number
from indexer.text.newsprint import STOPS

_TOP_LINES, _BOTTOM_LINES = 6, 4
_LONGEST_FOLIO = 160
_HAN = r"[\u3400-\u9fff]"

_NARROW = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)} | {0x3000: " ", 0xA0: " ", 0x2002: " ", 0x2003: " "}
_CITATION = re.compile(
    r"《(?P<paper>[^《》]{2,20})》\s*[（(]?\s*(?P<rest>[^（）()]{6,40}?\d\s*版[^（）()]{0,20})(?:[)）]|$)"
)
_PAGE = re.compile(
    r"(?<![转接见在])第\s*(?P<of>[A-Za-z]{0,2}\s?\d{1,3}|[一二三四五六七八九十]{1,3})\s*版(?!本)"
    r"|(?<![A-Za-z\d])(?<!今日)(?<!今天)(?<!今日 )(?<![共出期开第])(?P<bare>[A-Z]{0,2}\d{1,3})\s*版(?!本|面)"
)
_WEEKDAY = re.compile(r"(?:星期|礼拜|周)\s*([一二三四五六日天])(?!报|刊|版)")
_LUNAR = re.compile(
    r"(?:农历|旧历|阴历|夏历|農曆|舊曆|陰曆|夏曆)[^|\s]*(?:\s*[正一二三四五六七八九十冬腊闰]+月[^|\s]*)?"
    r"|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年[^|\s]*|闰?[正冬腊一二三四五六七八九十]{1,2}月(?:初|十|廿|二十|三十)[^|\s]*"
)
_FULL_LUNAR = re.compile(r"[农旧阴夏農舊陰][历曆]|..年")
_ON_THE_WEB = "(?:多媒体)?(?:数字报|数字版|电子报|电子版)"
"""Words that an e-paper adds to the name of the paper."""

_MASTHEAD = re.compile(
    rf"(?<!{_HAN})《?(?P<name>{_HAN}{{2,8}}?报)》?(?:社|{_ON_THE_WEB}(?:刊|平台)?)?》?(?=\s|\||$|[·:：—-])"
)
_STAFF = re.compile(
    r"(?:责任编辑|责编|编辑|主编|校对|美编|版式|组版|排版|审读|审校|检校|值班|总编|统筹|签发|终审|[一二三]审|社长|主办|主管|出版"
    r"|电话|邮箱|热线|投稿|地址|邮编|网址|微信|E-?mail|QQ|https?:|www\.|国内统一|刊号|CN\s?\d|邮发代号|总第|第\s*\d+\s*期|今日|今天|本期|零售|版权)[^|]*",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[*#_>]+")
_PROSE = re.compile(r"[，。；！？、“”,;!?]")
_SENTENCE_END = re.compile(rf"[{STOPS}]")
_LETTERS = re.compile(rf"{_HAN}|\w")
_SECTION = re.compile(rf"{_HAN}{{2,8}}(?:[·/]{_HAN}{{1,6}})?")
_LONE_LABEL = re.compile(r"(?:^|[\s|:：·])([A-Z]{1,2}\d{1,2}|0\d)(?=$|[\s|:：·])")


@dataclass(frozen=True, slots=True)
class _Folio:
    """The parts found in one line, and the number of letters left unexplained."""

    day: str
    weekday: str
    page: str
    section: str
    paper: str
    lunar: str
    unexplained: int

    @property
    def is_folio(self) -> bool:
        """Whether the line is a folio.

        A date must come with another part, and the rest of the line must not read like a sentence.
        """
        if self.day:
            companions = (self.weekday, self.page, self.paper)
            return any(companions) and self.unexplained <= (12 if self.page or self.paper else 6)
        return bool(self.page or self.weekday) and self.unexplained == 0

    @property
    def is_bare(self) -> bool:
        """Whether the line contains only a date or the name of a paper.

        正月十五 may be a headline; 农历正月十五 is almost never one.
        """
        return bool(self.day or self.paper or _FULL_LUNAR.match(self.lunar)) and not self.unexplained


def claims_at_the_edges(text: str) -> tuple[Evidence, ...]:
    """Return the claims of the folio in the first and last lines of plain text.

    >>> [(claim.about, claim.value) for claim in claims_at_the_edges("第A03版：副刊 2024年1月26日 星期五\\n春天来了")]
    [('date', '2024-01-26'), ('weekday', '五'), ('page', 'A03'), ('section', '副刊')]
    >>> claims_at_the_edges("2023年11月20日，市总工会微信公众号发布当年最后一期故事会。")
    ()
    """
    lines = [line for line in text.splitlines() if line.strip()]
    top = lines[:_TOP_LINES]
    bottom = lines[max(len(top), len(lines) - _BOTTOM_LINES) :]
    above_prose = list(takewhile(lambda line: not _SENTENCE_END.search(line), top))
    return (*claims_of(above_prose, bare=True), *claims_of(top[len(above_prose) :]), *claims_of(bottom))


def claims_of(lines: Iterable[str], *, bare: bool = False) -> tuple[Evidence, ...]:
    """Return the claims of the lines that are folios.

    With `bare`, a date or the name of a paper alone on its line counts too.
    """
    return tuple(claim for line in lines for claim in _claims_of_line(line, bare))


def is_folio(line: str) -> bool:
    """Return whether a line is certainly a folio, with a page and a day.

    Such a line is never part of an article, wherever it is on the page.

    >>> is_folio("2024年1月26日 星期五 第03版 要闻"), is_folio("2024年1月26日 星期五 晴")
    (True, False)
    """
    return {"page", "date"} <= {claim.about for claim in claims_of([line])}


def _claims_of_line(line: str, bare: bool) -> Iterator[Evidence]:
    narrow = line.translate(_NARROW)
    if len(narrow) > _LONGEST_FOLIO:
        return
    cited = _CITATION.search(narrow)
    if cited and find_dates(cited["rest"]):
        narrow = f"{cited['paper']} {cited['rest']}"
    if _PROSE.search(narrow) and not (_STAFF.search(narrow) or _LUNAR.search(narrow)):
        return  # nothing else explains the mark; this skips prose, which most lines are
    folio = _understand(narrow)
    if not (folio.is_folio or (bare and folio.is_bare)):
        return
    quote = line.strip()
    for about, value in (
        ("date", folio.day),
        ("weekday", folio.weekday),
        ("page", folio.page),
        ("section", folio.section),
        ("paper", folio.paper),
        ("lunar", folio.lunar),
    ):
        if value:
            yield Evidence(about, value, "printed", quote)


def _understand(line: str) -> _Folio:
    """Extract the parts of a folio from a line and count the letters left."""
    line = _MARKUP.sub(_bars, line)
    dates = find_dates(line)
    for found in dates:
        line = _blank(line, found.start, found.end)
    weekday, line = _take(_WEEKDAY, line)
    lunar = _LUNAR.search(line)
    line = _LUNAR.sub(_bars, line)
    masthead, line = _take(_MASTHEAD, line)
    page = _PAGE.search(line)
    line = _blank(line, page.start(), page.end()) if page else line
    has_context = bool(dates or weekday or masthead)
    if page and page["of"] and not page["of"][-1].isascii() and not has_context:
        page = None
    label = _label(page["of"] or page["bare"]) if page else ""
    if not page and dates and (page := _LONE_LABEL.search(line)):
        label, line = page[1], _blank(line, page.start(1), page.end(1))
    line = _STAFF.sub(_bars, line)
    section, line = _take_section(line, page) if page and label else ("", line)
    unexplained = 1000 if _PROSE.search(line) else len(_LETTERS.findall(line))
    day = dates[0].day.isoformat() if dates else ""
    return _Folio(day, weekday.replace("天", "日"), label, section, masthead, lunar[0] if lunar else "", unexplained)


def _take_section(line: str, page: re.Match[str]) -> tuple[str, str]:
    """Extract the section name after the label of the page, or else before it."""
    behind = re.compile(rf"[\s|:：·\-—]*({_SECTION.pattern})(?=$|[\s|])").match(line, page.end())
    before = list(re.compile(rf"(?:^|[\s|])({_SECTION.pattern})(?=[\s|:：·]*$)").finditer(line[: page.start()]))
    match = behind or (before[-1] if before else None)
    return (match[1], _blank(line, match.start(1), match.end(1))) if match else ("", line)


def _label(printed: str) -> str:
    """Return the label of a page in ASCII.

    >>> _label("a 01"), _label("十二"), _label("3")
    ('A01', '12', '3')
    """
    printed = printed.replace(" ", "").upper()
    return printed if printed[-1].isascii() else str(read_number(printed))


def _take(pattern: re.Pattern[str], line: str) -> tuple[str, str]:
    match = pattern.search(line)
    return (match[1], _blank(line, match.start(), match.end())) if match else ("", line)


def _blank(line: str, start: int, end: int) -> str:
    return line[:start] + "|" * (end - start) + line[end:]


def _bars(match: re.Match[str]) -> str:
    return "|" * len(match.group())
