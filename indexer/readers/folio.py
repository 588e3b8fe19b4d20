"""Read the folio and the masthead: the lines that name the paper, day and page.

A date in an article is not the date of the page. So a line counts only if almost nothing is left of it after removing
everything that belongs in a folio: paper, date, weekday, lunar date, page, section, staff, imprint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from indexer.model import Evidence
from indexer.text.dates import find_dates, read_number
from indexer.text.folding import fold
from indexer.text.newsprint import STOPS

_TOP_LINES, _BOTTOM_LINES = 6, 4
_LONGEST_FOLIO = 160
_HAN = r"[\u3400-\u9fff]"

_NARROW = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)} | {0x3000: " ", 0xA0: " ", 0x2002: " ", 0x2003: " "}
_CITATION = re.compile(
    r"《(?P<paper>[^《》]{2,20})》\s*[（(]?\s*(?P<rest>[^（）()]{6,40}?\d\s*版[^（）()]{0,20})(?:[)）]|$)"
)
_LETTERS_APART = re.compile(r"(?<!\S)\S(?:[^\S\n]{1,3}\S(?!\S)){2,}")
_TIME = re.compile(
    r"(?<!\d)(?:[上下]午|凌晨|晚上?)?\s?\d{1,2}\s?[:：]\s?\d{2}(?!\d)(?:\s?[:：]\s?\d{2}(?!\d)(?:\.\d+)?)?"
    r"|(?<=[-\d|日])T\d\d:\d\d\S*|\d{1,2}\s?[时時点點]\s?\d{1,2}\s?分(?:\s?\d{1,2}\s?秒)?"
)
_MEASURED = re.compile(
    r"(?:阅读|閱讀|浏览|瀏覽|点击|點擊|访问|查看|人气|评论|跟帖|回复|点赞|转发|收藏|分享|字数)\s*(?:次数|次數|人数|总数|数|量|率|數)?"
    r"\s*[:：(（]?\s*[\d,.]+\s*[万亿w]?\+?\s*[次人条字篇]?[)）]?"
    r"|[\d,.]+\s*[万亿w]?\+?\s*(?:次|人|条|个)?\s*(?:阅读|閱讀|浏览|瀏覽|点击|點擊|访问|评论|跟帖|点赞|转发|收藏|在看)"
    r"|(?<!\d)-?\d{1,2}\s*(?:℃|°C|度)?\s*[~～—–\-至到/]\s*-?\d{1,2}\s*(?:℃|°C|度)"
    r"|(?<!\d)(?:\+?86[- ]?)?(?:0\d{2,3}\s?[-—－ ]\s?\d{7,8}|1[3-9]\d{9}|[48]00[- ]\d{3,4}[- ]\d{3,4})(?!\d)"
)
"""Numbers that are no page: how often a text was read, the temperature, a telephone number."""

_ABOUT_THE_TEXT = re.compile(
    r"(?:发布|发表|更新|发稿|刊发|上传|采集|采写|发文|刊登|见报|出版|本文)?(?:时间|日期|時間)\s*[：:]"
    r"|版[次名号]\s?[:：]|第\s*[一二三四五六七八九十\d]+\s*[张張](?!\S)"
    r"|(?:来源|來源|稿源|作者|记者|記者|通讯员|原标题|关键词|字号|字体)\s*[：:]\s*[^\s|]*"
)
"""What is printed about a text or beside a page's label: 时间：, 来源：云陂日报, 版名：, 第一张."""

_PAGE = re.compile(
    r"(?<![转接见在])(?:第\s*(?P<sheet>\d|[一二三四五六七八九])\s*[张張]\s*)?"
    r"第\s*(?P<of>[A-Za-z]{0,2}\s?\d{1,3}|[一二三四五六七八九十壹贰貳叁參肆]{1,3})\s*版(?!本)"
    r"|(?<![A-Za-z\d])(?<!今日)(?<!今天)(?<!今日 )(?<![共出期开第])(?P<bare>[A-Z]{0,2}\d{1,3})\s*版(?!本|面)"
)
_WEEKDAY = re.compile(r"(?:星期|礼拜|禮拜|周|週)\s*([一二三四五六日天])(?!报|刊|版)")
_SOLAR_TERM = (
    "立春|雨水|惊蛰|驚蟄|春分|清明|谷雨|穀雨|立夏|小满|小滿|芒种|芒種|夏至|"
    "小暑|大暑|立秋|处暑|處暑|白露|秋分|寒露|霜降|立冬|小雪|大雪|冬至|小寒|大寒"
)
_LUNAR_MONTH = r"[闰閏]?(?:[正冬腊臘]|十?[一二三四五六七八九]|十)月[大小]?"
_LUNAR_DAY = r"(?:初[一二三四五六七八九十]|[廿卅][一二三四五六七八九]?|[二三]?十[一二三四五六七八九]?)"
_LUNAR = re.compile(
    rf"(?:农历|旧历|阴历|夏历|農曆|舊曆|陰曆|夏曆)[^|\s]*(?:\s*{_LUNAR_MONTH}[^|\s]*)?(?:\s*{_LUNAR_DAY})?"
    r"|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]\s?[（(]?[鼠牛虎兔龙龍蛇马馬羊猴鸡雞狗猪豬]?[)）]?\s?年"
    rf"[^|\s]*(?:\s*{_LUNAR_MONTH}[^|\s]*)?(?:\s*{_LUNAR_DAY})?"
    r"|闰?[正冬腊一二三四五六七八九十]{1,2}月[大小]?\s?(?:初|十|廿|二十|三十)[^|\s]*"
)
_LUNAR_ALONE = re.compile(
    rf"(?:[农旧阴夏農舊陰][历曆])?\s*(?:\S{{2,6}}年)?\s*{_LUNAR_MONTH}\s*{_LUNAR_DAY}日?"
    rf"(?:\s*[（(]?(?:{_SOLAR_TERM})[)）]?)?"
)
_SEASON = re.compile(rf"(?<![\u3400-\u9fff])(?:今日|今天|明日|明天|昨日)?(?:{_SOLAR_TERM})(?=$|[\s|：:])")
"""A solar term (节气) beside the date."""

_FULL_LUNAR = re.compile(r"[农旧阴夏農舊陰][历曆]|..年")
_ON_THE_WEB = "(?:多媒体)?(?:数字报|数字版|电子报|电子版)"
"""Words that an e-paper adds to the name of the paper."""

_MASTHEAD = re.compile(
    rf"(?<!{_HAN})《?(?P<name>{_HAN}{{2,8}}?[报報])》?(?:社|{_ON_THE_WEB}(?:刊|平台)?)?》?(?=\s|\||$|[·:：—-]|第[A-Z\d])"
)
_STAFF = re.compile(
    r"(?:(?:本版|本报|值班)?(?:责任编辑|责编|責編|编辑|編輯|主编)|主编|校对|美编|版式|组版|排版|审读|审校|检校|值班|总编|统筹|签发|终审|[一二三]审|社长|主办|主管|出版"
    r"|电话|邮箱|热线|投稿|地址|邮编|网址|微信|E-?mail|QQ|https?:|www\.|(?:国内|國內)?[统統]一(?:连续)?|刊[号號]|CN\s?\d|ISSN|[邮郵][发發]代[号號]|代号\s?\d|总第|總第|第\s*[\d〇零一二三四五六七八九十百千]+\s*[期号號]|今日|今天|本期|共\s*\d+\s*版"
    r"|零售|定价|每份|版权|本报地址|创刊|承印|印刷|传真|准印证|登记证|中共\S{2,12}机关报|机关报)[^|]*",
    re.IGNORECASE,
)
_NUMBER = r"[\d〇○零一二三四五六七八九十百千]+"
_NUMBERED_OR_LABELLED = re.compile(r"\d|[:：]")
_PAGE_ALONE = re.compile(
    r"(?:第\s?(?P<han>[一二三四五六七八九十壹贰貳叁參肆]{1,3})\s?版|(?P<first>[头頭]版)|(?P<label>[A-Z]{1,2}\d{1,2}|0\d))[：:]?"
)
_LABEL_WITH_SECTION = re.compile(
    rf"(?P<label>[A-Z]{{1,2}}\d{{1,2}})[\s|:：·]*(?P<section>{_HAN}{{2,6}})"
    rf"|(?P<before>{_HAN}{{2,6}})[\s|:：·]*(?P<behind>[A-Z]{{1,2}}\d{{1,2}})"
)
_SECTION_WORD = re.compile(
    "要闻|新闻|头版|综合|财经|社会|地方|国际|国内|两岸|体育|娱乐|生活|副刊|文教|论坛|言论|评论|焦点|话题|产经|证券|健康|影视|家庭|文化"
    "|旅游|教育|科技|时事|大陆|港闻|特刊|专题|广告|运动|综艺|消费|投书|都会"
)
"""Words in the names of sections, as they are folded: A3 地方新聞, 社會 A12. G20 峰會 is no page."""

_FROM_THE_RIGHT = re.compile(
    r"[日号號]\s*[一二三四五六七八九十廿]{1,3}\s*月\s*[正元一二三四五六七八九十]{1,2}\s*年\s*[元一二三四五六七八九十廿百]{1,5}\s*[国國]\s*民"
)
_MASTHEAD_FROM_THE_RIGHT = re.compile(rf"\s*社?[报報][日晚早午夕时時商工农農]\s*{_HAN}(?:\s*{_HAN}){{1,5}}\s*")
"""Lines of papers that were printed from right to left, scanned from left to right: 日八月三年八國民華中, 报日陂云."""

_FOUR_PAGES = 4
_PARTS = re.compile(
    rf"(?:(?:(?:总|總)?第?\s?{_NUMBER}\s?[期号號]|(?:今日|今天|本期)?\s?共?\s?(?:{_NUMBER}\s?[张張大]\s?)?{_NUMBER}\s?[版页]"
    r"|(?:国内|國內)?(?:[统統]一)?(?:连续出版物|连续)?(?:刊[号號]|出版物号)\s?[:：]?|CN\s?[\d\-—/()A-Z]+|[邮郵][发發]?代[号號]\s?[:：]?\s?\d+[-—]\d+"
    r"|(?:https?://|www\.)[\w./\-]+|(?:零售|定价|每份)\S{0,8}[元角分]|(?:中共)?\S{2,12}机关报|\S{2,14}(?:主办|主管)|(?:主办|主管)[:：]\S{2,16}|创刊于?\S{4,12})[\s|·,，;；]*)+",
    re.IGNORECASE,
)
"""A line of nothing but the number of the issue, the number of its pages, the imprint."""

_CITES = re.compile(r"[《》（）()]\S*版\S{0,4}[）)]|[摘据]自?|见报|原载")
_MARKUP = re.compile(r"[*#_>]+")
_PROSE = re.compile(r"[，。；！？、“”,;!?]")
_SENTENCE_END = re.compile(rf"[{STOPS}]")
_LETTERS = re.compile(rf"{_HAN}|\w")
_SECTION = re.compile(rf"{_HAN}{{2,8}}(?:[·/]{_HAN}{{1,6}})?")
_LONE_LABEL = re.compile(r"(?:^|[\s|·])(?<!\d\s)([A-Z]{1,2}\d{1,2}|0\d)(?=$|[\s|:：·])(?!\s*[:：.\-—]?\s*\d)")
"""A page's label without 版. A number beside another number is something else: a time, a telephone number."""


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
    claims = (*claims_of(above_prose, bare=True), *claims_of(top[len(above_prose) :]), *claims_of(bottom))
    known = {claim.about for claim in claims}
    return (*claims, *_page_on_its_own(above_prose, known), *_masthead_from_the_right(top, known))


def _masthead_from_the_right(lines: Iterable[str], known: Set[str]) -> Iterator[Evidence]:
    """Yield the paper whose name stands from right to left, if the lines around it give a date or the page."""
    if "paper" not in known and known & {"date", "page"}:
        for line in [line for line in lines if _MASTHEAD_FROM_THE_RIGHT.fullmatch(line)][:1]:
            yield Evidence("paper", "".join(line.split())[::-1].removesuffix("社"), "printed", line.strip())


def _page_on_its_own(lines: Iterable[str], known: Set[str]) -> Iterator[Evidence]:
    """Yield the page that stands alone on a line, 第二版 or A01, if the lines around it give a date or the paper."""
    if "page" in known or not known & {"date", "paper"}:
        return
    narrow = [closed_up(line.translate(_NARROW)).strip() for line in lines]
    for found in [match for match in map(_PAGE_ALONE.fullmatch, narrow) if match][:1]:
        yield Evidence("page", "1" if found["first"] else _label(found["han"] or found["label"]), "printed", found[0])
        return
    for label, section, line in [told for told in map(_label_with_section, narrow) if told][:1]:
        yield Evidence("page", label, "printed", line)
        yield Evidence("section", section, "printed", line)


def _label_with_section(line: str) -> tuple[str, str, str] | None:
    found = _LABEL_WITH_SECTION.fullmatch(line)
    section = (found["section"] or found["before"]) if found else ""
    if not found or not _SECTION_WORD.search(fold(section)):
        return None
    return found["label"] or found["behind"], section, line


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


def closed_up(line: str) -> str:
    """Close up letters that are set apart, three and more.

    >>> closed_up("2 0 2 3 年 6 月 8 日 星期四 第 0 5 版"), closed_up("沙 洲 2023 年")
    ('2023年6月8日 星期四 第05版', '沙 洲 2023 年')
    """
    return _LETTERS_APART.sub(lambda found: "".join(found[0].split()), line)


def stands_alone(line: str) -> bool:
    """Return whether a line is a folio by itself: a page or a weekday with a date, or a page with its section.

    What cites a page, as （《云陂日报》2024年1月26日第3版） does, is not.

    >>> stands_alone("2024年1月26日 星期五"), stands_alone("第03版：要闻"), stands_alone("星期五去哪里")
    (True, True, False)
    """
    if len(line) > _LONGEST_FOLIO or _CITES.search(line):
        return False
    told = _understand(_from_the_left(closed_up(line.translate(_NARROW))))
    return told.is_folio and bool(told.page or told.weekday)


def at_an_edge(line: str) -> Literal["folio", "date", "part", ""]:
    """Return what a line is where it stands at the top or the bottom of a page.

    A folio, a date alone, or another part of a folio: the lunar date, the number of the issue, the imprint.

    >>> at_an_edge("2024年1月26日"), at_an_edge("总第2345期 今日8版"), at_an_edge("今日开镰")
    ('date', 'part', '')
    """
    if len(line) > _LONGEST_FOLIO:
        return ""
    narrow = closed_up(line.translate(_NARROW))
    if _PARTS.fullmatch(narrow) or _PAGE_ALONE.fullmatch(narrow) or _SEASON.fullmatch(narrow):
        return "part"
    if _label_with_section(narrow.strip()):
        return "part"
    told = _understand(_from_the_left(narrow))
    if told.is_folio and (told.day or told.page) and not _CITES.search(narrow):
        return "folio"
    if told.unexplained or _STAFF.search(narrow):
        return ""
    if told.lunar and not _LUNAR_ALONE.fullmatch(told.lunar):
        return ""  # 正月十五闹元宵
    return "date" if told.day else "part" if told.lunar or told.weekday else ""


def is_about_a_text(line: str) -> bool:
    """Return whether a line gives nothing but a time, a source or how often a text was read, as web pages do.

    >>> is_about_a_text("时间：2024-01-26 08:15 来源：云陂日报 阅读：1234"), is_about_a_text("比赛时间：8月3日")
    (True, False)
    """
    if len(line) > _LONGEST_FOLIO or not _NUMBERED_OR_LABELLED.search(line):
        return False
    rest = line.translate(_NARROW)
    for found in find_dates(rest):
        rest = _blank(rest, found.start, found.end)
    told = rest
    for number in (_TIME, _MEASURED, _ABOUT_THE_TEXT):
        told = number.sub(_bars, told)
    return told != rest and not _LETTERS.search(told)


def _from_the_left(line: str) -> str:
    """Return a line that was printed from right to left in the order of today.

    >>> _from_the_left("二期星 日八月三年八國民華中")
    '中華民國八年三月八日 星期二'
    """
    return line[::-1] if _FROM_THE_RIGHT.search(line) else line


def _claims_of_line(line: str, bare: bool) -> Iterator[Evidence]:
    narrow = line.translate(_NARROW)
    if len(narrow) > _LONGEST_FOLIO:
        return
    narrow = _from_the_left(closed_up(narrow))
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
    for number in (_TIME, _MEASURED, _ABOUT_THE_TEXT):
        line = number.sub(_bars, line)
    weekday, line = _take(_WEEKDAY, line)
    lunar = _LUNAR.search(line)
    line = _SEASON.sub(_bars, _LUNAR.sub(_bars, line))
    masthead, line = _take(_MASTHEAD, line)
    page = _PAGE.search(line)
    line = _blank(line, page.start(), page.end()) if page else line
    has_context = bool(dates or weekday or masthead)
    if page and page["of"] and not page["of"][-1].isascii() and not has_context and not page["sheet"]:
        page = None
    label = _label(page["of"] or page["bare"], page["sheet"] or "") if page else ""
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


def _label(printed: str, sheet: str = "") -> str:
    """Return the label of a page in ASCII.

    Pages are counted through all sheets (張) of an issue, or anew on each: the second page of the second sheet is 2-2.

    >>> _label("a 01"), _label("十二"), _label("3"), _label("二", "一"), _label("二", "二"), _label("六", "二")
    ('A01', '12', '3', '2', '2-2', '6')
    """
    printed = printed.replace(" ", "").upper()
    label = printed if printed[-1].isascii() else str(read_number(printed))
    is_counted_anew = sheet and label.isdecimal() and int(label) <= _FOUR_PAGES and read_number(sheet) > 1
    return f"{read_number(sheet)}-{int(label)}" if is_counted_anew else label


def _take(pattern: re.Pattern[str], line: str) -> tuple[str, str]:
    match = pattern.search(line)
    return (match[1], _blank(line, match.start(), match.end())) if match else ("", line)


def _blank(line: str, start: int, end: int) -> str:
    return line[:start] + "|" * (end - start) + line[end:]


def _bars(match: re.Match[str]) -> str:
    return "|" * len(match.group())
