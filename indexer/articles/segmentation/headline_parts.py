"""Classify a page's lines, and compose the lines above an article into kicker, headline and subtitle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from indexer.articles.language_model import continuation
from indexer.articles.page_lines import bylines, captions
from indexer.articles.page_lines.source_map import Line
from indexer.articles.segmentation import page_furniture
from indexer.articles.segmentation.drafts import end_code
from indexer.articles.segmentation.duplicates import says_again
from indexer.articles.segmentation.jump_lines import RUNS_FROM, RUNS_ON
from indexer.cleaning.judgements import judge
from indexer.model import Paper
from indexer.text.newsprint import STOPS

LineKind = Literal["furniture", "section", "heading", "subtitle", "byline", "caption", "continued", "body"]

_LONGEST_HEADING, _LONGEST_SUBTITLE, _LONGEST_ROW, _LONGEST_CELL, _FEWEST_ROWS = 48, 60, 30, 16, 4
_JOINED = 3.0
_RUNS_OVER = 1.0
_SHORTEST_ROW, _LIKE_LENGTH, _LONGER_ABOVE, _LONGEST_OFFICE = 4, 2.5, 4, 10
_SERIES_NAME = re.compile(
    r"(?:报道|系列|专题|特刊|聚焦|观察|故事|专栏|见闻|走基层|进行时|在行动|风采|巡礼|之[一二三四五六七八九十]+)$|^聚焦|^[【（(][^】）)]*[】）)]$"
)
_FOREIGN, _AKIN = 0.1, 0.25
"""The share of a kicker's pairs of letters that a lead says at most, and of a headline's that it says at least."""
_FEWEST_INDENTED, _NEARLY_ALL = 3, 8
"""Paragraphs that show how a page indents them, and how many of them there are to one that it does not."""
_INSIDE_NUMBER = re.compile(r"[\d.%％万亿余多个名家例人件年月日时分元]")
_CLOSED = re.compile(rf"[{STOPS}!?…；;：:][”’」』）)》]*$|[”’」』）)】]$|[①-⑳]\s*\d{{0,3}}$|——$")
_DASH = re.compile(r"(?:——|--|―+|─+)\s*\S")
_SENTENCE_END = re.compile(r"[。；;](?:[（(]完[)）])?$")
_NUMBER_AT_END = re.compile(r"[\d\-－+()（） ]{6,}$")
_IN_PARENTHESES = re.compile(r"[（(【][^（）()【】]*[）)】]")
_CLAUSES, _MOST_CLAUSES = re.compile("[，！？]"), 3
_IS_SPEECH = re.compile(r"，.*(?:[？！。]|…+)”$|；")
"""A clause within quotation marks at the end, or a mark between sentences."""
_NO_HEADING_END = re.compile(r"[。；;，,、：:]$")
_DATE = re.compile(r"[\d〇零一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日")
_LABELLED = re.compile(
    r"^\S{0,6}(?:电话|热线|地址|联系人|邮编|邮箱|网址|编号|来源|作者|编辑|记者|校对|时间|地点|日期|账号|户名|开户行|门店|金额|问|答|声明"
    r"|监制|策划|统筹|摄像|摄影|录音|剪辑|撰稿|素材支持)\s?[：:丨｜|]|来源[：:]|总?第\d+期$|^《[^》]+》(?:\d{4}年第\d+期|[（(]\d{4}年)|^□"
    r"|^\d{4}\.\d{1,2}\s?[-—至]|^注[：:]"
)
_SECTION = re.compile(r"^(?P<mark>[◆★■●☆※◇▣❖✦])\s*(?P<name>[\w·]{2,10})\s*(?P<close>[◆★■●☆※◇▣❖✦]?)$")
_OFFICE = re.compile(
    r"^\S{0,14}(?:省|市|区|县|旗|乡|镇|街道|办事处|村|社区|局|厅|委|办|院|校|所|站|部|中心|公司|集团|银行|工会|妇联|团委|协会|联合会|管委会|委员会|支队|大队|"
    r"学校|大学|中学|小学|医院|法院|检察院)$"
)
_PLACE = re.compile(r"[一-鿿]{2,4}(?:省|市|县|区|镇|乡|街道|办事处)|(?:我|全|本|该)[省市县区镇乡]")


@dataclass(frozen=True, slots=True)
class Head:
    """The kicker, headline and subtitle above an article, and the lines they come from."""

    kicker: str = ""
    headline: str = ""
    subtitle: str = ""


def classify(lines: Sequence[Line], paper: Paper) -> tuple[LineKind, ...]:
    """Return the kind of each line of a page, in order, judged by the line and its neighbours."""
    of_page = page_furniture.of_page(lines, paper)
    is_caption = captions.neighbours(lines, [captions.is_caption(line) for line in lines])
    kinds: list[LineKind] = [
        "caption" if caption else _alone(line, paper, is_furniture=place in of_page)
        for place, (line, caption) in enumerate(zip(lines, is_caption, strict=True))
    ]
    indent = paragraph_indent(lines)
    for place in range(1, len(lines) if indent else 0):
        below_head = kinds[place - 1] == "heading" and lines[place - 1].indent != indent
        if kinds[place] == "heading" and lines[place].indent == indent and below_head and not _is_marked(lines[place]):
            kinds[place] = "body"
    for place in [place for place, kind in enumerate(kinds) if kind == "subtitle" and _is_listed(place, lines, kinds)]:
        kinds[place] = "body"
    rows = _rows_of_headlines(lines, kinds, indent)
    for place in rows:
        kinds[place] = "heading"
    for objection in (_in_close_rows, _runs_on, _is_torn_text):
        weak = [place for place, kind in enumerate(kinds) if kind == "heading" and not _is_marked(lines[place])]
        weak = [place for place in weak if objection is _in_close_rows or place not in rows]
        for place in [place for place in weak if objection(place, lines, kinds)]:
            kinds[place] = "body"
    return tuple(kinds)


def section_name(line: Line, paper: Paper) -> str:
    """Return the section that a running head names, under the paper's own name for it if it has one.

    >>> section_name(Line("◆ 驿城新闻 ◆", 0, 8), Paper("demo", sections={"驿城新闻": "县区"}))
    '县区'
    """
    found = _SECTION.match(line.text)
    name = found["name"] if found else line.text
    return paper.sections.get(name, name)


def compose(lines: Iterable[Line], paper: Paper, lead: str = "") -> Head:
    """Make a head from heading and subtitle lines, in the order of the page.

    A subtitle begins with —— or follows the headline. Of several lines the headline is the one that says who acts. An
    office's name or a slogan above it is the kicker. So is a line that shares no words with the `lead` of the text if
    the line below does.

    >>> compose([Line("雪松街道", 0, 4), Line("防范电信诈骗 筑牢安全防线", 5, 18)], Paper("demo"))
    Head(kicker='雪松街道', headline='防范电信诈骗 筑牢安全防线', subtitle='')
    """
    lines = list(lines)
    told = _told_by_format(lines)
    if told is not None:
        return told
    plain = [line for line in lines if not is_subtitle(line)]
    subtitles = [line.text for line in lines if is_subtitle(line)]
    if not plain:
        return Head(subtitle=" ".join(subtitles))
    first, last = _headline_lines(plain, paper, has_subtitle=bool(subtitles), lead=lead)
    return Head(
        kicker=_join(plain[:first]),
        headline=_join(plain[first:last]),
        subtitle=" ".join([_join(plain[last:]), *subtitles]).strip(),
    )


def has_banner(lines: Sequence[Line], paper: Paper) -> bool:
    """Return whether a head at the top of a page begins with the page's own slogan.

    That is a slogan above a kicker of a different form.

    >>> lines = [Line("奋进新征程 建功新时代", 0, 11), Line("抓项目 促投资 补短板", 12, 23), Line("高新区提速", 24, 29)]
    >>> has_banner(lines, Paper("demo")), has_banner(lines[1:], Paper("demo"))
    (True, False)
    """
    plain = [line for line in lines if not is_subtitle(line)]
    if len(plain) < 3 or any(line.role or line.level for line in plain):
        return False
    first, _ = _headline_lines(plain, paper, has_subtitle=len(plain) < len(lines))
    slogan, kicker = plain[0].text, plain[1].text
    return first >= 2 and not (is_office(slogan) or _names_place(slogan, paper)) and not _are_alike(slogan, kicker)


def part_repeats(lines: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """Separate the lines of a head from those that repeat one of them."""
    once: list[Line] = []
    again: list[Line] = []
    for line in lines:
        before = [*(other.text for other in once), "".join(other.text for other in once[-2:])]
        (again if any(says_again(line.text, text) for text in before) else once).append(line)
    return once, again


def is_subtitle(line: Line) -> bool:
    """Return whether a line is a subtitle, by its dash."""
    if line.role is not None:
        return line.role == "subtitle"
    return bool(_DASH.match(line.text)) and len(line.text) <= _LONGEST_SUBTITLE and not _SENTENCE_END.search(line.text)


def is_office(text: str) -> bool:
    """Return whether a line is only the name of a place or an office.

    >>> is_office("开发区妇联"), is_office("开展养老护理技能培训")
    (True, False)
    """
    return bool(_OFFICE.match(text))


def is_closed(text: str) -> bool:
    """Return whether a text ends where a sentence may end.

    >>> is_closed("大会召开。②"), is_closed("各级工会积极服务大局，")
    (True, False)
    """
    return bool(_CLOSED.search(text.rstrip()))


def _alone(line: Line, paper: Paper, *, is_furniture: bool) -> LineKind:
    """Return the kind of a line by itself. A heading still needs the agreement of its neighbours."""
    text = line.text
    if RUNS_FROM.fullmatch(text):
        return "continued"
    if RUNS_ON.fullmatch(text):
        return "body"
    if line.role == "furniture":
        return "furniture"
    if line.role in ("headline", "kicker"):
        return "heading"
    if line.role and bylines.standing(text):
        return "byline"
    if line.role in ("body", "byline", "section", "subtitle"):
        return line.role
    if is_furniture:
        return "furniture"
    if text in paper.sections or (_SECTION.match(text) and not bylines.is_signature(text)):
        return "section"
    if bylines.is_credit(text):
        return "byline"
    if is_subtitle(line):
        return "subtitle"
    is_heading = bool(line.level) or _reads_as_heading(text)
    return "heading" if is_heading and not page_furniture.names_paper(line, paper) else "body"


def _reads_as_heading(text: str) -> bool:
    """Return whether a line could be a headline by its form: short, not a sentence."""
    if (
        not 2 <= len(text) <= _LONGEST_HEADING
        or "。" in text
        or _NO_HEADING_END.search(text)
        or _NUMBER_AT_END.search(text)
    ):
        return False
    if bylines.opens_news(text) or text.count("，") > 2 or re.search(r" {3,}|\t", text):
        return False
    if (
        _IS_SPEECH.search(text)
        or _IN_PARENTHESES.fullmatch(text)
        or _DATE.fullmatch(text)
        or _LABELLED.search(text)
        or end_code(text)
    ):
        return False
    return bool(re.search(r"[一-鿿]", text)) and len(_CLAUSES.findall(text)) <= _MOST_CLAUSES


def _is_marked(line: Line) -> bool:
    """Return whether more than its words marks a line as a heading: level, role or doubled letters."""
    return bool(line.level or line.role or line.doubled)


def paragraph_indent(lines: Sequence[Line]) -> int:
    """Return the columns by which nearly all paragraphs of a page are indented; 0 if they are not, or if all lines are.

    >>> text = "昨日召开的防汛会议提出，各地要抓紧加固水库。"
    >>> paragraph_indent([Line("渡口夜航恢复", 0, 6), *[Line(text, 9, 31, indent=4)] * 3])
    4
    """
    texts = [line.indent for line in lines if "。" in line.text]
    usual = max(set(texts), key=texts.count, default=0)
    is_usual = len(texts) >= _FEWEST_INDENTED and _NEARLY_ALL * texts.count(usual) >= len(texts) * (_NEARLY_ALL - 1)
    return usual if is_usual and any(line.indent < usual for line in lines if "。" not in line.text) else 0


def _rows_of_headlines(lines: Sequence[Line], kinds: Sequence[LineKind], indent: int) -> frozenset[int]:
    """Return the places of the first lines of headlines over two lines, which may break in the middle of a word.

    The first one may end in a mark within the headline. Both stand between the end of a text and the beginning of one.
    """
    return frozenset(
        place
        for place in range(len(lines) - 2)
        if kinds[place + 1] == "heading"
        and (kinds[place] == "heading" or _goes_on_below(lines[place], kinds[place]))
        and lines[place + 1].gap == 0
        and not lines[place].role
        and not (indent and indent in (lines[place].indent, lines[place + 1].indent))
        and _stands_above(place, lines, kinds)
        and (
            (indent and lines[place + 2].indent == indent)
            or _stands_on_text(place + 1, lines, kinds)
            or says_again(lines[place + 2].text, lines[place].text + lines[place + 1].text)
        )
    )


def _goes_on_below(line: Line, kind: LineKind) -> bool:
    """Return whether a line could be a headline but for the mark at its end."""
    return (
        kind == "body"
        and line.text[-1] in "，、："
        and len(line.text) <= _LONGEST_ROW
        and _reads_as_heading(line.text[:-1])
    )


def _stands_above(place: int, lines: Sequence[Line], kinds: Sequence[LineKind]) -> bool:
    """Return whether no text runs into a line from above."""
    return place == 0 or lines[place].gap > 0 or kinds[place - 1] != "body" or is_closed(lines[place - 1].text)


def _stands_on_text(place: int, lines: Sequence[Line], kinds: Sequence[LineKind]) -> bool:
    """Return whether a text begins below a line: after a blank line, or with a byline, a dateline or a longer line."""
    line, below = lines[place], lines[place + 1]
    begins = below.gap > 0 or kinds[place + 1] in ("byline", "subtitle") or bylines.opens_news(below.text)
    return begins or (kinds[place + 1] == "body" and len(below.text) > len(line.text) and "。" in below.text)


def _is_listed(place: int, lines: Sequence[Line], kinds: Sequence[LineKind]) -> bool:
    """Return whether a line with a dash stands in running text: below text, or below another such line that does."""
    if lines[place].role or not place:
        return False
    return kinds[place - 1] == "body" and (
        lines[place].text[-1] in "；，、："
        or not _CLOSED.search(lines[place - 1].text)
        or lines[place - 1].text[-1] in "；："
        or bool(_DASH.match(lines[place - 1].text))
    )


def _in_close_rows(place: int, lines: Sequence[Line], kinds: Sequence[LineKind]) -> bool:
    """Return whether a line is one of several short lines set close, as in verse and tables.

    Of lines with blank lines between them, it takes more, and shorter ones.
    """
    return _is_among_rows(place, lines, kinds, 0, _FEWEST_ROWS, _LONGEST_ROW) or _is_among_rows(
        place, lines, kinds, lines[place].gap, 2 * _FEWEST_ROWS, _LONGEST_CELL
    )


def _is_among_rows(
    place: int, lines: Sequence[Line], kinds: Sequence[LineKind], gap: int, fewest: int, longest: int
) -> bool:
    """Return whether a line is one of at least `fewest` rows, each of at most `longest` letters, `gap` lines apart."""
    rows = 1
    if len(lines[place].text) > longest:
        return False
    for step in (-1, 1):
        row = place
        while rows < fewest and 0 <= row + step < len(lines) and lines[max(row, row + step)].gap == gap:
            row += step
            if kinds[row] not in ("heading", "body") or len(lines[row].text) > longest:
                break
            if lines[row].indent != lines[place].indent or _is_no_row(lines[row].text):
                break
            rows += 1
    return rows >= fewest


@lru_cache(1024)  # each line is a neighbour of several
def _is_no_row(text: str) -> bool:
    return bylines.opens_news(text) or bylines.is_signature(text)


def _runs_on(place: int, lines: Sequence[Line], kinds: Sequence[LineKind]) -> bool:
    """Return whether a line is running text that was not joined to the next line."""
    if place + 1 == len(lines) or lines[place + 1].gap > 0 or kinds[place + 1] not in ("body", "heading"):
        return False
    text, following = lines[place].text, lines[place + 1].text
    in_number = text[-1].isdecimal() and bool(_INSIDE_NUMBER.match(following))
    return in_number or continuation.fit(text, following) > _JOINED


def _is_torn_text(place: int, lines: Sequence[Line], kinds: Sequence[LineKind]) -> bool:
    """Return whether a line is a signature above a date, or follows an unfinished sentence and heads nothing."""
    line = lines[place]
    if is_office(line.text) and (place + 1 == len(lines) or _DATE.fullmatch(lines[place + 1].text)):
        return True
    before = lines[place - 1].text if place and kinds[place - 1] == "body" else ""
    if is_closed(before) or not re.search("[，。]", before):
        return False
    following = _next_text(place, lines, kinds)
    if following is None:
        return True
    return not (bylines.opens_news(following.text) or (line.gap > 0 and following.gap > 0))


def _next_text(place: int, lines: Sequence[Line], kinds: Sequence[LineKind]) -> Line | None:
    following = (lines[after] for after in range(place + 1, len(lines)) if kinds[after] in ("body", "byline"))
    return next(following, None)


def _told_by_format(lines: Sequence[Line]) -> Head | None:
    """Return the head that the file format gives, if any."""
    if not any(line.role == "headline" for line in lines):
        return None
    by_role = {
        role: " ".join(line.text for line in lines if line.role == role) for role in ("kicker", "headline", "subtitle")
    }
    return Head(**by_role)


def _headline_lines(plain: Sequence[Line], paper: Paper, *, has_subtitle: bool, lead: str = "") -> tuple[int, int]:
    """Return the range of the headline's lines: the first index, and the index after the last.

    A line followed by a —— subtitle is the headline.
    """
    levels = [line.level or 9 for line in plain]
    if len(set(levels)) > 1:
        best = levels.index(min(levels))
        return best, best + 1
    scores = [_says_who_acts(line.text, paper) for line in plain]
    first = len(plain) - 1 if has_subtitle else scores.index(max(scores))
    while not has_subtitle and first + 1 < len(plain) and _is_kicker(plain[first], plain[first + 1], lead):
        first += 1
    last = first + 1
    while last < len(plain) and _is_one_headline(plain[last - 1], plain[last], paper):
        last += 1
    while first and _is_one_headline(plain[first - 1], plain[first], paper):
        first -= 1
    return first, last


def _is_kicker(line: Line, below: Line, lead: str) -> bool:
    """Return whether a line names a series, or is foreign to the lead of a text that the line below belongs to."""
    if _SERIES_NAME.search(line.text) and not _SERIES_NAME.search(below.text):
        return True
    return _share_said(line.text, lead) <= _FOREIGN and _share_said(below.text, lead) >= _AKIN


def _share_said(text: str, lead: str) -> float:
    """Return the share of the pairs of letters of a line that a text says too, 0 to 1."""
    pairs = {one + other for one, other in pairwise(re.sub(r"\W", "", text))}
    return sum(pair in lead for pair in pairs) / max(len(pairs), 1)


def _is_one_headline(line: Line, below: Line, paper: Paper) -> bool:
    """Return whether a headline goes on in the line right below.

    >>> lines = [Line(text, 0, 0) for text in ("北岭渡口夜航", "恢复至十点", "云陂市开渡", "抢农时 抓春播 促增收")]
    >>> [_is_one_headline(one, other, Paper("demo")) for one, other in ((lines[0], lines[1]), (lines[3], lines[2]))]
    [True, False]
    """
    return judge(_ONE_HEADLINE, (line, below, paper)).answer


Rows = tuple[Line, Line, Paper]
"""Two lines of a head, and the paper."""


def _set_apart(rows: Rows) -> bool | None:
    line, below, paper = rows
    alike = _are_alike(line.text, below.text) and _says_who_acts(line.text, paper) == _says_who_acts(below.text, paper)
    is_apart = below.gap > 0 and not alike
    return False if is_apart or line.role or says_again(below.text, line.text) else None


def _says_nearly_the_same(rows: Rows) -> bool | None:
    pairs, others = ({one + other for one, other in pairwise(re.sub(r"\W", "", line.text))} for line in rows[:2])
    return False if 2 * len(pairs & others) > min(len(pairs), len(others)) else None


def _is_too_long(rows: Rows) -> bool | None:
    return False if len(rows[0].text) + len(rows[1].text) > _LONGEST_HEADING else None


def _names_an_office(rows: Rows) -> bool | None:
    text = rows[0].text
    is_name = is_office(text) and len(text) <= _LONGEST_OFFICE and "：" not in text
    return False if is_name or _SERIES_NAME.search(text) else None


def _goes_on_after_a_mark(rows: Rows) -> bool | None:
    """A mark that ends no headline, or a quotation that is still open."""
    text = rows[0].text
    is_open = text.count("“") > text.count("”") or text.count("《") > text.count("》")
    return True if is_open or text[-1] in "，、：（《“" else None


def _runs_over(rows: Rows) -> bool | None:
    """A word or a phrase runs over the end of the line."""
    return True if continuation.fit(rows[0].text, rows[1].text) > _RUNS_OVER else None


def _is_a_slogan(rows: Rows) -> bool | None:
    """Several words above a line that alone says who acts are a kicker."""
    line, below, paper = rows
    if " " not in line.text:
        return None
    return (
        False
        if len(line.text.split()) > 2 or (_names_place(below.text, paper) and not _names_place(line.text, paper))
        else None
    )


def _is_a_couplet(rows: Rows) -> bool | None:
    """Two words of equal length are whole, so what stands below is a subtitle."""
    words = [re.sub(r"\W", "", word) for word in rows[0].text.split()]
    is_whole = len(words) == 2 and len(words[0]) == len(words[1]) and not _are_alike(rows[0].text, rows[1].text)
    return False if is_whole else None


def _of_like_length(rows: Rows) -> bool | None:
    """A kicker above is often much shorter; the end of a headline may be short too."""
    upper, lower = len(rows[0].text), len(rows[1].text)
    return min(upper, lower) >= _SHORTEST_ROW and lower <= _LIKE_LENGTH * upper and upper <= _LONGER_ABOVE * lower


_ONE_HEADLINE = (
    _set_apart,
    _says_nearly_the_same,
    _is_too_long,
    _goes_on_after_a_mark,
    _names_an_office,
    _runs_over,
    _is_a_slogan,
    _is_a_couplet,
    _of_like_length,
)


def _are_alike(line: str, other: str) -> bool:
    """Return whether two lines have the same length and number of words."""
    return len(line) == len(other) and len(line.split()) == len(other.split())


def _says_who_acts(text: str, paper: Paper) -> int:
    if is_office(text):
        return -2
    return 2 * _names_place(text, paper) - (len(text.split()) > 2)


def _names_place(text: str, paper: Paper) -> bool:
    return any(alias in text for alias in paper.places) or bool(_PLACE.search(text))


def _join(lines: Iterable[Line]) -> str:
    """Join the lines of a head, without a space where a word or a phrase runs over the end of a line."""
    joined = ""
    for line in lines:
        text = " ".join(line.text.split())
        runs_over = not joined or joined[-1] in "，、：（《“" or continuation.fit(joined[-8:], text) > _RUNS_OVER
        joined += text if runs_over else f" {text}"
    return joined
