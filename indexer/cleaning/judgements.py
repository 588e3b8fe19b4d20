"""Judgements that are made of named tests.

A judgement is an ordered tuple of tests. Each answers yes, no, or None to pass the question on. The first answer
counts, and the name of its test says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

Case = TypeVar("Case")


class Judgement(NamedTuple):
    """An answer, and the name of the test that gave it."""

    answer: bool
    test: str


def judge(tests: Iterable[Callable[[Case], bool | None]], case: Case) -> Judgement:
    """Return the first answer of `tests` about a case; no, from no test, if all of them pass.

    >>> def is_long(text: str) -> bool | None:
    ...     return True if len(text) > 9 else None
    >>> judge([is_long], "坚坚持持正正确确方方"), judge([is_long], "坚持")
    (Judgement(answer=True, test='is_long'), Judgement(answer=False, test=''))
    """
    for test in tests:
        answer = test(case)
        if answer is not None:
            return Judgement(answer, test.__name__.strip("_"))
    return Judgement(False, "")
