"""The command that corrects articles."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer.archive.corrections import Correction, Value
from indexer.cli.options import DONE, Command, archive_option, index_option, json_option, open_index, print_json
from indexer.errors import UsageError

if TYPE_CHECKING:
    from indexer.indexing.changes import Recorded, RecordedLine


def author_options(command: Command) -> Command:
    """Give a command the options that say who changes something, and why."""
    command = click.option("--author", default="", help="Who makes the change [default: the login name].")(command)
    return click.option("--reason", default="", metavar="TEXT", help="Why; kept beside the page.")(command)


def login_name() -> str:
    """Return the name of whoever is logged in, "" where the system doesn't know."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


@click.command(short_help="Correct an article.")
@click.argument("article")
@archive_option
@index_option
@click.option("--headline", metavar="TEXT", help="The headline, as printed.")
@click.option("--kicker", metavar="TEXT", help="The line above the headline.")
@click.option("--subtitle", metavar="TEXT", help="The line below the headline.")
@click.option("--text", nargs=2, metavar="WRONG RIGHT", multiple=True, help="Replace words in the text; repeatable.")
@click.option("--byline", metavar="NAME", multiple=True, help="All names, each as “记者 王小明” or a name; repeatable.")
@click.option("--date", metavar="DAY", help="The day of the issue: 2019-03-08, or “” for none.")
@click.option("--page", metavar="LABEL", help="The label of the page: 01, A05, 2.")
@click.option("--section", metavar="TEXT", help="The section (版名).")
@click.option("--locality", metavar="PATH", multiple=True, help="All places, as 河南省/驻马店市; repeatable.")
@click.option("--kind", help="The kind of article (新闻, 图片, 评论 …).")
@click.option(
    "--split", nargs=2, metavar="WORDS HEADLINE", help="Let the paragraph with these words begin another one."
)
@click.option("--join", metavar="OTHER", help="Let another article, by id or headline, become the end of this one.")
@click.option("--whole-page", is_flag=True, help="Set --date, --page or --section for all articles of the page.")
@click.option("--undo", type=click.IntRange(1), multiple=True, metavar="N", help="Take back correction N of the page.")
@click.option("--list", "listed", is_flag=True, help="List the corrections with their numbers, and change nothing.")
@author_options
@click.option("--dry-run", is_flag=True, help="Show what would change, write nothing.")
@json_option
def correct(
    article: str,
    archive: Path,
    location: str,
    whole_page: bool,
    listed: bool,
    reason: str,
    author: str,
    dry_run: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Correct ARTICLE, which is named by its id: the last part of its address on the site.

    The page file stays as it is. The correction is a line in a file beside it, and is in force whenever the page is
    read again, also from a better scan. Whoever has the old address is led to the new one.

    \b
    Example:  baosou correct yunbei-20190308-02-0c5b8f2d11 --headline 市总工会表彰先进 --reason 误识
              baosou correct yunbei-20190308-02-0c5b8f2d11 --text 诵讯员 通讯员 --dry-run
              baosou correct yunbei-20190308-02-0c5b8f2d11 --date 2019-03-09 --whole-page
              baosou correct yunbei-20190308-02-0c5b8f2d11 --undo 2
    """
    from indexer.archive.archive import Archive
    from indexer.indexing import changes

    held = Archive(archive)
    engine = open_index(location, held)
    wanted = list(_wanted(reason, asked))
    if listed:
        show_history(changes.history(held, engine, article), as_json=as_json)
        return
    if not wanted:
        raise UsageError("Say what to correct, for example with --headline; see baosou correct --help.")
    done = changes.record(held, engine, article, wanted, author or login_name(), whole_page=whole_page, dry_run=dry_run)
    show(done, dry_run=dry_run, as_json=as_json)
    sys.exit(DONE)


def _wanted(reason: str, asked: dict[str, Any]) -> list[Correction]:
    found = [Correction(action="undo", of=number, reason=reason) for number in asked["undo"]]
    values: dict[str, Value | None] = {
        **{name: asked[name] for name in ("headline", "kicker", "subtitle", "date", "page", "section", "kind")},
        "byline": tuple(map(_name, asked["byline"])) or None,
        "localities": asked["locality"] or None,
    }
    found += [
        Correction(action="set", field=name, after=value, reason=reason)
        for name, value in values.items()
        if value is not None
    ]
    found += [
        Correction(action="set", field="text", before=wrong, after=right, reason=reason)
        for wrong, right in asked["text"]
    ]
    if asked["split"]:
        words, headline = asked["split"]
        found.append(Correction(action="split", before=words, after=headline, reason=reason))
    if asked["join"]:
        found.append(Correction(action="join", before=asked["join"], reason=reason))
    return found


def _name(text: str) -> dict[str, str]:
    role, _, name = text.strip().rpartition(" ")
    return {"name": name, "role": role.strip()}


def show(done: Recorded, *, dry_run: bool, as_json: bool) -> None:
    """Say what a change did, and whether readers see it."""
    if as_json:
        lines = [
            {
                "n": one.n,
                "action": one.action,
                "field": one.field,
                "before": one.before,
                "after": one.after,
                "of": one.of,
            }
            for one in done.lines
        ]
        print_json(
            {
                "id": done.id,
                "source": done.source,
                "corrections": lines,
                "diff": done.diff,
                "pending": done.pending,
                "dry_run": dry_run,
            }
        )
    else:
        click.echo(done.diff, nl=False)
        click.echo(_summary(done, dry_run))
    if done.pending:
        click.echo(f"baosou: The change is recorded; the next `baosou index` shows it. {done.pending}", err=True)
    if done.similar:
        click.echo(f"baosou: The same text stands also in {', '.join(done.similar)}; see to it too.", err=True)


def _summary(done: Recorded, dry_run: bool) -> str:
    if not done.lines:
        return f"{done.id}: nothing to change, it is so already"
    numbers = ", ".join(str(one.n) for one in done.lines)
    return f"{done.id}: {'would be recorded' if dry_run else 'recorded'} as correction {numbers} of {done.source}"


def show_history(lines: Sequence[RecordedLine], *, as_json: bool) -> None:
    """List corrections with their numbers and what became of them."""
    if as_json:
        import msgspec

        print_json([msgspec.to_builtins(one.line) | {"undone": one.is_undone, "problem": one.problem} for one in lines])
        return
    from indexer.indexing.editing import shown

    for one in lines:
        line = one.line
        state = "  (undone)" if one.is_undone else f"  (doesn't fit: {one.problem})" if one.problem else ""
        what = f"undo {line.of}" if line.action == "undo" else f"{line.action} {line.field}".strip()
        values = f"{shown(line.before)} → {shown(line.after)}" if line.before or line.after else ""
        reasons = " ".join(filter(None, (line.reason, line.public_reason)))
        about = "" if line.article else "whole page"
        told = "  ".join(filter(None, (line.time, line.author, about, what, values, reasons)))
        click.echo(f"{line.n}  {told}{state}")


COMMANDS = (correct,)
