"""The command line, run in a process of its own in the poorest locale."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence


def baosou(
    *arguments: object, stdin: bytes = b"", env: Mapping[str, str] | None = None, prefix: Sequence[str] = ()
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*prefix, sys.executable, "-m", "indexer.cli.commands", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", **(env or {})},
        timeout=120,
    )


def output(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stdout.decode("utf-8")


def messages(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode("utf-8")
