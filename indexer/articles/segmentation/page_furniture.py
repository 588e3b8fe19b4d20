"""Find the lines that belong to a page and to no article: masthead, folio, imprint, hotlines, lone marks.

A folio is recognised as readers recognise it, by `indexer.readers.folio`. A date alone or the title of a paper alone
may also stand under a notice, so they count only beside other such lines at the top of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from indexer.articles.page_lines import bylines
from indexer.articles.page_lines.source_map import Line
from indexer.articles.segmentation.jump_lines import RUNS_FROM, RUNS_ON
from indexer.cleaning.page_feet import is_page_foot
from indexer.model import Paper
from indexer.readers import folio
from indexer.text.folding import fold

_Standing = Literal["folio", "date", "title", "like a title", "part", ""]

_TOP_LINES, _BOTTOM_LINES = 12, 8
_LONGEST = 80
_NO_LETTER = re.compile(r"[\W_]+")
_IMPRINT = re.compile(
    r"责任?编辑?|责编|校对|美编|版式|组版|排版|(?:视觉|统筹|审读)(?=[\s:：/／|丨])|值班(?:编|主|总)|本版编辑|新闻热线|报料热线|投稿(?:邮|信|热)|"
    r"邮发代号|国内统一|社址|广告(?:热线|许可|经营)|发行热线|订报热线|版权所有|未经授权"
)
_NAMES_A_WRITER = re.compile(r"作者|[记記]者|通讯员")
_MAY_NAME_A_DAY = re.compile(r"版|[期拜]\s*[一二三四五六日天]|[周週]\s*[一二三四五六日天]")
_TITLE = re.compile(
    r"《?[一-鿿]{2,10}(?:日|晚|早|晨|午|时|時|周|週|商|都市|新|民|青年|工人|农民|农村|广播电视|教育|法制|法治|经济)[报報]》?"
    r"|《?[一-鿿]{2,10}(?:时讯|月刊|周刊)》?"
)
_ON_THE_WEB = re.compile(r"(?:多媒体)?(?:数字报|数字版|电子报|电子版)$")
_BESIDE_A_TITLE = re.compile(r"[·•|丨:：—\-]*(?:[A-Za-z]*|[A-Za-z]{0,2}\d{1,3}版?)")
_LABEL = r"[A-Za-z]{0,2}\d{1,2}版?"
_SECTION_NAME = re.compile(
    "要闻|头版|综合(?:新闻)?|时政(?:要闻)?|本市|本地|民生|社会|县区|区县|国内|国际|时事|天下|财经|经济|文化|教育|科教|健康|卫生|体育|文体|娱乐|旅游|法[治制]|评论|观点|理论|副刊|周末"
    "|(?:本埠|本省|各地|地方|社会|国内|国际|两岸|体育|教育|经济)(?:新闻|要闻)|地方|两岸|大陆|港闻|电讯|言论|论坛|产经|证券|影视|家庭"
    "|专[题版]|特刊|广告|公告|生活|农[业村]|三农|汽车|房产|视点|焦点|关注|聚焦|深度|人物|读者|图片|影像|文艺"
)
_LABELLED_SECTION = re.compile(rf"(?:{_LABEL})?[·•|:：]?(?:{_SECTION_NAME.pattern})?[·•|:：]?(?:{_LABEL})?")
_LATIN = re.compile(r"[A-Z][A-Za-z]+(?:\s+[A-Z][A-Za-z]+)*")


def of_page(lines: Sequence[Line], paper: Paper) -> frozenset[int]:
    """Return the places of the lines of a page that are its furniture.

    >>> lines = [Line(text, 0, 0) for text in ("云陂日报", "2024年1月26日", "要闻", "渡口夜航恢复", "云陂日报")]
    >>> sorted(of_page(lines, Paper("demo")))
    [0, 1, 2]
    """
    titles = _titles(paper)
    found = {place for place, line in enumerate(lines) if is_furniture(line)}
    found.update(_at_the_top(lines, titles), _at_the_bottom(lines, titles))
    beside = {other for place in found for other in (place - 1, place + 1) if 0 <= other < len(lines)}
    found.update(
        place
        for place in beside - found
        if _is_masthead(lines[place], titles)
        and any(_is_folio(lines[p].text) for p in (place - 1, place + 1) if p in found)
    )
    return frozenset(found)


def is_furniture(line: Line) -> bool:
    """Return whether a line is furniture by itself, wherever it stands.

    >>> is_furniture(Line("2024年1月26日 星期五 第03版", 0, 20)), is_furniture(Line("农历新年将至", 0, 6))
    (True, False)
    """
    text = line.text
    if _NO_LETTER.fullmatch(text) or is_page_foot(text):
        return True
    if len(text) > _LONGEST or "。" in text:
        return False
    return bool(_IMPRINT.search(text[:24])) or _is_folio(text) or _is_about_a_text(text)


def _is_folio(text: str) -> bool:
    return len(text) <= _LONGEST and bool(_MAY_NAME_A_DAY.search(text)) and folio.stands_alone(text)


def _is_about_a_text(text: str) -> bool:
    """Return whether a line is a web page's note on a text: its time, its source. A note with a name is a byline."""
    return folio.is_about_a_text(text) and not bylines.is_credit(text) and not _NAMES_A_WRITER.search(text)


def names_paper(line: Line, paper: Paper) -> bool:
    """Return whether a line is only a title of the paper, so that it can't be a headline.

    >>> names_paper(Line("云陂日报", 0, 4), Paper("demo", title="云陂日报"))
    True
    """
    return _is_masthead(line, _titles(paper))


def _at_the_top(lines: Sequence[Line], titles: frozenset[str]) -> Iterator[int]:
    """Yield the places of the lines above the first article."""
    run: list[_Standing] = []
    for line in lines[:_TOP_LINES]:
        standing = _standing(line, titles)
        if not standing:
            break
        run.append(standing)
    dated = max((place for place, standing in enumerate(run) if standing in ("folio", "date")), default=-1)
    anchor = max((place for place, standing in enumerate(run) if standing == "title"), default=dated)
    for place, standing in enumerate(run):
        if standing == "like a title" and place > dated:
            break
        if standing != "part" or dated >= 0 or place < anchor:
            yield place


def _at_the_bottom(lines: Sequence[Line], titles: frozenset[str]) -> Iterator[int]:
    """Yield the places of the lines below the last article. A date alone is the day of a notice."""
    run: list[tuple[int, _Standing]] = []
    for place in range(len(lines) - 1, max(len(lines) - _BOTTOM_LINES, 0) - 1, -1):
        standing = _standing(lines[place], titles)
        if standing not in ("folio", "title", "part"):
            break
        run.append((place, standing))
    if any(standing == "folio" for _, standing in run):
        yield from (place for place, _ in run)


def _standing(line: Line, titles: frozenset[str]) -> _Standing:
    """Return what a line would be at the edge of a page; "" for a line of an article."""
    text = line.text
    if line.role or len(text) > _LONGEST or RUNS_FROM.fullmatch(text) or RUNS_ON.fullmatch(text):
        return ""
    if is_furniture(line):
        return "folio" if _is_folio(text) else "part"
    if _names_paper(text, titles):
        return "title"
    told = folio.at_an_edge(text)
    if told:
        return told
    if _is_like_a_title(_squeezed(text)):
        return "like a title"
    return "part" if _LABELLED_SECTION.fullmatch(fold(_squeezed(text))) or _LATIN.fullmatch(text) else ""


def _is_like_a_title(name: str) -> bool:
    """Return whether a line is the name of a newspaper, in its order of today or from the right, as 報日陂雲."""
    return bool(_TITLE.fullmatch(name) or (name[:1] in ("报", "報") and _TITLE.fullmatch(name[::-1])))


def _is_masthead(line: Line, titles: frozenset[str]) -> bool:
    return line.role is None and len(line.text) <= _LONGEST and _names_paper(line.text, titles)


def _names_paper(text: str, titles: frozenset[str]) -> bool:
    """Return whether a line holds a title of the paper and nothing but a section or its name in Latin letters."""
    name = fold(_ON_THE_WEB.sub("", _squeezed(text)))
    return name[::-1] in titles or any(
        name.startswith(title)
        and (_BESIDE_A_TITLE.fullmatch(rest := name[len(title) :]) or _SECTION_NAME.fullmatch(rest.strip("·•|丨:：—-")))
        for title in titles
    )


def _titles(paper: Paper) -> frozenset[str]:
    named = (paper.title, *paper.former_titles, paper.name)
    return frozenset(fold(_squeezed(title)) for title in named if len(title) > 1 and not title.isascii())


def _squeezed(text: str) -> str:
    return "".join(text.split()).strip("《》【】*#_")
