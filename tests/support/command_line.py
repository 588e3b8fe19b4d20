"""The command line, run in a process of its own in the poorest locale."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

POOREST_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0"}
_READ_AT_THE_START = ("LC_", "LANG", "PYTHON")
"""What variables begin with that Python reads only when it starts."""
_PATIENCE = 120  # seconds


def baosou(
    *arguments: object,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    prefix: Sequence[str] = (),
    patience: float | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a command: forked from a process that has loaded everything, unless it has to start in its own way.

    With `patience` a correction waits that long, in seconds, for an index that another process writes, not ten.
    """
    env = env or {}
    command = [sys.executable, "-m", "indexer.cli.commands", *map(str, arguments)]
    if not prefix and not any(name.startswith(_READ_AT_THE_START) for name in env):
        return _forked(command, stdin, {**os.environ, **POOREST_LOCALE, **env}, patience)
    return subprocess.run(
        [*prefix, *command],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **POOREST_LOCALE, **env},
        timeout=_PATIENCE,
    )


def _forked(
    command: list[str], stdin: bytes, env: Mapping[str, str], patience: float | None
) -> subprocess.CompletedProcess[bytes]:
    with tempfile.TemporaryDirectory() as name:
        streams = [Path(name) / stream for stream in ("stdin", "stdout", "stderr")]
        for stream in streams:
            stream.write_bytes(stdin if stream.name == "stdin" else b"")
        order = {
            "arguments": command[3:],
            "env": dict(env),
            "folder": str(Path.cwd()),
            "streams": list(map(str, streams)),
            "patience": patience,
        }
        server = _server()
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps(order).encode() + b"\n")
        server.stdin.flush()
        ready, _, _ = select.select([server.stdout], [], [], _PATIENCE)
        assert ready, f"{command} takes over {_PATIENCE} s"
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(command, code, streams[1].read_bytes(), streams[2].read_bytes())


@cache
def _server() -> subprocess.Popen[bytes]:
    """Start what forks commands; it ends with this process, when its stdin is closed."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.command_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **POOREST_LOCALE},
        cwd=Path(__file__).parent.parent.parent,
    )


def output(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stdout.decode("utf-8")


def messages(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode("utf-8")
