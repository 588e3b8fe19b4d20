"""Take what belongs to the page out of a sentence that runs over it.

That is a page number, an imprint, a watermark, the address and the date that a browser prints, a jump line, a line of
pinyin. Such a line goes only if the line above and the line below are two halves of a sentence; pinyin always goes. A
number of its own may be anything: it needs better halves than `— 3 —`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from indexer.cleaning.apply import Change
from indexer.cleaning.judgements import judge
from indexer.cleaning.sentence_halves import BELONG, Halves, Place, Seam
from indexer.text.newsprint import HAN

Certainty = Literal["reading", "sure", "maybe", "no"]

_DASH = "-–—―－─‐‑−~～·•*|"
_COUNT = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_OPENING, _CLOSING = r"[（(【\[<〈]", r"[）)】\]>〉]"
_DATE = r"(?:(?:19|20)\d\d(?:年|[-/.])\s?\d{1,2}(?:月|[-/.])\s?\d{1,2}日?|\d{1,2}/\d{1,2}/(?:20)?\d\d(?!\d))"
_TIME = r"(?:[上下]午\s?)?\d{1,2}:\d\d(?::\d\d)?(?:\s?[AP]M)?"
_OFFICE = (
    r"(?:(?:本版|本期|值班|执行|首席|图片|文字)?(?:责任?编辑?|编辑|主编|编委|校对|校检|美编|美术编辑|版式(?:设计)?|组版|排版"
    r"|视觉|设计|统筹|审读|监制|审核|制图|见习编辑|总编|主任|制版))"
)
_NAME = rf"(?!{_OFFICE}|电话|邮箱|热线)(?:[{HAN}·]{{2,4}}|[{HAN}][ \u3000]+[{HAN}])"
_SURE = re.compile(
    rf"第\s?[A-Z]?\s?{_COUNT}\s?[版页頁](?:[,，/ ]*共\s?{_COUNT}\s?[版页頁])?"
    rf"|共\s?{_COUNT}\s?[版页頁](?:[,，/ ]*第\s?{_COUNT}\s?[版页頁])?"
    rf"|[A-Z]?\d{{1,3}}\s?[版页頁](?!本)|(?<![A-Za-z])[Pp](?:age|AGE)\.?\s?\d{{1,4}}(?:\s?(?:of|OF|/)\s?\d{{1,4}})?"
    rf"|[{_DASH}]+\s*{_COUNT}\s*[{_DASH}]+"
    r"|(?<![\w(（])(?:https?|file|ftp)://[!-~]+|(?<![\w/.(（])www\.[!-~]+|(?<!\S)[\w.-]+@[A-Za-z\d-]+(?:\.[A-Za-z]+)+"
    rf"|(?:打印|列印|下载|导出|保存|访问|浏览|抓取|截图|扫描)(?:日期|时间|于)\s?[:：]?\s?(?:{_DATE})?(?:\s*{_TIME})?"
    rf"|(?<!\d){_DATE}[T,，\s]\s*{_TIME}"
    rf"|{_OFFICE}\s?[:：/]\s*{_NAME}(?:[、 \u3000]+{_NAME})*(?![{HAN}])"
    rf"|(?<![{HAN}]){_OFFICE}[ \u3000]+{_NAME}(?![{HAN}])"
    rf"|{_OPENING}\s?(?:下?转|[上紧]接)第?\s?[A-Z]?\s?{_COUNT}\s?版\s?{_CLOSING}"
    rf"|(?<![{HAN}])(?:下转|上接|紧接)第?\s?[A-Z]?\s?{_COUNT}\s?版"
    r"|仅供.{0,8}(?:阅读|学习|参考|使用|研究|查阅|浏览|预览|试读|检索)"
    r"|(?:未经.{0,6})?(?:请勿|不得|严禁|禁止)(?:擅自)?(?:转载|外传|复制|翻印|传播|商用|外泄)"
    r"|版权所有|翻版必究|内部(?:资料|文件|刊物)(?:[ ,，]*(?:注意|妥善)保[存管])?"
    rf"|(?<![{HAN}])[{HAN}]{{2,10}}(?:图书馆|资料室|档案馆|文献馆|阅览室)藏(?:书|报)?(?![{HAN}])"
    rf"|(?<![{HAN}])[{HAN}]{{2,10}}(?:数字报|数字版|电子报|电子版|文库)(?![{HAN}])"
    r"|(?:新闻|报料|爆料|投诉|发行|广告|订报|投稿|服务|读者|监督)(?:热线|电话|邮箱|信箱)"
    r"\s?[:：]?\s?[\w.@/（）() -]*\d[\w.@/（）() -]*"
    r"|(?:投稿|新闻|联系|电子)(?:邮箱|信箱)\s?[:：]?\s?[\w.-]+@[A-Za-z\d-]+(?:\.[A-Za-z]+)+"
    r"|(?:国内统一(?:连续出版物号|刊号|刊号号)|邮发代号)\s?[:：]?\s?[A-Za-z\d/—-]+"
    r"|扫描全能王(?: ?创建)?|样[报张]\b|试[用读]版|水印|预览版"
    r"|(?i:created (?:with|by) \S+|evaluation (?:only|copy|version)"
    r"|(?<!\w)(?:draft|sample|confidential|watermark|copyright|trial version)(?!\w))"
)
_MAY_BE_SURE = re.compile(
    rf"[{_DASH}版页頁Pp供勿禁藏@:：/ \u3000]|不得|内部|数字|电子|文库|热线|电话|[邮信]箱|[刊代]号"
    r"|www|出版物|扫描|样[报张]|试[用读]|水印|预览|打印|列印|下载|导出|保存|访问|浏览|抓取|截图|[A-Za-z]{5}"
)
"""Stands in all that `_SURE` finds, which takes much longer."""
_WEAK = re.compile(
    rf"(?<!\d){_DATE}|{_TIME}|星期[一二三四五六日天]|周[一二三四五六日](?![{HAN}])|(?<![{HAN}\d])\d{{1,4}}\s?[/／|]\s?\d{{1,4}}(?!\d)"
    rf"|{_OPENING}\s?{_COUNT}\s?{_CLOSING}|(?<![\w])[A-Z]?\d{{1,3}}(?![\w%])|[A-Z]\d{{1,2}}(?!\w)"
    r"|\d{3,4}[-—]\d{7,8}|[\d-]{7,13}|电话|E-?mail|邮箱|农历\S{0,8}|总第\s?\d+\s?期|第\s?\d+\s?期|作者|来源|打印|©|[Vv]ol\.?|No\."
)
_PAPER = (
    rf"(?<![{HAN}])[{HAN}]{{2,6}}?(?:日|晚|早|晨|午|时|商|都市|青年|工人|农民|农村|经济|新|民)"
    rf"[报報](?:社出版)?(?![{HAN}])"
)
_SECTION = (
    "要闻|头版|综合(?:新闻)?|时政(?:要闻)?|本市|民生|社会|县区|国内|国际|时事|财经|经济|文化|教育|科教|健康|体育|文体|娱乐|旅游|评论|理论|副刊|周末"
    "|专[题版]|特刊|广告|公告|生活|三农|汽车|房产|视点|焦点|关注|聚焦|深度|人物|读者"
)
_RUNNING = re.compile(
    rf"(?=.*\d)(?:{_PAPER}|(?<![{HAN}])(?:{_SECTION})(?![{HAN}])|{_DATE}|星期[一二三四五六日天]|[A-Z]?\d{{1,3}}版?|第{_COUNT}版"
    r"|[\s\u3000·•|｜:：—/_-])+"
)
"""A running foot: the title of a paper, a section, a date and a page, at least two of them."""
_NAMED = re.compile(
    rf"{_PAPER}|{_DATE}|(?<![{HAN}])(?:{_SECTION})(?![{HAN}])\s?[A-Z]?\d\d(?!\d)|[A-Z]?\d\d\s?(?:{_SECTION})(?![{HAN}])"
)
_NO_WEAK = re.compile(rf"(?![星期一二三四五六七八九十日天周电话邮箱总第作者来源打印年月上下午])[{HAN}]")
"""A letter of which `_WEAK` finds none, but beside 农历."""
_REST = re.compile(r"[^\W_]")
_MOST_REST = 14
"""Letters beside a page number or an imprint: the name of a paper, a section, a title that a browser prints."""
_CANDIDATE = re.compile(r"^[ \t\u3000]*+([^\n。；！？“”]{1,100}|[^\n。；！？“”㐀-鿿]+)$", re.MULTILINE)
_LONGEST = 100
_CACHED_LINES = 4096
"""Each line of a page is judged three times: when feet are taken out, when lines are joined, and as furniture."""
_HINT = re.compile(
    rf"\d|[{_DASH}].?[一二三四五六七八九十]|[版编校供转接勿禁权印样试]|://|www|[Pp]age|内部|扫描"
    r"|[藏库热刊邮报]|[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔù]{3}|[\u3105-\u312f]"
)
_TONE = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
_PINYIN = re.compile(rf"[A-Za-z{_TONE}üê'’,.，、 \t\u3000]+")
_SYLLABLE = re.compile(
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?[aeiouvü]{1,3}(?:ng|n|r)?(?![a-z])|(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?[aeiouvü]{1,3}(?:ng|n)?"
)
_PLAIN_VOWELS = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ", "aaaaeeeeiiiioooouuuuüüüünnn")
_ZHUYIN = re.compile(r"[\u3105-\u312fˊˇˋ˙ \t\u3000]+")
_NEXT_LINE = re.compile(r"\s*(\S[^\n]*)")
_HAN = re.compile(f"[{HAN}]")
_LEAST_UNTONED = 4
_LEAST_REPEATED, _LEAST_TORN, _LONGEST_REPEATED = 3, 2, 20
_MARK_OF_A_PAGE = re.compile(rf"[{HAN}A-Za-z0-9 ·.•@©-]*[{HAN}A-Za-z][{HAN}A-Za-z0-9 ·.•@©-]*")
_HYPHENS = "-‐\xad"
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")
_UNOPENED = re.compile(r"^[^（(【\[〔《]*[）)】\]〕》]")
_ADDRESS_AT_END = re.compile(r"(?:://|www\.)\S*$")
_NO_FOLIO = re.compile(r"[，：]|\d{5}|^[^/年.-]*:")
"""What a number, a date or a share of pages has none of: phone numbers, scores and hours."""
_PARTING = re.compile(r"[\s|｜_]+")
_TEXT_MARK = re.compile(r"[，,：:《》“”、]\s*\w")


class _Foot(NamedTuple):
    """A line that may belong to the page."""

    start: int
    end: int
    certainty: Certainty


def take_out(text: str) -> Iterator[Change]:
    """Join the halves of sentences that lines of the page stand between.

    >>> text = "各地加强巡查，发现险情及时上\\n\\n— 3 —\\n\\n报，不得迟报漏报。"
    >>> [text[change.start : change.end] for change in take_out(text)]
    ['\\n\\n— 3 —\\n\\n']
    """
    if text.count("\n") < 2:
        return
    halves = Halves(text)
    candidates = [(match.start(1), match[1].rstrip()) for match in _CANDIDATE.finditer(text)]
    feet = [*_feet(text, candidates), *_watermarks(candidates, halves)]
    joined: Place | None = None
    for run in _runs(sorted(feet), text):
        start, end = run[0].start, run[-1].end
        above, below = halves.around(start, end)
        certain = all(foot.certainty == "sure" for foot in run)
        goes_on = above is not None and above == joined
        if (
            above
            and below
            and not _goes_on(text, end, below)
            and judge(BELONG, Seam(halves, above, below, certain, goes_on)).answer
        ):
            joined = below
            keeps_end = text[above[1] - 1] in _HYPHENS or halves.in_column(above)
            yield Change(above[1], below[0], "\n" if keeps_end else "")
        elif all(foot.certainty == "reading" for foot in run):
            yield Change(start, below[0] if below else end, "")


def may_be_foot(line: str) -> bool:
    """Return whether a line, by its form, is no part of the sentences around it: a page number, a date, an imprint.

    >>> [may_be_foot(line) for line in ("— 3 —", "24/40", "2024年1月2日", "天气晴好")]
    [True, True, True, False]
    """
    return _HINT.search(line) is not None and not _ADDRESS.fullmatch(line) and _certainty(line) != "no"


def is_page_foot(line: str) -> bool:
    """Return whether a line by itself is a page number, an imprint or what a browser prints on a page.

    The address of a web page alone may be text.

    >>> [is_page_foot(line) for line in ("— 3 —", "第 1 页 共 3 页", "打印日期：2024-01-02", "3", "第3版画上市")]
    [True, True, True, False, False]
    """
    return not _ADDRESS.fullmatch(line) and _certainty(line) == "sure"


def is_address(line: str) -> bool:
    """Return whether a line is only the address of a web page, as a browser prints it at the edge of a page."""
    return _ADDRESS.fullmatch(line) is not None


def _feet(text: str, lines: Sequence[tuple[int, str]]) -> Iterator[_Foot]:
    """Yield the lines that by their form may belong to the page. `lines` come with their starts."""
    for start, line in lines:
        if _HINT.search(line):
            end = start + len(line)
            certainty = (
                "reading" if _is_reading(line, text, end) else _certainty(line) if len(line) <= _LONGEST else "no"
            )
            if certainty != "no":
                yield _Foot(start, end, certainty)


def _watermarks(lines: Sequence[tuple[int, str]], halves: Halves) -> Iterator[_Foot]:
    """Yield the lines that the page repeats within words: 云陂数字报 between 及时上 and 报."""
    places: dict[str, list[_Foot]] = {}
    for start, line in lines:
        if 4 <= len(line) <= _LONGEST_REPEATED:
            places.setdefault(line, []).append(_Foot(start, start + len(line), "sure"))
    for line, feet in places.items():
        if len(feet) >= _LEAST_REPEATED and _MARK_OF_A_PAGE.fullmatch(line):
            torn = sum(halves.are_torn(foot.start, foot.end) for foot in feet)
            if torn >= _LEAST_TORN or (torn and all(halves.are_in_prose(foot.start, foot.end) for foot in feet)):
                yield from feet


def _goes_on(text: str, end: int, below: Place) -> bool:
    """Return whether a line ends in an address that the line below continues."""
    address = _ADDRESS_AT_END.search(text, max(end - 100, 0), end)
    return address is not None and text[below[0]].isascii()


@lru_cache(maxsize=_CACHED_LINES)
def _certainty(line: str) -> Certainty:
    """Return whether a line by itself belongs to the page."""
    if len(line) > _LONGEST or not line.strip() or _UNOPENED.search(line):
        return "no"
    named = _NAMED.search(line) if _RUNNING.fullmatch(line) else None
    if named and (
        _REST.search(line, 0, named.start()) or _REST.search(line, named.end()) or re.search(r"\d", named[0])
    ):
        return "maybe" if re.fullmatch(_DATE, line) else "sure"
    may_be_sure = _MAY_BE_SURE.search(line) is not None
    if not may_be_sure and _NO_WEAK.search(line) and "农历" not in line:
        return "no"
    rest, sure = _SURE.subn("\0", line) if may_be_sure else (line, 0)
    glued = any("\0" in word and _REST.search(word) for word in _PARTING.split(rest))
    rest = _WEAK.sub(" ", rest)
    left = len(_REST.findall(rest))
    if sure:
        return "sure" if left <= _MOST_REST and not glued and not _TEXT_MARK.search(rest) else "no"
    return "maybe" if left == 0 and rest != line and not _NO_FOLIO.search(line) else "no"


def _is_reading(line: str, text: str, end: int) -> bool:
    """Return whether a line, which ends at `end`, gives the sounds of the line below it, in pinyin or 注音."""
    is_zhuyin = _ZHUYIN.fullmatch(line) is not None
    if not is_zhuyin and not _PINYIN.fullmatch(line):
        return False
    below = _NEXT_LINE.match(text, end)
    letters = len(_HAN.findall(below[1])) if below else 0
    if not letters or is_zhuyin:
        return letters > 0
    words = re.findall("[a-zü]+", line.lower().translate(_PLAIN_VOWELS))
    syllables = [_SYLLABLE.findall(word) for word in words]
    if any("".join(parts) != word for parts, word in zip(syllables, words, strict=True)):
        return False
    has_tones = 2 * sum(letter in _TONE for letter in line) >= len(words)
    return has_tones or sum(map(len, syllables)) == letters >= _LEAST_UNTONED


def _runs(feet: Sequence[_Foot], text: str) -> Iterator[list[_Foot]]:
    """Yield the feet that follow each other with only white space between them."""
    run: list[_Foot] = []
    for foot in feet:
        if run and text[run[-1].end : foot.start].strip():
            yield run
            run = []
        run.append(foot)
    if run:
        yield run
