"""Starts `baosou` as real processes that are forked from this one, which has loaded the modules and tables already.

A process of its own that loads everything again takes a second, and the suite starts hundreds.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any, Never

from indexer.archive.archive import Archive
from indexer.cli import commands
from indexer.engines.whoosh import engine as _engine  # noqa: F401 (loaded before the commands are started)
from indexer.indexing import changes
from indexer.indexing import pipeline as _pipeline  # noqa: F401 (likewise)
from indexer.indexing.workers import read_and_tokenise
from tests.conftest import PROJECT


def run(order: dict[str, Any]) -> Never:
    """Become the command: its arguments, environment, folder, and files in place of its streams."""
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["folder"])
    for descriptor, name in enumerate(order["streams"]):
        os.dup2(os.open(name, os.O_RDWR), descriptor)
    if order["patience"] is not None:
        changes._PATIENCE = order["patience"]
    sys.argv[1:] = [os.fsdecode(one.encode("utf-8", "surrogateescape")) for one in order["arguments"]]
    code: Any = 1
    try:
        commands.main()
        code = 0
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)


def serve() -> None:
    """Run a command for each line of stdin and say how it ended."""
    read_and_tokenise(Archive(PROJECT / "archive").survey().issues[0], "")  # loads the tables
    orders, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for line in orders:
        child = os.fork()
        if not child:
            run(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=answers, flush=True)


if __name__ == "__main__":
    serve()
