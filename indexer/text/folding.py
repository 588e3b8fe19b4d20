"""Folding: what counts as the same letter when texts are compared. What is shown is never folded.

A code point folds by itself, whatever stands beside it, so `fold(a + b) == fold(a) + fold(b)`: a phrase is found
wherever it stands, and a place in folded text leads back to a place in the original. In this order:

1. White space, control and format characters (zero-width ones among them) and variation selectors fold to nothing:
   printing and scanning put them anywhere. U+FFFD stays, for it is a letter that was lost, not one that never was.
2. NFKC of the code point, lower case.
3. One simplified form (data/simplified.tsv), one form for each kind of quote, dash and name dot, and 零 for 〇.

The steps are repeated until nothing changes, so folding folded text changes nothing.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

_ONE_FORM = {
    '"': "“”„‟〝〞〟「」『』",
    "'": "‘’‚‛",
    "-": "‐‑‒–—―−─━",
    "·": "•‧∙⋅・⸱",
    "零": "〇",
}
_LOST = "\N{REPLACEMENT CHARACTER}"


def _read_forms() -> dict[str, str]:
    """Letter → its one form, from the table of simplified characters and the short lists above."""
    table = Path(__file__).with_name("data") / "simplified.tsv"
    lines = table.read_text(encoding="utf-8").splitlines()
    forms = {line[0]: line[2:] for line in lines if not line.startswith("#")}
    return forms | {letter: form for form, letters in _ONE_FORM.items() for letter in letters}


_FORMS = _read_forms()


def _is_invisible(character: str) -> bool:
    """Tell white space, control and format characters and variation selectors."""
    if character.isspace() or unicodedata.category(character) in ("Cc", "Cf"):
        return True
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _fold_character(character: str) -> str:
    """Fold one code point by the rules above, until nothing changes."""
    if _is_invisible(character):
        return ""
    if "\ud800" <= character <= "\udfff":  # half of a surrogate pair: no character, and nothing that could be stored
        return _LOST
    once = "".join(_FORMS.get(part, part) for part in unicodedata.normalize("NFKC", character).lower())
    return once if once == character else "".join(map(_fold_character, once))


class _FoldTable(dict[int, str]):
    """Code point → folded text, worked out when first asked for: most texts use a few thousand code points."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """Return the form of `text` that is compared with others.

    >>> fold("ＷＴＯ與「安全 生產」——二〇〇八")
    'wto与"安全生产"--二零零八'
    """
    return text.translate(_TABLE)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """Return folded text and, for each code point of it, the index in `text` of the one that gave it.

    >>> fold_with_places("第 ㈠ 節")
    ('第(一)节', [0, 2, 2, 2, 4])
    """
    if text.translate(_TABLE) == text:  # as most clauses do; this takes a third of the time
        return text, list(range(len(text)))
    pieces = [_TABLE[ord(character)] for character in text]
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


def grams(folded: str) -> list[str]:
    """Return the two characters from each position on; the last position has only one.

    >>> grams("长江水")
    ['长江', '江水', '水']
    """
    return [folded[place : place + 2] for place in range(len(folded))]
