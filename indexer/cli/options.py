"""What the commands share: options, exit codes, and how an index is opened and JSON is printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from indexer.errors import FileError

DONE, DONE_WITH_PAGES_SET_ASIDE, WRONG_USAGE, COULD_NOT_RUN = range(4)
"""Exit codes."""

Command = TypeVar("Command", bound=Callable[..., Any])


def archive_option(command: Command) -> Command:
    """Give a command the option --archive."""
    return click.option(
        "--archive",
        type=click.Path(path_type=Path),
        default=Path("archive"),
        envvar="BAOSOU_ARCHIVE",
        show_default=True,
        help="The archive folder (or BAOSOU_ARCHIVE).",
    )(command)


def index_option(command: Command) -> Command:
    """Give a command the option --index, as `location`."""
    return click.option(
        "--index",
        "location",
        metavar="DIR|URL",
        default="index",
        envvar="BAOSOU_INDEX",
        show_default=True,
        help="The folder of the index, or opensearch+http://HOST:PORT/NAME (or BAOSOU_INDEX).",
    )(command)


def json_option(command: Command) -> Command:
    """Give a command the option --json, as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON document on stdout.")(command)


def print_json(value: object) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def name_set_aside(problems: tuple[FileError, ...], warnings: tuple[str, ...] = ()) -> None:
    """Name on stderr what a command warns of, and what it could not use."""
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    for problem in problems:
        click.echo(f"set aside: {problem}", err=True)


def open_index(location: str, archive: Any = None) -> Any:
    """The engine of an index: of an archive, or of any."""
    from indexer.engines import open_engine
    from indexer.engines.base import IndexIdentity
    from indexer.indexing.rules_fingerprint import matching

    return open_engine(location, IndexIdentity(str(archive.root.resolve()) if archive else "", matching()))
