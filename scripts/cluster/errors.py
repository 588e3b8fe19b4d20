"""What is told to whoever runs the script."""

from __future__ import annotations

import sys


class ClusterError(Exception):
    """A sentence that says what is wrong and what to do."""


class NotFetchedError(ClusterError):
    """The server or its Java is not here, and could not be fetched."""


def say(sentence: str) -> None:
    """Print what is going on, beside the output that programs read."""
    print(sentence, file=sys.stderr, flush=True)
