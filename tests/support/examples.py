"""Properties that are tried with a few examples in the short version of the tests, and with many in the long one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import settings

Test = TypeVar("Test", bound=Callable[..., object])

is_short = False
"""Whether the tests marked `long` are left out of this run; tests/conftest.py sets it."""


def examples(few: int, many: int, *, of: settings | None = None) -> Callable[[Test], Test]:
    """Try a property with a number of examples, with the settings `of` otherwise.

    In a run of the tests marked `long` it is one of them.
    """

    def decorate(test: Test) -> Test:
        if is_short:
            return settings(of, max_examples=few)(test)
        marked: Test = pytest.mark.long(settings(of, max_examples=many)(test))
        return marked

    return decorate
