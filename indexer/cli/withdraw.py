"""The command that takes articles and passages away from readers."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from indexer.archive.corrections import Correction
from indexer.cli.correct import author_options, login_name, show
from indexer.cli.options import (
    DONE,
    DONE_WITH_PAGES_SET_ASIDE,
    archive_option,
    index_option,
    json_option,
    open_index,
)
from indexer.errors import UsageError


@click.command(short_help="Take an article, or a passage, away from readers.")
@click.argument("article")
@archive_option
@index_option
@click.option("--passage", metavar="TEXT", help="Withhold only these words: a name, a telephone number.")
@click.option("--public-reason", default="", metavar="TEXT", help="What readers are told; nothing if left out.")
@click.option("--lift", is_flag=True, help="Show the article, or with --passage the words, again.")
@author_options
@click.option("--dry-run", is_flag=True, help="Show what would change, write nothing.")
@json_option
def withdraw(
    article: str,
    archive: Path,
    location: str,
    passage: str | None,
    public_reason: str,
    lift: bool,
    reason: str,
    author: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take ARTICLE away from readers, or with --passage some words of it, which then show as 〔…〕.

    It is gone from all searches, counts, feeds and pages, also when its page is read again. Its address says that it
    was withdrawn, and why, as far as --public-reason says it. The page file stays as it is. The exit code is 1 where
    the index can't be changed now: readers find the article until the next `baosou index`.

    \b
    Example:  baosou withdraw yunbei-20190308-02-0c5b8f2d11 --reason 当事人来函 --public-reason 应当事人要求撤下
              baosou withdraw yunbei-20190308-02-0c5b8f2d11 --passage 0000-1234567 --reason 私人电话
              baosou withdraw yunbei-20190308-02-0c5b8f2d11 --lift
    """
    from indexer.archive.archive import Archive
    from indexer.indexing import changes

    held = Archive(archive)
    engine = open_index(location, held)
    if lift:
        meant = [one for one in changes.history(held, engine, article) if _is_meant(one.line, passage)]
        wanted = [Correction(action="undo", of=one.line.n, reason=reason) for one in meant if not one.is_undone]
        wanted = wanted or [Correction(action="undo", of=one.line.n) for one in meant[-1:]]  # lifted already
        if not wanted:
            raise UsageError(f"{article} has nothing to lift; see what it has with `baosou correct {article} --list`.")
    elif not reason:
        raise UsageError("Say with --reason why; it is kept beside the page and not shown to readers.")
    elif passage is None:
        wanted = [Correction(action="withdraw", reason=reason, public_reason=public_reason)]
    else:
        wanted = [Correction(action="withhold", before=passage, reason=reason, public_reason=public_reason)]
    done = changes.record(held, engine, article, wanted, author or login_name(), dry_run=dry_run)
    show(done, dry_run=dry_run, as_json=as_json)
    sys.exit(DONE_WITH_PAGES_SET_ASIDE if done.pending else DONE)


def _is_meant(line: Correction, passage: str | None) -> bool:
    if passage is None:
        return line.action == "withdraw"
    from indexer.indexing.withheld import letters_of

    return line.action == "withhold" and letters_of(str(line.before)) == letters_of(passage)


COMMANDS = (withdraw,)
