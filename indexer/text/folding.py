"""Folding normalises text for comparison. Displayed text is never folded.

Each code point is folded independently of its neighbours, so `fold(a + b) == fold(a) + fold(b)`. A phrase is therefore
found in any context, and a position in folded text can be mapped to one in the original. The steps are, in order:

1. Remove white space, control and format characters (including zero-width ones) and variation selectors, which printing
   and scanning insert anywhere. Keep U+FFFD, because it replaces a character that was lost.
2. Apply NFKC to the code point, then convert to lower case.
3. Use one form of each Han character (data/han_forms.tsv: simplified for traditional, today's for old and variant
   ones, the ideograph for a radical), one form for each kind of quote, dash, wave, ellipsis and name dot, and 零 for 〇
   and ○.

These steps are repeated until nothing changes, so folding is idempotent.
"""

from __future__ import annotations

import unicodedata

from indexer.text.tables import table_lines

_ONE_FORM = {
    '"': "“”„‟〝〞〟「」『』",
    "'": "‘’‚‛",
    "-": "‐‑‒–—―−─━",
    "~": "〜∼〰⁓",
    "...": "⋯",  # what NFKC makes of …
    "·": "•‧∙⋅・⸱",
    "零": "〇○◯",
}
_RADICALS = range(0x2E80, 0x2FE0)
_LOST = "\N{REPLACEMENT CHARACTER}"


def _read_forms() -> dict[str, str]:
    """Read the forms of step 3: the table of Han characters and `_ONE_FORM`."""
    forms = {letter: form for letter, form, _ in map(str.split, table_lines("indexer.text", "han_forms.tsv"))}
    return forms | {letter: form for form, letters in _ONE_FORM.items() for letter in letters}


_FORMS = _read_forms()

RADICALS = {letter: form for letter, form in _FORMS.items() if ord(letter) in _RADICALS}
"""The radicals of Unicode's two blocks of them, and the ideographs that look like them (⺠ → 民)."""


def _is_invisible(character: str) -> bool:
    """Return whether step 1 removes the character."""
    if character.isspace() or unicodedata.category(character) in ("Cc", "Cf"):
        return True
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _fold_character(character: str) -> str:
    """Fold one code point, repeating the steps until nothing changes."""
    if _is_invisible(character):
        return ""
    if "\ud800" <= character <= "\udfff":  # a lone surrogate is not a character and can't be stored
        return _LOST
    plain = _FORMS[character] if character in _FORMS else unicodedata.normalize("NFKC", character).lower()
    once = "".join(_FORMS.get(part, part) for part in plain)
    return once if once == character else "".join(map(_fold_character, once))


class _FoldTable(dict[int, str]):
    """Maps code points to folded text.

    Entries are computed on first use, because most texts use only a few thousand code points.
    """

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """Fold a text for comparison with other texts.

    >>> fold("ＷＴＯ與「安全 生產」——二〇〇八")
    'wto与"安全生产"--二零零八'
    """
    return text.translate(_TABLE)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """Fold a text and map each folded code point to the index of its source in `text`.

    >>> fold_with_places("第 ㈠ 節")
    ('第(一)节', [0, 2, 2, 2, 4])
    """
    if text.translate(_TABLE) == text:  # true of most clauses; this shortcut takes a third of the time
        return text, list(range(len(text)))
    pieces = [_TABLE[ord(character)] for character in text]
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


def grams(folded: str) -> list[str]:
    """Return the bigram at each position; at the last position it is one character.

    >>> grams("长江水")
    ['长江', '江水', '水']
    """
    return [folded[place : place + 2] for place in range(len(folded))]
