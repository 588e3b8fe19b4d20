"""Recognise the tags of a page that a browser does not show, by their attributes and the page's own style sheets.

Sites put text into such tags against copying: letters of chance, and notices that only a copier sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import Tag
from bs4.element import NavigableString

_HIDES = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?(?![.\d])"
    r"|mso-hide\s*:\s*all|color\s*:\s*transparent|text-indent\s*:\s*-\d{3,}"
    r"|(?:left|top|right|margin-left)\s*:\s*-\d{4,}|clip\s*:\s*rect\(\s*(?:0|1px)[\s,])",
    re.IGNORECASE,
)
_NO_SIZE = re.compile(
    r"(?:^|;)\s*font(?:-size\s*:\s*|\s*:\s*(?:[^;]*\s)?)0(?:\.0+)?(?:px|pt|em|rem|%)?(?=[\s;/!]|$)", re.IGNORECASE
)
_ANY_SIZE = re.compile(r"(?:^|;)\s*font(?:-size)?\s*:", re.IGNORECASE)
_NO_BOX = re.compile(r"(?:^|;)\s*(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?=[;!]|$)", re.IGNORECASE)
_CUTS = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_WHITE = re.compile(r"(?:#fff(?:fff)?|white|rgba?\(\s*255\s*,\s*255\s*,\s*255\s*(?:,[^)]*)?\))", re.IGNORECASE)
_INLINE = frozenset(("span", "font", "i", "em", "b", "strong", "u", "s", "sup", "sub", "small", "label", "bdo"))

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_AT_RULE = re.compile(r"@[^{};]{0,300}(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]*)\}")
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?([.#])([\w-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What the style sheets of a page hide: selectors such as `.x`, `#y` and `span.z`, in lower case."""

    selectors: frozenset[str] = frozenset()

    @classmethod
    def of(cls, soup: Tag) -> Hidden:
        """Read the style sheets inside a page. Rules for print and for narrow screens do not count."""
        sheets = "\n".join(tag.get_text() for tag in soup.find_all("style"))
        return cls(frozenset(_selectors(_AT_RULE.sub("", _COMMENT.sub("", sheets)))))

    def hides(self, tag: Tag) -> bool:
        """Return whether a browser shows nothing of a tag."""
        style = _attribute(tag, "style")
        if tag.has_attr("hidden") and _attribute(tag, "hidden") != "false":
            return True
        if tag.name in _INLINE and _attribute(tag, "aria-hidden") == "true":
            return True
        if style and (_HIDES.search(style) or (_CUTS.search(style) and _NO_BOX.search(style))):
            return True
        if _has_no_size(tag, style) or _is_white_on_white(tag, style):
            return True
        return bool(self.selectors) and any(name in self.selectors for name in _names(tag))


def _selectors(sheet: str) -> Iterator[str]:
    for rule in _RULE.finditer(sheet):
        if _HIDES.search(rule[2]) or _NO_SIZE.search(rule[2]):
            yield from (one.strip().lower() for one in rule[1].split(",") if _SIMPLE.fullmatch(one.strip()))


def _names(tag: Tag) -> Iterator[str]:
    """Yield the simple selectors that match a tag."""
    own = [f".{one}" for one in _attribute(tag, "class").split()]
    if name := _attribute(tag, "id"):
        own.append(f"#{name}")
    for one in own:
        yield from (one, tag.name + one)


def _has_no_size(tag: Tag, style: str) -> bool:
    """Return whether the letters of a tag have no size. Layouts do that to a box whose inner tags have one."""
    if not (_NO_SIZE.search(style) or (tag.name == "font" and _attribute(tag, "size") == "0px")):
        return False
    return not any(_ANY_SIZE.search(_attribute(inner, "style")) for inner in tag.find_all(True))


def _is_white_on_white(tag: Tag, style: str) -> bool:
    """Return whether white letters stand on a white ground.

    The page says so itself, or the letters stand inside a line of others without any ground of their own.
    """
    colour = _COLOUR.search(style)
    given = colour[1].strip() if colour else _attribute(tag, "color").strip()
    if not given or not _WHITE.fullmatch(given):
        return False
    ground = next((own for one in (tag, *tag.parents) if (own := _ground(one))), "")
    return bool(_WHITE.fullmatch(ground)) if ground else _is_amid_text(tag)


def _ground(tag: Tag) -> str:
    found = _GROUND.search(_attribute(tag, "style"))
    return found[1].strip() if found else _attribute(tag, "bgcolor").strip() or _attribute(tag, "background").strip()


def _is_amid_text(tag: Tag) -> bool:
    beside = tag.parent.children if tag.name in _INLINE and tag.parent else ()
    return any(isinstance(one, NavigableString) and one.strip() for one in beside)


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name) or ""
    return (value if isinstance(value, str) else " ".join(value)).lower()
