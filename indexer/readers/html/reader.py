"""Read e-paper HTML.

The articles of a page become lines with roles taken from their tags; the rest of the page is evidence. The text has one
line per block, in the order kicker, headline, subtitle, byline, body; captions stay in their place. Menus, scripts,
links to other pages and second copies of a body are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from indexer.errors import PageError
from indexer.model import Block, Evidence, RawPage, Role
from indexer.readers.decoding import Decoded, decode
from indexer.readers.epaper import addresses
from indexer.readers.escapes import escaped_once
from indexer.readers.folio import claims_of, is_folio
from indexer.readers.html.bodies import Body, find_bodies
from indexer.readers.html.markup import PAGE_LINK, Markup, read_markup, text_of
from indexer.readers.html.prose import letters
from indexer.readers.html.titles import Properties, RoleLine, compose

_CHARSET = re.compile(rb"<(?:meta|\?xml)\b[^<>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEAD = 8_000
"""The bytes at the beginning of a file in which it declares its encoding."""

_INSIDE_A_TAG = re.compile(r"<[A-Za-z/!][^<>]*\Z")
_OPENED = re.compile(r"<(html|body|founder-content)\b", re.IGNORECASE)
_CLOSED = re.compile(r"</(html|body|founder-content)\s*>", re.IGNORECASE)
_PROPERTIES = re.compile(r"enpproperty\b")
_PROPERTY = re.compile(r"<(?:founder-)?(\w+)>(.*?)</(?:founder-)?\1>", re.DOTALL)
_LONGEST_COMMENT = 20_000
"""The most characters of a metadata comment to parse.

A comment has some 500 characters; broken ones take quadratic time.
"""

_FACTS = {"newseditionnumber": "page", "newseditionname": "section", "newsarticlepubday": "date"}
_BUTTONS = re.compile(r"PDF\s*版?(?:\s*下载)?|[上下]一版|返回目录|版面(?:导航|概览)", re.IGNORECASE)
"""What stands beside the label of a page on the web."""

_LABEL = re.compile(r"[A-Z]{0,2}\d{1,3}")
_IMAGE_MAP = re.compile(r"<area\b[^>]*\bhref\b", re.IGNORECASE)


def read_html(data: bytes, source: str, charset: str = "") -> RawPage:
    """Read a page of e-paper HTML. `charset` is the encoding that it was sent as, which it may declare itself too.

    Raises PageError if the file is truncated or the page has no article text, only links for example.

    >>> page = read_html("<div id=Title>工会</div><div id=ozoom><p>本报讯</p></div>".encode(), "demo/1.html")
    >>> page.text, [(block.role, page.text[block.start : block.end]) for block in page.blocks]
    ('工会\\n本报讯', [('headline', '工会'), ('body', '本报讯')])
    """
    decoded = decode_html(data, source, charset)
    html = escaped_once(decoded.text)
    _refuse_cut_off(html, source)
    page = read_markup(html, source)
    bodies = find_bodies(page)
    if page.hides and not any(letters(page.lines[slice(*stretch)]) for body in bodies for stretch in body.stretches):
        page = read_markup(html, source, with_hidden=True)  # a script shows the article when the page is loaded
        bodies = find_bodies(page)
    properties = _properties(page, source)
    articles = compose(page, bodies, properties)
    if not articles:
        raise PageError(source, _why_empty(html))
    text, blocks = _lay_out(articles)
    finders = dict.fromkeys(body.finder for body in bodies)
    claims = (*_claims(page, bodies, properties), *(Evidence("body", finder, "selector") for finder in finders))
    claims += tuple(decoded.claims())
    return RawPage(source, text, blocks, claims)


def decode_html(data: bytes, source: str, charset: str = "") -> Decoded:
    """Decode HTML by what it was sent as, else by what it declares itself. Raises PageError if it is no text."""
    return decode(data, source, charset or _declared(data))


def _declared(data: bytes) -> str:
    """Return the encoding that a page declares, or ""."""
    match = _CHARSET.search(data[:_HEAD])
    return match[1].decode("ascii", "replace") if match else ""


def _refuse_cut_off(html: str, source: str) -> None:
    """Reject truncated HTML.

    A page is truncated if it opens html, body or its content and never closes it, or if it ends inside a tag. Hand-made
    pages omit some end tags, so `</body>` or `</html>` is enough for a complete document.

    Raises PageError for truncated HTML.
    """
    opened = {match[1].lower() for match in _OPENED.finditer(html)}
    closed = {match[1].lower() for match in _CLOSED.finditer(html)}
    outermost = opened & {"html", "body"} or opened
    if _INSIDE_A_TAG.search(html) or (outermost and not outermost & closed and not closed & {"html", "body"}):
        raise PageError(source, "the HTML is cut off before its end; save or copy the page again")


def _why_empty(html: str) -> str:
    if _IMAGE_MAP.search(html):
        return "it holds links to articles only; put the articles' own files (content_….htm) into the archive"
    return "no text of an article was found in this HTML; save the page again, or as text"


def _lay_out(articles: Iterable[list[RoleLine]]) -> tuple[str, tuple[Block, ...]]:
    """Return the text of the articles and its blocks with their roles.

    Each line of an article is a line of the text; a blank line separates articles.
    """
    pieces: list[str] = []
    blocks: list[Block] = []
    place = 0
    for article in articles:
        if pieces:
            pieces.append("\n")
            place += 1
        previous: Role | None = None
        for role, line in article:
            start = place
            place += len(line)
            if role == previous and role not in ("body", "caption"):
                blocks[-1] = Block(role, blocks[-1].start, place)
            else:
                blocks.append(Block(role, start, place))
            pieces += [line, "\n"]
            place += 1
            previous = role
    return "".join(pieces).removesuffix("\n"), tuple(blocks)


def _properties(page: Markup, source: str) -> list[tuple[int, Properties]]:
    """Return the place of each metadata comment and its values, as lines by name.

    Empty values are left out.
    """
    found = []
    for comment, place in page.comments:
        if _PROPERTIES.match(comment):
            pairs = _PROPERTY.finditer(comment[:_LONGEST_COMMENT])
            values = {match[1].lower(): text_of(match[2], source) for match in pairs}
            found.append((place, {name: lines for name, lines in values.items() if lines}))
    hidden = {"title": page.facts.get("newsarticletitle", ""), "author": page.facts.get("newsarticleauthor", "")}
    if not found and any(hidden.values()):
        found.append((0, {name: [value] for name, value in hidden.items() if value}))
    return found


def _claims(page: Markup, bodies: Iterable[Body], properties: Iterable[tuple[int, Properties]]) -> Iterator[Evidence]:
    """Yield what the page says about itself outside its articles.

    Sources are the printed text, the title, the address and the comments.
    """
    inside = {number for body in bodies for start, end in body.stretches for number in range(start, end)}
    outside = [
        _BUTTONS.sub(" ", line.unlinked)
        for number, line in enumerate(page.lines)
        if number not in inside or is_folio(line.text)
    ]
    page_links = page.find("a", id_=PAGE_LINK)
    if len(page_links) == 1:
        outside += [line.text for line in page.lines[slice(*page_links[0])]]
    printed = claims_of(outside, bare=True)
    labels = {claim.value for claim in printed if claim.about == "page"}
    # Several labels are a list of the pages of the issue; none of them identifies this page.
    yield from (claim for claim in printed if len(labels) < 2 or claim.about not in ("page", "section"))
    for claim in claims_of([page.title]):
        yield Evidence(claim.about, claim.value, "title", claim.quote)
    for address in page.addresses:
        yield from addresses.claims_of(address, "url")
    for fact, about in _FACTS.items():
        if value := page.facts.get(fact):
            yield Evidence(about, value[:10] if about == "date" else value, "field", fact)
    for _, values in properties:
        yield from _claims_of_properties(values)


def _claims_of_properties(values: dict[str, list[str]]) -> Iterator[Evidence]:
    if day := values.get("date"):
        yield Evidence("date", day[0][:10], "comment", day[0])
    if node := values.get("nodename"):
        told = {claim.about: claim.value for claim in claims_of(node)}
        if not told:
            told = {"page" if _LABEL.fullmatch(node[0]) else "section": node[0]}
        for about, value in told.items():
            yield Evidence(about, value, "comment", node[0])
