"""The commands that keep an archive: backup, restore and export."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from indexer.cli import terminal
from indexer.cli.options import (
    DONE,
    DONE_WITH_PAGES_SET_ASIDE,
    archive_option,
    index_option,
    json_option,
    name_set_aside,
    open_index,
    print_json,
)
from indexer.errors import UsageError


@click.command(short_help="Back up the archive and its index.")
@click.argument("target", metavar="DEST", type=click.Path(path_type=Path))
@archive_option
@index_option
@click.option("--keep", type=click.IntRange(1), default=7, show_default=True, help="How many backups a folder keeps.")
@click.option("--full", is_flag=True, help="Read and copy every file again, also those that seem to be the same.")
@json_option
def backup(target: Path, archive: Path, location: str, keep: int, full: bool, as_json: bool) -> None:
    """Back up the archive with its records and its index into DEST: a folder, or a file that ends in .tar.

    The site may serve and `baosou index` may run meanwhile. Into a folder, only what is not there yet is copied, and
    earlier backups stay beside the new one.

    \b
    Example:  baosou backup /mnt/backup --archive /srv/papers --index /srv/index
              baosou backup /mnt/papers-2026.tar --archive /srv/papers --index /srv/index
    """
    from indexer.archive.archive import Archive
    from indexer.archive.backup import back_up

    with terminal.progress_bar(sys.stderr) as progress:
        done = back_up(
            Archive(archive),
            _stored(location),
            Path(location),
            target,
            keep=keep,
            full=full,
            progress=progress,
        )
    if as_json:
        print_json(
            {
                "backup": done.name,
                "is_new": done.is_new,
                "files": done.files,
                "bytes": done.bytes,
                "copied": done.copied,
                "copied_bytes": done.copied_bytes,
                "has_index": done.has_index,
                "set_aside": [{"source": one.source, "problem": one.problem} for one in done.set_aside],
                "seconds": round(done.seconds, 3),
            }
        )
    else:
        click.echo(terminal.backed_up(done))
    warnings = () if done.has_index else (f"there is no index in {location}; the backup has the archive alone",)
    name_set_aside(done.set_aside, warnings)
    sys.exit(DONE_WITH_PAGES_SET_ASIDE if done.set_aside else DONE)


@click.command(short_help="Restore a backup.")
@click.argument("source", type=click.Path(path_type=Path))
@archive_option
@index_option
@click.option(
    "--at", default="", metavar="TIME", help="Not the last backup of a folder: 20261129T150000Z, or its start."
)
@click.option(
    "--replace", is_flag=True, help="Put the backup in the place of the archive and the index that are there."
)
@click.option(
    "--verify", "only_verify", is_flag=True, help="Read all of the backup, compare checksums, restore nothing."
)
@json_option
def restore(
    source: Path, archive: Path, location: str, at: str, replace: bool, only_verify: bool, as_json: bool
) -> None:
    """Restore the archive and its index from SOURCE, what `baosou backup` wrote.

    All of it is compared with its checksums before anything is replaced. The archive may be restored to another place
    than it had; its index goes with it. What was there is kept until all is done.

    \b
    Example:  baosou restore /mnt/backup --archive /srv/papers --index /srv/index
              baosou restore /mnt/backup --verify
    """
    from indexer.archive import restore as restoring

    with terminal.progress_bar(sys.stderr) as progress:
        if only_verify:
            done = restoring.verify(source, at=at, progress=progress)
        else:
            _stored(location)
            done = restoring.restore(
                source, archive, Path(location), lambda folder: _stored(str(folder)), at=at, replace=replace,
                progress=progress,
            )  # fmt: skip
    if as_json:
        print_json(
            {
                "backup": done.name,
                "time": done.time,
                "files": done.files,
                "bytes": done.bytes,
                "has_index": done.has_index,
                "restored": not only_verify,
                "seconds": round(done.seconds, 3),
            }
        )
    else:
        click.echo(terminal.restored(done, "" if only_verify else terminal.index_command(archive, location)))


@click.command(short_help="Write articles as JSON Lines and texts.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@archive_option
@index_option
@click.option("--query", default="", metavar="Q", help="Only the articles that this query finds.")
@click.option(
    "--to", "target", required=True, metavar="FOLDER", help="The folder to write; - for JSON Lines on stdout."
)
@click.option("--restricted", is_flag=True, help='With the texts of papers that have rights = "metadata".')
@click.option("--withdrawn", is_flag=True, help="With articles that are withdrawn, marked as such.")
@json_option
def export(
    paths: tuple[Path, ...],
    archive: Path,
    location: str,
    query: str,
    target: str,
    restricted: bool,
    withdrawn: bool,
    as_json: bool,
) -> None:
    """Write the articles of the index, or those of the PATHs inside the archive, in forms that need no baosou.

    FOLDER gets articles.jsonl, a line of JSON for each article (the keys of `baosou articles --json`, and paper, page,
    source, url, rights and times), and in text/ a readable file for each page.

    \b
    Example:  baosou export --to /srv/export --archive /srv/papers --index /srv/index
              baosou export --query '"安全生产" 工会' --to - | gzip > found.jsonl.gz
    """
    from indexer.archive import export as exporting
    from indexer.archive.archive import Archive

    if as_json and target == "-":
        raise UsageError("export --to - prints JSON Lines on stdout; leave out --json.")
    held = Archive(archive)
    reader = open_index(location, held).reader()
    try:
        exporter = exporting.Exporter(
            held, reader, paths=paths, query=query, restricted=restricted, withdrawn=withdrawn
        )
        if target == "-":
            for page in exporter.pages_of_articles():
                exporting.write_lines(page, sys.stdout.buffer)
            return
        with terminal.progress_bar(sys.stderr) as progress:
            done = exporting.write_folder(exporter, Path(target), progress)
    finally:
        reader.close()
    if as_json:
        print_json(asdict(done))
    else:
        click.echo(terminal.exported(done, target))


def _stored(location: str) -> Any:
    """The engine of an index in a folder. Raises UsageError for another kind."""
    from indexer.engines.base import StoredEngine

    engine = open_index(location)
    if not isinstance(engine, StoredEngine):
        shown = re.sub("//[^/]*@", "//", location)
        raise UsageError(
            f"{shown} is not in files here. Let snapshots of the cluster keep it (docs/operations.md), and back up or "
            "restore the archive alone, with a folder without an index: --index ./no-index"
        )
    return engine


COMMANDS = (backup, restore, export)
