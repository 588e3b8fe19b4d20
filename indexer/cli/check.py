"""The command that checks an archive, or an index."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

import click
from click.core import ParameterSource

from indexer.cli import terminal
from indexer.cli.options import (
    DONE,
    DONE_WITH_PAGES_SET_ASIDE,
    archive_option,
    json_option,
    name_set_aside,
    open_index,
    print_json,
)
from indexer.errors import ArchiveError, UsageError


@click.command(short_help="Name what is wrong with an archive or an index.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@archive_option
@click.option("--index", "location", metavar="DIR|URL", default="", help="Read this index alone, all of it.")
@click.option(
    "--against",
    metavar="DIR",
    default="index",
    envvar="BAOSOU_INDEX",
    show_default=True,
    help="Compare the archive with this index (or BAOSOU_INDEX), if it is there.",
)
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write what is found into an HTML file.")
@json_option
@click.pass_context
def check(
    context: click.Context,
    paths: tuple[Path, ...],
    archive: Path,
    location: str,
    against: str,
    html: Path | None,
    as_json: bool,
) -> None:
    """Read the archive, or the PATHs inside it, and name what is wrong with it. Nothing is indexed.

    Named are issues and pages that are missing by the rhythm in paper.toml, pages that are there twice, dates, weekdays
    and numbers that don't fit, pages with poor text, and what either the archive or its index lacks of the other.

    With --index it reads the files of an index instead, and compares each byte with checksums. The exit code is 3 where
    one is damaged; file, section and remedy are named on stderr.

    \b
    Example:  baosou check /srv/papers/zhumadian --archive /srv/papers
              baosou check --archive /srv/papers --against /srv/index --html /srv/report.html
              baosou check --index /srv/index
    """
    given = {name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if location:
        if paths or given & {"archive", "against", "html"}:
            raise UsageError("check --index reads an index alone; leave out paths, --archive, --against and --html.")
        _verify(location, as_json)
        return
    from indexer.archive.archive import Archive
    from indexer.indexing.checking import archive_check
    from indexer.indexing.checking.findings import findings_json
    from indexer.indexing.checking.report_page import report_page

    held = Archive(archive)
    index, problem = archive_check.index_to_compare(open_index(against, held), must_be_there="against" in given)
    with terminal.progress_bar(sys.stderr) as progress:
        found = archive_check.check(held, paths, index=index, problem_with_index=problem, progress=progress)
    if html:
        _write(html, report_page(found, str(held.root), datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z")))
    if as_json:
        print_json(findings_json(found))
    else:
        click.echo(terminal.findings(found))
    name_set_aside(found.set_aside, found.warnings)
    sys.exit(DONE_WITH_PAGES_SET_ASIDE if found.set_aside else DONE)


def _verify(location: str, as_json: bool) -> None:
    engine = open_index(location)
    started = time.perf_counter()
    read = engine.verify()
    seconds = time.perf_counter() - started
    if as_json:
        print_json({"files": read.files, "bytes": read.bytes, "seconds": round(seconds, 3)})
    else:
        click.echo(terminal.verified(read, seconds))


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".tmp")
    try:
        temporary.write_text(text, encoding="utf-8", errors="replace")
        temporary.replace(path)
    except OSError as problem:
        raise ArchiveError(f"{path} can't be written ({problem.strerror}); give another file with --html.") from None


COMMANDS = (check,)
