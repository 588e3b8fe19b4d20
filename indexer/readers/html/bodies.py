"""Find the text of articles on an HTML page.

Several finders run in order, and each adds what the previous ones missed. The templates of e-paper systems differ
widely, and each omits some marks. The finders are ordered by how often scrapers of Chinese e-papers use each mark.
Unmarked text counts if it reads like an article and is not in a menu, footer or comment. So no text of an article is
lost because a template does not mark it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.readers.folio import claims_of
from indexer.readers.html.markup import BODY_MARK, Markup, MarkupLine, Stretch, is_furniture
from indexer.readers.html.prose import LEAST_BLOCK, LEAST_UNDER_HEADING, SENTENCE_END, Copied, is_running_text, letters

_FOOTER = re.compile(
    r"版权所有|All Rights Reserved|Copyright|ICP备|ICP证|许可证|公网安备|技术支持|未经授权", re.IGNORECASE
)
_NOTICE = re.compile(r"浏览器|Flash|分辨率|本网|转载|免责|版权|客户端|二维码|登录|注册|网友|订阅", re.IGNORECASE)
"""Words of short texts that address the visitor of the site, not the reader of the paper."""

_NOTICE_CLAUSE = re.compile(
    r"版权声明|免责声明|凡本[网站报]|凡注明|本网站?(?:刊登|转载|所有|内容|未注明)|版权(?:均|皆|全部)?(?:属|归)|特此声明|违反上述声明|如需转载|请勿转载"
    r"|不得(?:转载|擅自|以任何)|(?:书面|本[报社网站])授权|未经.{0,12}(?:授权|许可|同意)|追究.{0,8}法律责任|注明(?:来源|出处|稿件来源)|转载(?:、链接|请注明|其他媒体)"
    r"|(?:新闻|信息)服务许可|备案号|举报(?:电话|邮箱)|用户协议|隐私政策|友情链接|技术支持|违法和不良信息"
    r"|请?(?:您|先)?登录后|用户名[:：]|验证码|忘记密码|注册账号|立即注册|发表评论|文明上网|理性发言|网友评论仅供|最佳浏览|建议使用.{0,12}浏览器"
)
"""What the notices, log-in boxes and comment boxes of sites say. Two of these make a notice of a text of any length."""

_LETTERS_PER_CLAUSE = 60
"""A text with fewer such clauses for its length only mentions them."""

_DATELINE = re.compile(r"本报[^，。]{0,12}?[讯电]|新华社[^，。]{0,12}?[讯电]|[（(](?:本报)?(?:记者|通讯员)")

_COMMENTS = re.compile(
    r"[【\[]?(?:网友|最新|热门|精彩|全部|所有|文章|用户|读者|相关|我来|我要|发表)*(?:评论|留言|跟帖|点评)(?:列表|区|专区)?"
    r"[\]】]?\s*[:：]?\s*(?:[(（]?\s*(?:共\s*)?\d*\s*[条篇]?\s*(?:评论)?[)）]?)?"
)
"""A line above the comments of readers of the site."""

_LONGEST_NOTICE = 120
"""The most letters in a block about browsers or copyright that counts as a notice."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text of one or more articles, as stretches of lines in document order.

    `finder` names what found the first stretch.
    """

    finder: str
    stretches: tuple[Stretch, ...]

    @property
    def start(self) -> int:
        """The number of the first line."""
        return self.stretches[0][0]

    @property
    def end(self) -> int:
        """The number of the line after the last."""
        return self.stretches[-1][1]


def find_bodies(page: Markup) -> list[Body]:
    """Return the bodies of a page in document order.

    A second copy of a body is left out. The list is empty if the page has no article text. If the page marks a place
    for a body but leaves it empty, as for a photograph, the result is one body without letters.
    """
    marked = _marked(page)
    if not any(letters(page.lines[slice(*stretch)]) for stretch, _ in marked):
        blocks = [Body(_UNMARKED, (block,)) for block in _largest_text(page)]
        return blocks or [Body(finder, (stretch,)) for stretch, finder in marked[:1]]
    return _joined(sorted([*marked, *((block, _UNMARKED) for block in _beside(marked, page))]), page)


def _between_comments(page: Markup, *, enp: bool) -> Iterator[Stretch]:
    """Yield the stretches between `<!--enpcontent-->` and its closing comment.

    The opening comment may occur twice; text before the second one counts.
    """
    opened: int | None = None
    for comment, place in page.comments:
        mark = BODY_MARK.fullmatch(comment)
        if mark and bool(mark["enp"]) == enp:
            if opened is not None and place > opened:
                yield opened, place
            opened = None if mark["closing"] or mark["npm_closing"] else place
    if opened is not None:
        yield opened, min((end for _, (start, end) in page.tags if start <= opened < end), default=opened)


_FINDERS: tuple[tuple[str, Callable[[Markup], Iterable[Stretch]]], ...] = (
    ("founder-content", lambda page: page.find("founder-content")),
    ("#ozoom", lambda page: page.find(id_="ozoom")),
    ("<!--enpcontent-->", lambda page: _between_comments(page, enp=True)),
    ("div.article", lambda page: page.find("div", class_="article")),
    ("#articleContent", lambda page: page.find(id_="articlecontent")),
    ("div.text_c", lambda page: page.find("div", class_="text_c")),
    ("<!--<npm:article-content>-->", lambda page: _between_comments(page, enp=False)),
    ("cms-content", lambda page: page.find("cms-content")),
    ("#doccontent", lambda page: page.find(id_="doccontent")),
    ("#contenttext", lambda page: page.find(id_="contenttext")),
    ("#articleText", lambda page: page.find(id_="articletext")),
    ("div.newsdetatext", lambda page: page.find("div", class_="newsdetatext")),
    ("div.M_m_cont", lambda page: page.find("div", class_="m_m_cont")),
    ("article", lambda page: page.find("article")),
)


_Found = tuple[Stretch, str]
"""A stretch of lines and the name of its finder."""

_UNMARKED = "largest text block"
_BEARS_ANY_TEXT = (
    *("founder-content", "#ozoom", "<!--enpcontent-->", "#articleContent", "<!--<npm:article-content>-->"),
    *("cms-content", "#doccontent"),
)
"""Marks that enclose only the text of an article. Text added by other marks must read like running text."""

_WRAPPERS = ("founder-content", "#ozoom")


def _marked(page: Markup) -> list[_Found]:
    """Return the stretches of all finders, without overlaps and copies.

    Earlier finders take precedence.
    """
    found: list[_Found] = []
    taken: set[int] = set()
    for name, find in _FINDERS:
        beside = [(stretch, name) for stretch in find(page) if taken.isdisjoint(range(*stretch))]
        if taken and name not in _BEARS_ANY_TEXT:
            beside = [one for one in beside if is_running_text(_unlinked(one[0], page), LEAST_UNDER_HEADING)]
        if beside:
            found = _without_copies([*found, *beside], page)
            taken = {number for stretch, _ in found for number in range(*stretch)}
    return found


def _without_copies(found: Iterable[_Found], page: Markup) -> list[_Found]:
    """Drop every body whose text is part of another body.

    Templates repeat a body for printing and for reading aloud. A body without letters stays if it has its own headline
    above, as a photograph does.
    """
    kept: dict[_Found, Copied] = {}
    by_key: dict[str, set[_Found]] = defaultdict(set)
    for one in sorted(found):
        lines = page.lines[slice(*one[0])]
        copied = Copied.of(lines)
        alike = [other for key in copied.fingerprints() for other in by_key[key] if other in kept]
        if copied.text and not any(kept[other].says(lines) for other in alike):
            for other in {other for other in alike if copied.says(page.lines[slice(*other[0])])}:
                del kept[other]
            kept[one] = copied
            for key in copied.fingerprints():
                by_key[key].add(one)
    return _with_empty(kept, [one for one in found if not letters(page.lines[slice(*one[0])])], page)


def _with_empty(kept: Collection[_Found], empty: Iterable[_Found], page: Markup) -> list[_Found]:
    """Add the empty bodies below a headline, unless its text is in another body."""
    if not kept:
        return sorted(empty)[:1]
    places = dict([*((one[0], one) for one in empty), *((one[0], one) for one in kept)])
    ordered = [places[stretch] for stretch in sorted(places)]
    bodies: list[_Found] = []
    for number, one in enumerate(ordered):
        (start, end), _ = one
        above = page.lines[ordered[number - 1][0][1] if number else 0 : start]
        below = page.lines[end : ordered[number + 1][0][0]] if one is not ordered[-1] else None
        if one in kept or (_has_headline(above) and (below is None or _has_headline(below))):
            bodies.append(one)
    return bodies


def _beside(marked: Sequence[_Found], page: Markup) -> list[Stretch]:
    """Return the unmarked text of articles.

    This is the rest of a wrapper, and running text anywhere else.
    """
    taken = {number for (start, end), _ in marked for number in range(start, end)}
    copied = Copied.of(page.lines[number] for number in sorted(taken))
    wrapped = {
        number
        for name, find in _FINDERS
        if name in _WRAPPERS
        for stretch in find(page)
        if not taken.isdisjoint(range(*stretch))
        for number in range(*stretch)
    }
    found: list[Stretch] = []
    for number in sorted(wrapped - taken):
        line = page.lines[number]
        if letters([line]) and not line.linked and not copied.says([line]):
            found.append((number, number + 1))
    outside = _unmarked_blocks(page, taken | wrapped | _furniture(page) | _comments(page))
    for block in outside:
        lines = page.lines[slice(*block)]
        is_short_notice = letters(lines) <= _LONGEST_NOTICE and any(_NOTICE.search(line.text) for line in lines)
        is_notice = is_short_notice or _is_notice(lines)
        if is_running_text(_without_captions(lines), LEAST_BLOCK) and not is_notice and not copied.says(lines):
            found.append(_from_heading(block, page))
    return found


def _joined(found: Sequence[_Found], page: Markup) -> list[Body]:
    """Join stretches that belong together into one body.

    Unmarked text continues the text above it, unless a headline is between them.
    """
    bodies: list[Body] = []
    previous = ""
    for stretch, finder in found:
        is_loose = _UNMARKED in (finder, previous)
        if bodies and is_loose and not _has_headline(page.lines[bodies[-1].end : stretch[0] + 1]):
            bodies[-1] = Body(bodies[-1].finder, (*bodies[-1].stretches, stretch))
        else:
            bodies.append(Body(finder, (stretch,)))
        previous = finder
    return bodies


def _has_headline(lines: Iterable[MarkupLine]) -> bool:
    return any((line.role == "headline" or line.level) and not line.linked for line in lines)


def _is_notice(lines: Sequence[MarkupLine]) -> bool:
    """Return whether lines are a notice of the site or its log-in box, not news about copyright.

    News begin with a dateline or mention such words in passing.
    """
    text = "".join(line.text for line in lines)
    clauses = {match.group() for match in _NOTICE_CLAUSE.finditer(text)}
    return len(clauses) > 1 and len(clauses) * _LETTERS_PER_CLAUSE > len(text) and not _DATELINE.search(text)


def _comments(page: Markup) -> set[int]:
    """Return the numbers of the lines below the heading of the site's comments, down to the next heading."""
    found: set[int] = set()
    inside = False
    for number, line in enumerate(page.lines):
        if _COMMENTS.fullmatch(line.text.strip()):
            inside = True
        elif line.role == "headline" or line.level in (1, 2):
            inside = False
        if inside:
            found.add(number)
    return found


def _furniture(page: Markup) -> set[int]:
    """Return the numbers of all lines inside tags that hold no article.

    The name, id or class of the tag decides.
    """
    stretches = (stretch for tag, stretch in page.tags if is_furniture(tag))
    return {number for start, end in stretches for number in range(start, end)}


def _largest_text(page: Markup) -> list[Stretch]:
    """Return the blocks of running text, for a page without any mark.

    Headings between them indicate where an article ends.
    """
    comments = _comments(page)
    # Some templates put the whole page into a form, so furniture counts if there is nothing else.
    return _running(page, comments | _furniture(page)) or _running(page, comments)


def _running(page: Markup, taken: Collection[int]) -> list[Stretch]:
    """Return the unmarked blocks of running text outside the `taken` lines."""
    blocks = [one for one in _unmarked_blocks(page, taken) if not _is_notice(page.lines[slice(*one)])]
    texts = {block: _without_captions(page.lines[slice(*block)]) for block in blocks}
    running = [block for block in blocks if is_running_text(texts[block], LEAST_BLOCK)]
    running = running or [block for block in blocks if is_running_text(page.lines[slice(*block)], LEAST_BLOCK)]
    if not running and any(line.level and not line.linked for line in page.lines):
        running = [block for block in blocks if is_running_text(page.lines[slice(*block)], LEAST_UNDER_HEADING)]
    return [_from_heading(block, page) for block in running]


def _without_captions(lines: Iterable[MarkupLine]) -> list[MarkupLine]:
    return [line for line in lines if line.role != "caption"]


def _from_heading(block: Stretch, page: Markup) -> Stretch:
    """Drop the lines above the first heading of a block, unless they are running text.

    Such lines are menus and tools.
    """
    start, end = block
    first_heading = next((number for number in range(start, end) if page.lines[number].level), start)
    above = page.lines[start:first_heading]
    return (start if any(SENTENCE_END.search(line.text) for line in above) else first_heading), end


def _unmarked_blocks(page: Markup, taken: Collection[int]) -> Iterator[Stretch]:
    """Yield runs of lines in one container, with the headings and captions among them.

    Links, footers and taken lines end a run.
    """
    start, container = 0, 0
    for number, line in enumerate(page.lines):
        is_free = number not in taken and not line.linked
        is_text = is_free and not (line.level or line.role or _is_furniture(line))
        is_inner = is_free and bool(line.level or line.role)
        if container and not is_inner and not (is_text and line.container == container):
            yield start, number
            container = 0
        if is_text and not container and not claims_of([line.text], bare=True):
            start, container = number, line.container
    if container:
        yield start, len(page.lines)


def _is_furniture(line: MarkupLine) -> bool:
    return bool(_FOOTER.search(line.text)) or any(claim.about == "page" for claim in claims_of([line.text]))


def _unlinked(stretch: Stretch, page: Markup) -> list[MarkupLine]:
    return [line for line in page.lines[slice(*stretch)] if not line.linked]
