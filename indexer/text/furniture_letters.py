"""Letters for the furniture of a page, which no other text has.

A folio or a hotline must not be found by a query that does not ask for furniture, nor be counted with the text of
articles. So its letters are moved to the private planes of Unicode before they are indexed, and those of a text that is
looked for in furniture are moved too.
"""

from __future__ import annotations

_PRIVATE_PLANE, _SIZE_OF_A_PLANE = 0xF0000, 0x10000


def as_furniture(folded: str) -> str:
    """Return a folded text in the letters of furniture, as many as it has.

    >>> len(as_furniture("报头")), "报" in as_furniture("报头"), as_furniture("报头").startswith(as_furniture("报"))
    (2, False, True)
    """
    return "".join([chr(_PRIVATE_PLANE + _place(ord(letter))) for letter in folded])


def _place(code: int) -> int:
    """Return the place of a letter in two planes. Rare letters, beyond the first plane, share the second."""
    return code if code < _SIZE_OF_A_PLANE else _SIZE_OF_A_PLANE + code % _SIZE_OF_A_PLANE
