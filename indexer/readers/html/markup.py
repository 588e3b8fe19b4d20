"""Convert HTML to the lines that a browser shows, with the features of their tags.

Only this module uses BeautifulSoup.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from typing import Literal

from bs4 import BeautifulSoup, ParserRejectedMarkup, Tag
from bs4.element import Comment, NavigableString, PreformattedString

from indexer.errors import PageError
from indexer.readers.html.hidden import Hidden

TagRole = Literal["", "kicker", "headline", "subtitle", "byline", "caption", "beside"]
"""The role of text according to its tag.

`beside` is a kicker before the headline or a subtitle after it.
"""

_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|founder-author|founder-content|founder-title|h[1-6]|header|hr|html|li|main|ol|p|pre|section|table|tbody|td"
    "|tfoot|th|thead|tr|ul"
)
_LEFT_OUT = re.compile(
    "button|footer|head|iframe|nav|noscript|object|option|script|select|style|template|textarea", re.IGNORECASE
)
_CELLS = ("td", "th")
_LONGEST_CELL, _LONGEST_CAPTION = 40, 300
_HEADING = re.compile("h[1-6]")
_DEEPEST, _MOST_TAGS = 600, 60_000
"""Limits of the nesting depth and the number of tags.

Pages have a depth of some 20 and some 500 tags; parsing takes 40 µs per tag.
"""

_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
_PARAGRAPH_IN_TITLE = re.compile(r"<(h[1-6])\b([^<>]*)>(\s*<p\b.{0,600}?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_PARAGRAPH_TAG = re.compile(r"</?p\b[^<>]*>", re.IGNORECASE)
_PARAGRAPH_IN_PARAGRAPH = re.compile(r"(<p\b[^<>]*>)\s*<p\b[^<>]*>", re.IGNORECASE)
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)")
PAGE_LINK = "pagelink"
"""The id, in lower case, of links to the pages of the issue. A single such link names this page."""

_WRITTEN = re.compile(r"document\.write(?:ln)?\(\s*(?:\w+\(\s*)?([\"'])(.*?)\1", re.DOTALL)
BODY_MARK = re.compile(r"\s*(?P<closing>/)?(?:(?P<enp>enpcontent)|<(?P<npm_closing>/)?npm:article-content>)\s*")
_HAN = "[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]"
_WRAP = re.compile(rf"(?<={_HAN})[ \t\f]*+[\r\n]++[ \t\r\n\f]*+(?={_HAN})")
_SPACE = re.compile(r"[ \t\r\n\f]+")

_ROLE_OF_NAME: dict[str, TagRole] = {"founder-title": "headline", "founder-author": "byline", "figcaption": "caption"}
_ROLE_OF_NAME_OR_CLASS: dict[str, TagRole] = {
    "headline": "headline",
    "doctitle": "headline",
    "articletitle": "headline",
    "newsarticletitle": "headline",
    "zhengti": "headline",
    "kicker": "kicker",
    "pretitle": "kicker",
    "introtitle": "kicker",
    "leadtitle": "kicker",
    "yinti": "kicker",
    "jianti": "kicker",
    "subtitle": "subtitle",
    "subdoctitle": "subtitle",
    "subhead": "subtitle",
    "futi": "subtitle",
    "author": "byline",
    "docauthor": "byline",
    "zuozhe": "byline",
    "byline": "byline",
    "newsarticleauthor": "byline",
}
"""Ids and classes without hyphens and underscores, as the templates of several systems have them."""

_ROLE_OF_ID: dict[str, TagRole] = {"title": "headline"}
_ROLE_OF_CLASS: dict[str, TagRole] = {
    "font01": "headline",
    "font02": "beside",
    "bt1": "headline",
    "bt2": "beside",
    "intro": "beside",
    "sub": "beside",
    "sec": "byline",
    "lai": "byline",
}
_CAPTION_CLASS = re.compile(
    "(?:(?:pic|picture|img|image|photo)[-_]?(?:text|txt|desc|description|info|note|word|title|caption))|caption|tushuo"
)

_CAPTION = re.compile("[摄攝]|图[为：:]|圖[為：:]|[▲▼]|供图|供圖|图片|。$")
"""What the words of a picture have that is no logo or button."""

_LEAST_CAPTION = 8
_FACT = re.compile("news(?:edition(?:number|name)|article(?:pubday|author|title))")
"""The ids of hidden tags in which Founder's templates keep what they say to programs."""

_FURNITURE_TAGS = frozenset(("aside", "form", "header", "menu"))
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:foot|bottom|copy-?right|nav|menu|bread|crumb|related?|recommend|hot|rank|comment|share|tool|side-?bar"
    r"|aside|banner|ad|ads|advert|search|login|links?|disclaimer|statement|tips?|notice)(?:$|[\s_-]|er$|ing$|s$|bar|box)"
)
"""Names that templates use for the parts of a page without articles."""


@dataclass(frozen=True, slots=True)
class MarkupLine:
    """One line as a browser shows it.

    `unlinked` is the text outside links. `level` is 1–6 inside h1–h6, else 0. `container` is a number that identifies
    the innermost block around the line; a block without inner blocks counts as a paragraph, not a container. `bold`
    indicates that the whole line is bold.
    """

    text: str
    unlinked: str
    role: TagRole
    level: int
    container: int
    bold: bool = False

    @property
    def linked(self) -> bool:
        """Whether the whole line is links."""
        return not self.unlinked


Stretch = tuple[int, int]
"""A half-open range of line numbers."""


@dataclass(slots=True)
class Markup:
    """The lines of a page in document order, with the places of its tags and comments.

    `hides` indicates that tags were left out because a browser does not show them. `facts` are the texts of hidden tags
    that tell programs about the article, by their ids in lower case.
    """

    lines: list[MarkupLine] = field(default_factory=list)
    tags: list[tuple[Tag, Stretch]] = field(default_factory=list)
    comments: list[tuple[str, int]] = field(default_factory=list)
    title: str = ""
    addresses: tuple[str, ...] = ()
    hides: bool = False
    facts: dict[str, str] = field(default_factory=dict)

    def find(self, name: str = "", *, id_: str = "", class_: str = "") -> list[Stretch]:
        """Return the stretches of all tags with this name, id or class, ignoring case.

        Tags inside a matching tag are left out.
        """
        found: list[Stretch] = []
        for tag, (start, end) in self.tags:
            wanted = (
                (not name or tag.name == name)
                and (not id_ or _attribute(tag, "id") == id_)
                and (not class_ or class_ in _attribute(tag, "class").split())
            )
            if wanted and not (found and start < found[-1][1]):
                found.append((start, end))
        return found


def read_markup(html: str, source: str, *, with_hidden: bool = False) -> Markup:
    """Convert a page of HTML to lines.

    Tags that a browser does not show are left out, unless `with_hidden`.

    Raises PageError if it has too many tags or they are nested too deeply.

    >>> [line.text for line in read_markup("<p>一<br>二</p><script>x</script><h1>三</h1>", "demo/1.html").lines]
    ['一', '二', '三']
    """
    soup = _parse(html, source)
    layout = _Layout(text="".join(soup.get_text().split()))
    layout.walk(soup, None if with_hidden else Hidden.of(soup))
    markup = layout.markup
    markup.title = soup.title.get_text(" ", strip=True) if soup.title else ""
    markup.addresses = _addresses(soup)
    return markup


class _BoundedSoup(BeautifulSoup):
    """A soup that stops at too many tags, since deep nesting takes quadratic time.

    Raises _TooManyTags at either limit.
    """

    tags = 0

    def pushTag(self, tag: Tag) -> None:  # noqa: N802 (Beautiful Soup's name)
        self.tags += 1
        if self.tags > _MOST_TAGS or len(self.tagStack) > _DEEPEST:
            raise _TooManyTags
        super().pushTag(tag)


class _TooManyTags(Exception):  # noqa: N818 (never leaves this module)
    """Raised to stop the parser."""


def _parse(html: str, source: str) -> BeautifulSoup:
    """Parse with lxml or, if that fails, with the slower parser of Python.

    Raises PageError if there are too many tags.
    """
    html = _without_inner_paragraphs(_XML_DECLARATION.sub("", html))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=UserWarning)  # Beautiful Soup warns about text without tags
        try:
            try:
                soup = _BoundedSoup(html, "lxml")
            except (ParserRejectedMarkup, ValueError):
                return _BoundedSoup(html, "html.parser")
            return soup if soup.get_text(strip=True) else _BoundedSoup(html, "html.parser")
        except _TooManyTags:
            raise PageError(
                source,
                f"its HTML is broken: more than {_DEEPEST} tags stand inside one another, or {_MOST_TAGS} on the page; "
                "save the page again, or as text",
            ) from None


def _without_inner_paragraphs(html: str) -> str:
    """Unwrap a paragraph inside a title.

    Parsers end the title where such a paragraph begins.
    """
    html = _PARAGRAPH_IN_TITLE.sub(
        lambda match: f"<{match[1]}{match[2]}>{_PARAGRAPH_TAG.sub('<br>', match[3])}</{match[1]}>", html
    )
    return _PARAGRAPH_IN_PARAGRAPH.sub(r"\1", html)


def text_of(html: str, source: str) -> list[str]:
    """Return the lines of a small piece of HTML, such as a title inside a comment."""
    return [line.text for line in read_markup(html, source).lines]


@dataclass(frozen=True, slots=True)
class _Context:
    """The features that an open tag and its ancestors give to the text inside.

    They are computed once, when the tag opens.
    """

    role: TagRole = ""
    level: int = 0
    container: int = 0
    in_link: bool = False
    is_bold: bool = False
    is_preformatted: bool = False
    is_row_of_data: bool = False
    ends_line: bool = True

    def inside(self, tag: Tag) -> _Context:
        """Return the context inside `tag`, a child of this one."""
        name, own_role = tag.name, _role_of(tag)
        is_block = bool(_BLOCKS.fullmatch(name))
        is_cell_of_data = name in _CELLS and self.is_row_of_data
        return _Context(
            role=own_role or ("caption" if name == "table" and _is_picture(tag) else self.role),
            level=int(name[1]) if _HEADING.fullmatch(name) else self.level,
            container=id(tag) if is_block and not _is_leaf(tag) else self.container,
            in_link=self.in_link or name == "a",
            is_bold=self.is_bold or name in ("b", "strong"),
            is_preformatted=self.is_preformatted or name == "pre",
            is_row_of_data=name == "tr" and _is_row_of_data(tag),
            ends_line=bool(own_role) or name == "br" or _is_page_link(tag) or (is_block and not is_cell_of_data),
        )


@dataclass(slots=True)
class _Layout:
    """Walks a soup and collects its lines.

    The walk uses its own stack instead of recursion, because pages may nest thousands of levels deep.
    """

    markup: Markup = field(default_factory=Markup)
    text: str = ""
    """The whole text of the page, without white space."""

    pending: list[tuple[str, _Context]] = field(default_factory=list)
    open: list[_Context] = field(default_factory=lambda: [_Context()])

    def walk(self, soup: Tag, hidden: Hidden | None) -> None:
        """Visit all nodes in document order, but those that are `hidden`.

        A tag is pushed onto the stack twice: to be opened and to be closed.
        """
        stack: list[tuple[object, int | None]] = [(soup, None)]
        while stack:
            node, opened_as = stack.pop()
            if isinstance(node, NavigableString):
                self.string(node)
            elif isinstance(node, Tag) and opened_as is not None:
                self.leave(node, opened_as)
            elif isinstance(node, Tag) and not _LEFT_OUT.fullmatch(node.name):
                if hidden and node.attrs and hidden.hides(node):
                    self.pass_over(node)
                    continue
                stack.append((node, self.enter(node)))
                stack.extend((child, None) for child in reversed(node.contents))

    def pass_over(self, tag: Tag) -> None:
        """Keep nothing of a hidden tag but the comments that describe the article."""
        self.markup.hides = True
        for inner in (tag, *tag.find_all(id=True)):
            name = _attribute(inner, "id")
            if _FACT.fullmatch(name) and (text := inner.get_text(" ", strip=True)):
                self.markup.facts.setdefault(name, text)
        for comment in tag.find_all(string=lambda text: isinstance(text, Comment)):
            if not BODY_MARK.fullmatch(comment):
                self.string(comment)

    def enter(self, tag: Tag) -> int:
        context = self.open[-1].inside(tag)
        if context.ends_line:
            self.flush()
        self.open.append(context)
        if tag.name == "img":
            self.picture(tag)
        self.markup.tags.append((tag, (len(self.markup.lines), len(self.markup.lines))))
        return len(self.markup.tags) - 1

    def picture(self, tag: Tag) -> None:
        """Make a caption of the words that a picture has instead of one below it."""
        for words in (attribute(tag, name) for name in ("alt", "title")):
            squeezed = "".join(words.split())
            if _LEAST_CAPTION <= len(squeezed) <= _LONGEST_CAPTION and _CAPTION.search(squeezed):
                if squeezed not in self.text:
                    self.flush()
                    caption = " ".join(words.split())
                    self.markup.lines.append(MarkupLine(caption, caption, "caption", 0, self.open[-1].container))
                    self.text += squeezed
                return

    def leave(self, tag: Tag, number: int) -> None:
        if self.open[-1].ends_line:
            self.flush()
        elif tag.name in _CELLS:
            self.pending.append((" ", self.open[-1]))
        self.open.pop()
        self.markup.tags[number] = (tag, (self.markup.tags[number][1][0], len(self.markup.lines)))

    def string(self, node: NavigableString) -> None:
        context = self.open[-1]
        if isinstance(node, Comment):
            if BODY_MARK.fullmatch(node):
                self.flush()
            self.markup.comments.append((str(node).strip(), len(self.markup.lines)))
        elif not isinstance(node, PreformattedString):
            text = str(node) if context.is_preformatted else _SPACE.sub(" ", _WRAP.sub("", node))
            self.pending.append((text, context))

    def flush(self) -> None:
        """End the line: turn the pending text into a line.

        Preformatted text with line ends becomes several lines.
        """
        context = self.open[-1]
        text = "".join(piece for piece, _ in self.pending)
        printed = [(piece, inside) for piece, inside in self.pending if piece.strip()]
        unlinked = " ".join(piece.strip() for piece, inside in printed if not inside.in_link)
        bold = all(inside.is_bold for _, inside in printed)
        self.pending.clear()
        parts = [part.strip(" ") for part in text.splitlines() if part.strip()]
        for part in parts:
            outside = part if len(parts) > 1 else unlinked
            self.markup.lines.append(MarkupLine(part, outside, context.role, context.level, context.container, bold))


def _is_page_link(tag: Tag) -> bool:
    return tag.name == "a" and _attribute(tag, "id") == PAGE_LINK


def _is_row_of_data(row: Tag) -> bool:
    """Return whether a table row holds data, not a part of the page layout.

    Data are short cells side by side, as in a table of figures.
    """
    cells = row.find_all(_CELLS, recursive=False)
    return len(cells) > 1 and all(_is_leaf(cell) and len(cell.get_text()) <= _LONGEST_CELL for cell in cells)


def _is_leaf(tag: Tag) -> bool:
    return not any(isinstance(inner, Tag) and _BLOCKS.fullmatch(inner.name) for inner in tag.descendants)


def _role_of(tag: Tag) -> TagRole:
    id_, classes = _attribute(tag, "id"), _attribute(tag, "class").split()
    named = _ROLE_OF_NAME.get(tag.name) or _ROLE_OF_ID.get(id_) or _ROLE_OF_NAME_OR_CLASS.get(_plain(id_))
    if named:
        return named
    if any(_CAPTION_CLASS.fullmatch(one) for one in classes) or _is_attachment(tag, classes):
        return "caption"
    given: list[TagRole] = [_ROLE_OF_CLASS.get(one) or _ROLE_OF_NAME_OR_CLASS.get(_plain(one), "") for one in classes]
    return next((role for role in given if role), "")


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "")


def _is_attachment(tag: Tag, classes: list[str]) -> bool:
    """Return whether a tag holds the pictures of an article in Founder's newer templates, with their captions."""
    return "attachment" in classes and tag.find("img") is not None and len(tag.get_text()) <= _LONGEST_CAPTION


def _is_picture(table: Tag) -> bool:
    """Return whether a table holds only a picture and the words below it."""
    if table.find(["table", "a"]) is not None or len(table.get_text()) > _LONGEST_CAPTION:
        return False
    return any(not image.has_attr("usemap") for image in table.find_all("img"))


def is_furniture(tag: Tag) -> bool:
    """Return whether a tag holds no article, but a menu, a footer or comments.

    The name, id or class of the tag decides.
    """
    if tag.name in _FURNITURE_TAGS:
        return True
    return tag.name not in ("html", "body") and any(
        _FURNITURE_NAME.search(_attribute(tag, name)) for name in ("id", "class")
    )


def attribute(tag: Tag, name: str) -> str:
    """Return the value of an attribute, "" if the tag has none."""
    value = tag.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)


def written_by_script(tag: Tag) -> str:
    """Return the text that scripts inside a tag write when the page is loaded.

    >>> tag = BeautifulSoup("<a><script>document.write(view('市总工会<br>送温暖'))</script></a>", "lxml").a
    >>> written_by_script(tag)
    '市总工会 送温暖'
    """
    scripts = (script.string or "" for script in tag.find_all("script"))
    found = (_WRITTEN.search(script) for script in scripts)
    return " ".join(re.sub(r"<[^<>]*>", " ", match[2]) for match in found if match).strip()


def _attribute(tag: Tag, name: str) -> str:
    return attribute(tag, name).lower()


def _addresses(soup: BeautifulSoup) -> tuple[str, ...]:
    """Return the URLs of the page itself, as left by the template or by a browser."""
    wanted = {"link": ("rel", "canonical", "href"), "meta": ("property", "og:url", "content")}
    found = [
        str(tag.get(target) or "")
        for tag in soup.find_all(list(wanted))
        for key, value, target in [wanted[tag.name]]
        if _attribute(tag, key) == value
    ]
    saved = (_SAVED_FROM.search(node) for node in soup.find_all(string=lambda node: isinstance(node, Comment)))
    return (*(url for url in found if url), *(match[1] for match in saved if match))
