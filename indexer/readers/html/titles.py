"""Find the titles on an HTML page and where each article begins.

Titles are the kicker, headline, subtitle and byline of an article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from indexer.model import Role
from indexer.readers.folio import claims_of, is_folio
from indexer.readers.html.bodies import Body
from indexer.readers.html.markup import Markup, MarkupLine, TagRole
from indexer.readers.html.prose import squeezed
from indexer.text.newsprint import STOPS

RoleLine = tuple[Role, str]
Properties = dict[str, list[str]]

_ORDER: tuple[Role, ...] = ("section", "kicker", "headline", "subtitle", "byline")
_PROPERTY_OF: dict[Role, str] = {
    "kicker": "introtitle",
    "headline": "title",
    "subtitle": "subtitle",
    "byline": "author",
}
_LONGEST_TITLE, _LONGEST_BARE_HEADLINE = 120, 40
_LINES_ABOVE = 4
"""The number of lines above a body in which a bold line may be its headline."""

_LONGEST_SECTION_NAME = 6
_BYLINE = re.compile(
    r"[\s□○●■◎（(]*(?:(?:本报|本刊|特约|见习|实习|全媒体|融媒体|首席|驻\S{1,6}?){0,3}(?:记者|通讯员|评论员)|(?:作者|文)\s*[:：/／|])"
    r"|\s*[□■○●◎]\s*(?:[\u3400-\u9fff]\s{0,2}){2,4}$"
)
_SOURCE_CITED = re.compile(r"《[^《》]{2,20}》\s*[（(][^（）()]*版[^（）()]*[)）]")
_STAFF = re.compile("编辑|责编|校对|审核|美编|来源")
_SENTENCE_END = re.compile(rf"[{STOPS}：；][”’）]?$")
_OPENING = re.compile(
    r"\s*[【（]?(?:本报|本刊|新华社|中新社)\S{0,12}?(?:讯|电)|\s*[（(](?:全媒体|融媒体|首席|见习)?(?:记者|通讯员)"
)
_NAME = re.compile(r"报$|数字报|电子版|电子报|多媒体|第.{1,4}版|网$|首页")
_FURNITURE = re.compile(
    r"(?:版面|标题|往期|本版|本期|按日期|数字报|日历|分享|相关|热点|推荐|图片|新闻)?(?:导航|概览|列表|回顾|检索|搜索|分享到?|链接|阅读|排行|日历)"
)


def compose(page: Markup, bodies: Sequence[Body], properties: Sequence[tuple[int, Properties]]) -> list[list[RoleLine]]:
    """Return the articles of a page, each as lines with roles, titles first.

    The titles of a body are inside it or between it and the previous body. Titles that the tags do not mark come from
    the metadata comment, if there is one for this body alone. Captions and bylines below a body belong to it.
    """
    articles: list[list[RoleLine]] = []
    previous = 0
    for number, body in enumerate(bodies):
        is_last = number + 1 == len(bodies)
        before = _with_bylines([_trusted(line) for line in page.lines[previous : body.start]])
        text = [line for stretch in body.stretches for line in page.lines[slice(*stretch)] if not is_folio(line.text)]
        if articles:
            below, before = _split_at_head(before)
            articles[-1] = _with_lines_below(articles[-1], below)
        found = _articles(before, [_trusted(line) for line in text])
        last = len(page.lines) + 1 if is_last else body.end
        told = [values for place, values in properties if previous <= place < last]
        if len(found) < 2 and len(told) < 2:
            title = page.title if len(bodies) == 1 else ""
            found = [_completed(found[0] if found else [], told[0] if told else {}, title)]
        articles += found
        previous = body.end
    if articles:
        articles[-1] = _with_lines_below(articles[-1], [_trusted(line) for line in page.lines[previous:]])
    return [article for article in articles if article]


def _split_at_head(between: list[MarkupLine]) -> tuple[list[MarkupLine], list[MarkupLine]]:
    """Split the lines between two bodies at the first title of the second."""
    roles = ("kicker", "headline", "beside")
    first = next((number for number, line in enumerate(between) if line.role in roles or line.level), 0)
    return between[:first], between[first:]


def _with_lines_below(article: list[RoleLine], below: list[MarkupLine]) -> list[RoleLine]:
    """Add the captions below the body of an article, and its byline if it lacks one."""
    known = squeezed("".join(text for _, text in article))
    news = [line for line in below if line.text and not line.linked and squeezed(line.text) not in known]
    captions: list[RoleLine] = [("caption", line.text) for line in news if line.role == "caption"]
    authors: list[RoleLine] = [("byline", line.text) for line in news if line.role == "byline"]
    if any(role == "byline" for role, _ in article) or any(_STAFF.search(text) for _, text in authors):
        authors = []
    head = sum(role in _ORDER for role, _ in article)
    return [*article[:head], *authors, *article[head:], *captions]


def _trusted(line: MarkupLine) -> MarkupLine:
    """Return the line without its role if it can't be a title.

    A title is short, not a link and not the heading of a menu. Captions keep their role.
    """
    text = _SOURCE_CITED.sub("", line.text).strip() if line.role == "byline" else line.text
    if line.role == "byline" and claims_of([text], bare=True):
        text = ""
    is_title = text and len(text) <= _LONGEST_TITLE and not line.linked and not _FURNITURE.fullmatch(text)
    if line.role == "caption" or is_title:
        return replace(line, text=text)
    return replace(line, text=text, role="", level=0)


def _with_bylines(before: list[MarkupLine]) -> list[MarkupLine]:
    """Mark lines below a headline that read like a byline, if the template marks none."""
    head = next((number for number, line in enumerate(before) if line.role == "headline" or line.level), len(before))
    if any(line.role == "byline" for line in before):
        return before
    return [
        replace(line, role="byline")
        if number > head and not line.role and not line.level and not line.linked and _is_byline(line.text)
        else line
        for number, line in enumerate(before)
    ]


def _articles(before: list[MarkupLine], body: list[MarkupLine]) -> list[list[RoleLine]]:
    """Split one body at its headlines.

    Of the lines before the body, only titles and captions count.
    """
    if any(line.role == "headline" for line in (*before, *body)):
        titles, level = [line for line in before if line.role], 0
    else:
        titles = _heading_with_neighbours(before)
        level = _headline_level(titles, body)
    body = _bold_headlines(body)
    drafts: list[list[RoleLine]] = [[]]
    for is_head, run in groupby((*titles, *body), key=lambda line: _is_title(line, level)):
        lines = list(run)
        if is_head and any(_is_headline(line, level) for line in lines):
            if any(role == "body" for role, _ in drafts[-1]):
                drafts.append([])
            drafts[-1] += _head(lines, level)
        else:
            drafts[-1] += [("caption" if line.role == "caption" else "body", line.text) for line in lines if line.text]
    return [draft for draft in map(_without_echo, drafts) if draft]


def _bold_headlines(body: list[MarkupLine]) -> list[MarkupLine]:
    """Mark bold lines as headlines, if the body uses them as such.

    It does if a bold line is between text and an opening like 本报讯. Otherwise bold lines are inner headings.
    """
    found = [line.bold and not line.role and not _SENTENCE_END.search(line.text) for line in body]
    begins = any(
        found[number] and not found[number - 1] and _opens_after(body[number:], found[number:])
        for number in range(1, len(body))
    )
    if not begins:
        return body
    return [replace(line, role=_bold_role(line.text)) if bold else line for line, bold in zip(body, found, strict=True)]


def _opens_after(lines: list[MarkupLine], bold: list[bool]) -> bool:
    """Return whether the first line after a run of bold lines opens an article."""
    first = next((line for line, is_bold in zip(lines, bold, strict=True) if not is_bold), None)
    return first is not None and bool(_OPENING.match(first.text))


def _bold_role(text: str) -> TagRole:
    return "subtitle" if text.startswith(("——", "--", "―")) else "headline"


def _is_title(line: MarkupLine, level: int) -> bool:
    return line.role not in ("", "caption") or bool(level and line.level)


def _is_headline(line: MarkupLine, level: int) -> bool:
    return line.role == "headline" or 0 < line.level == level


def _heading_with_neighbours(before: list[MarkupLine]) -> list[MarkupLine]:
    """Return the heading that is the headline, its adjacent headings, and lines with a role."""
    ranks = [(line.level, -number) for number, line in enumerate(before) if line.level and not _is_page_head(line)]
    if not ranks:
        return _bold_title(before) or [line for line in before if line.role]
    first = last = -min(ranks)[1]
    while first > 0 and before[first - 1].level and not _is_page_head(before[first - 1]):
        first -= 1
    while last + 1 < len(before) and before[last + 1].level:
        last += 1
    return [line for number, line in enumerate(before) if line.role or first <= number <= last]


def _bold_title(before: list[MarkupLine]) -> list[MarkupLine]:
    """Return the last bold line close above the body as headline, and lines with a role.

    This is used if nothing else indicates a headline.
    """
    close = before[-_LINES_ABOVE:]
    bold = [number for number, line in enumerate(close) if line.bold and _may_be_headline(line.text)]
    if not bold:
        return []
    return [
        replace(line, role="headline") if number == bold[-1] else line
        for number, line in enumerate(close)
        if number == bold[-1] or line.role
    ]


def _may_be_headline(text: str) -> bool:
    """Return whether an unmarked line reads like a headline.

    It must be short, and not a sentence, opening, byline, folio or menu.
    """
    letters = len(squeezed(text))
    if not 4 <= letters <= _LONGEST_BARE_HEADLINE or _SENTENCE_END.search(text) or "。" in text or text[0] in "▲▼◀△（(":
        return False
    looks_otherwise = (
        _OPENING.match(text),
        _BYLINE.match(text),
        _FURNITURE.fullmatch(text.strip()),
        _NAME.search(text),
    )
    return not any(looks_otherwise) and not claims_of([text], bare=True)


def _with_first_line_as_headline(article: list[RoleLine]) -> list[RoleLine]:
    """Make a short first line above running text the headline.

    This is used if nothing marks a headline. Lines below it may be bylines.
    """
    first = next((number for number, (role, _) in enumerate(article) if role == "body"), len(article))
    if first == len(article) or not _may_be_headline(article[first][1]):
        return article
    rest = article[first + 1 :]
    authors = sum(1 for _ in takewhile(lambda one: one[0] == "body" and _is_byline(one[1]), rest))
    following = next((text for role, text in rest[authors:] if role == "body"), "")
    if len(following) < _LONGEST_BARE_HEADLINE // 2 or not re.search("[。！？]", following):
        return article
    bylines: list[RoleLine] = [("byline", text) for _, text in rest[:authors]]
    return [*article[:first], ("headline", article[first][1]), *bylines, *rest[authors:]]


def _is_byline(text: str) -> bool:
    return bool(_BYLINE.match(text)) and len(text) <= _LONGEST_BARE_HEADLINE and not _SENTENCE_END.search(text)


def _is_page_head(line: MarkupLine) -> bool:
    return bool(claims_of([line.text], bare=True))


def _headline_level(titles: list[MarkupLine], body: list[MarkupLine]) -> int:
    """Return the heading level that begins an article.

    It is the highest one, unless that only names the page or a section.
    """
    first_text = next((number for number, line in enumerate(body) if not line.level and not line.role), len(body))
    lead = [line for line in (*titles, *body[:first_text]) if line.level and not _is_page_head(line)]
    inner = {line.level for line in body[first_text:] if line.level}
    if not lead:
        return min(inner, default=0)
    highest = min(lead, key=lambda line: line.level)
    shared = {line.level for line in lead} & inner
    if shared and len(highest.text) <= _LONGEST_SECTION_NAME:
        return max(shared)
    return highest.level


def _head(lines: list[MarkupLine], level: int) -> list[RoleLine]:
    """Return the title lines with their roles, in printed order and without repeats."""
    first = next(number for number, line in enumerate(lines) if _is_headline(line, level))
    roles = [(_role_in_head(line, number < first, level), line.text) for number, line in enumerate(lines) if line.text]
    once = {squeezed(text): (role, text) for role, text in reversed(roles)}
    in_order = list(once.values())[::-1]
    return sorted(in_order, key=lambda one: _ORDER.index(one[0]))


def _role_in_head(line: MarkupLine, is_before: bool, level: int) -> Role:
    if line.role in ("kicker", "headline", "subtitle", "byline"):
        return line.role
    if 0 < line.level < level:
        return "section"
    if _is_headline(line, level):
        return "headline"
    if _BYLINE.match(line.text):
        return "byline"
    return "kicker" if is_before else "subtitle"


def _without_echo(draft: list[RoleLine]) -> list[RoleLine]:
    """Drop the first line of the text if it only repeats the headline."""
    headline = squeezed("".join(text for role, text in draft if role == "headline"))
    first = next((number for number, (role, _) in enumerate(draft) if role == "body"), None)
    if first is not None and headline and squeezed(draft[first][1]) == headline:
        return draft[:first] + draft[first + 1 :]
    return draft


def _completed(article: list[RoleLine], told: Properties, page_title: str) -> list[RoleLine]:
    """Add titles that the tags do not mark, from the metadata comment or page title."""
    roles = {role for role, _ in article}
    if "headline" not in roles and "title" not in told and (title := _headline_of_title(page_title)):
        told = {**told, "title": [title]}
    elif "headline" not in roles and "title" not in told:
        article = _with_first_line_as_headline(article)
        roles = {role for role, _ in article}
    text = squeezed("".join(line for _, line in article))
    lines_of_text = {squeezed(line) for _, line in article}
    added: list[RoleLine] = []
    for role in _PROPERTY_OF:
        lines = told.get(_PROPERTY_OF[role], [])
        if role in roles or not lines:
            continue
        if role == "headline" and (echo := _line_that_says(article, "".join(lines))) is not None:
            article = [
                ("headline", line) if number == echo else (kind, line) for number, (kind, line) in enumerate(article)
            ]
        elif role == "byline":
            added += [(role, line) for line in lines if not all(part in text for part in _names(line))]
        else:
            added += [(role, line) for line in lines if squeezed(line) not in lines_of_text]
    head = [one for one in (*added, *article) if one[0] in _ORDER]
    rest = [one for one in article if one[0] not in _ORDER]
    return [*sorted(head, key=lambda one: _ORDER.index(one[0])), *rest] if head or rest else []


def _names(line: str) -> list[str]:
    """Return the names in an author comment, which may list several people.

    The text may list them one by one.
    """
    return [squeezed(name) for name in re.split(r"[\s、，,;；/]+", line.strip())]


def _line_that_says(article: list[RoleLine], title: str) -> int | None:
    """Return the number of the line among the first four that equals the title."""
    wanted = squeezed(title)
    return next((number for number, (_, line) in enumerate(article[:4]) if squeezed(line) == wanted), None)


def _headline_of_title(page_title: str) -> str:
    """Return the part of a <title> besides the name of the paper, or ""."""
    parts = [part.strip() for part in re.split(r"\s*[-_|]+\s*|——|–", page_title) if part.strip()]
    parts = [part for part in parts if re.search("[\u3400-\u9fff]", part)]
    return next((part for part in parts if not _NAME.search(part) and not claims_of([part], bare=True)), "")
