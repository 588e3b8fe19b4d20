"""Rules for unwanted characters.

They handle control characters, lost bullets, compatibility forms and private-use code points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from indexer.cleaning.apply import Change
from indexer.text.folding import RADICALS
from indexer.text.newsprint import LOST

_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\v\f]")
_INVISIBLE = re.compile(
    "\xad+(?![ \t]*\n)"
    "|[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]+"
)
_ODD_SPACES = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f]")
_FORMS = re.compile(
    "[\u2e80-\u2fd5\uf900-\ufaff\ufb00-\ufb06\ufe10-\ufe19\ufe30-\ufe6f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0002f800-\U0002fa1f]+"
)
_PRIVATE_MEANING = {
    "\ue5e5": "\u3000",
    **dict(zip("\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796", "，。、：；！？〖〗…", strict=True)),
    **dict(
        zip(
            "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
            "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
            strict=True,
        )
    ),
    **dict(zip("\uf0b7\uf06c\uf06e\uf075\uf0a7\uf0d8\uf0fc", "•●■◆▪➢✓", strict=True)),
}
_PRIVATE = re.compile(f"[{''.join(_PRIVATE_MEANING)}]")
_BULLET = re.compile(f"(?<![ \t\u3000])[ \t\u3000]*+((?:{LOST} ?){{4,}}+)[ \t\u3000]*+")


def _odd(text: str) -> bool:
    """Return whether `text` has anything but printable characters, spaces, line feeds.

    This is a fast check before a slow search.
    """
    return not text.replace("\n", "").isprintable()


def _each(pattern: re.Pattern[str], text: str, after: str) -> Iterator[Change]:
    if _odd(text):
        for m in pattern.finditer(text):
            yield Change(m.start(), m.end(), after)


def line_ends(text: str) -> Iterator[Change]:
    """Replace every kind of line ending with a line feed."""
    return _each(_LINE_ENDS, text, "\n")


def invisible(text: str) -> Iterator[Change]:
    """Remove controls, byte-order marks, soft hyphens and zero-width characters."""
    return _each(_INVISIBLE, text, "")


def odd_spaces(text: str) -> Iterator[Change]:
    """Replace non-breaking and typographic spaces with plain ones."""
    return _each(_ODD_SPACES, text, " ")


def forms(text: str) -> Iterator[Change]:
    """Replace compatibility forms with the letters they stand for (NFKC), and radicals with the letters they look like.

    These are compatibility letters, radicals, ligatures, vertical and full-width forms.
    """
    for m in _FORMS.finditer(text):
        letters = "".join(RADICALS.get(letter, letter) for letter in m[0])
        after = unicodedata.normalize("NFKC", letters)
        if after != m[0]:
            yield Change(m.start(), m.end(), after)


def private_use(text: str) -> Iterator[Change]:
    """Replace private-use code points whose meaning is known.

    Known are those of GB18030 and the bullets of symbol fonts.
    """
    if _odd(text):
        for m in _PRIVATE.finditer(text):
            yield Change(m.start(), m.end(), _PRIVATE_MEANING[m[0]])


def bullet_lines(text: str) -> Iterator[Change]:
    """Start a new line at a run of U+FFFD, which stands for a bullet."""
    if LOST in text:
        for m in _BULLET.finditer(text):
            if text[: m.start()].rstrip(" \t\u3000")[-1:] not in ("", "\n"):
                yield Change(m.start(), m.start(1), "\n")


def lost_bullets(text: str) -> Iterator[Change]:
    """Remove the run of U+FFFD that stands for a bullet."""
    if LOST in text:
        for m in _BULLET.finditer(text):
            yield Change(m.start(), m.end(), "")
