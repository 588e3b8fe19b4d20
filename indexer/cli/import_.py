"""The command that brings loose files into an archive."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.cli import terminal
from indexer.cli.options import (
    DONE,
    DONE_WITH_PAGES_SET_ASIDE,
    archive_option,
    json_option,
    name_set_aside,
    print_json,
)
from indexer.errors import FileError, PageError, UsageError

if TYPE_CHECKING:
    from indexer.importing.plan import ImportPlan
    from indexer.importing.wishes import Refusal, Wish

_MOST_SHOWN = 40
"""Rows of the table on a terminal."""


@click.command("import", short_help="Bring loose files into the archive.")
@click.argument("source", metavar="MANIFEST|FOLDER", type=click.Path(path_type=Path))
@archive_option
@click.option(
    "--from", "layout", type=click.Choice(["trove", "chronam", "mets"]), help="SOURCE is a folder of this layout."
)
@click.option("--files", type=click.Path(path_type=Path), help="Where the files are [default: beside the manifest].")
@click.option("--paper", default="", help="The paper of all rows that name none.")
@click.option("--copy/--link", "is_copy", default=False, help="Copy, or link where possible [default: --link].")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be done, write nothing.")
@json_option
def import_(
    source: Path,
    archive: Path,
    layout: str | None,
    files: Path | None,
    paper: str,
    is_copy: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring files into the archive, each to the place of its paper, day and page.

    A manifest is a table (CSV or .xlsx) with a row for each file. Its columns are found by their names, Chinese or
    English, in any order: 文件 (file), 报纸 (paper: a folder's name, or a title that the archive has), 日期 (date), 版
    (page), 报纸名称 (title of a new paper), 版本 (edition). A cell may name a folder or a pattern (scans/*.txt), whose
    files keep their names. With --from, the folders say all this: an export of Trove, a batch of Chronicling America,
    or any tree with METS files.

    First it shows what goes where, what is there already, and what is refused and why; then it asks. Nothing is ever
    overwritten. Run again, it goes on where it ended. A link is a second name of the same file (a hard link); files on
    another disk are copied.

    \b
    Example:  baosou import pages.xlsx --archive /srv/papers --dry-run
              baosou import pages.csv --files /mnt/scans --archive /srv/papers --yes
              baosou import --from chronam /mnt/batch_abc_ver01 --archive /srv/papers
    """
    from indexer.archive.archive import Archive
    from indexer.importing.plan import make_plan, plan_json
    from indexer.importing.transfer import carry_out

    if as_json and not (yes or dry_run):
        raise UsageError("import --json can't ask; add --dry-run to see what would be done, or --yes to do it.")
    held = Archive(archive)
    wishes, notes = _wishes(source, layout, files, paper)
    plan = make_plan(held, wishes, notes)
    refused = list(plan.refused)
    if not as_json:
        for line in _shown(plan, _MOST_SHOWN if sys.stdout.isatty() else len(plan.placements)):
            click.echo(line)
    has_new = any(one.state == "new" for one in plan.placements)
    if has_new and not dry_run:
        if not yes:
            _ask(plan)
        with terminal.progress_bar(sys.stderr) as progress:
            done = carry_out(plan, held.root, "copy" if is_copy else "link", progress)
        refused += done.refused
        if not as_json:
            click.echo(f"{done.linked} linked, {done.copied} copied. To read them: baosou index --archive {archive}")
    if as_json:
        print_json(plan_json(plan, held.root, refused, dry_run=dry_run))
    name_set_aside(tuple(_set_aside(one, source) for one in refused), plan.notes)
    sys.exit(DONE_WITH_PAGES_SET_ASIDE if refused else DONE)


def _wishes(
    source: Path, layout: str | None, files: Path | None, paper: str
) -> tuple[Sequence[Wish | Refusal], Sequence[str]]:
    """Read what is to be imported. Raises UsageError for what is no manifest and no folder."""
    from indexer.importing.layouts import read_layout
    from indexer.importing.manifest import read_manifest

    if layout:
        if not source.is_dir():
            raise UsageError(f"{source} is not a folder; --from {layout} takes one.")
        return read_layout(layout, source, paper)
    if source.is_dir():
        raise UsageError(f"{source} is a folder; name its layout with --from, or a manifest that lists its files.")
    if not source.exists():
        raise UsageError(f"There is no file {source}; name a manifest.")
    if files is not None and not files.is_dir():
        raise UsageError(f"There is no folder {files}; --files names the folder that the files are in.")
    try:
        return read_manifest(source, files, paper), []
    except PageError as problem:
        raise UsageError(str(problem)) from None


def _shown(plan: ImportPlan, most: int) -> Iterator[str]:
    """Yield the lines of a table of what will be done. Refused rows are named on stderr, each with its reason."""
    from indexer.importing.wishes import shown

    for one in plan.placements[:most]:
        mark = "+" if one.state == "new" else "="
        yield f"{mark} {one.row:>6}  {shown(one.file)} → {one.target}" + (f"  ({one.note})" if one.note else "")
    if len(plan.placements) > most:
        yield f"… and {len(plan.placements) - most:,} more; --json lists all"
    for name, title in plan.papers.items():
        yield f"+ new paper {name}: {title}"
    new = sum(one.state == "new" for one in plan.placements)
    yield f"{new:,} new, {len(plan.placements) - new:,} unchanged, {len(plan.refused):,} refused"


def _ask(plan: ImportPlan) -> None:
    """Ask whether to go on. Raises UsageError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise UsageError("Nothing was imported, since nobody can be asked here; add --yes to import.")
    count = sum(one.state == "new" for one in plan.placements)
    if not click.confirm(f"Import {count} files?", default=False, err=True):
        raise UsageError("Nothing was imported.")


def _set_aside(one: Refusal, source: Path) -> FileError:
    from indexer.importing.wishes import shown

    where = f"{source.name} row {one.row}" if one.row.isdecimal() else one.row
    return FileError(f"{where} ({shown(one.file)})" if one.file else where, one.problem)


COMMANDS = (import_,)
