"""The command line. Each command calls one function of the project and prints what it returns."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

import click

from indexer.cli import check, correct, import_, keep, terminal, withdraw
from indexer.cli.options import (
    COULD_NOT_RUN,
    DONE,
    DONE_WITH_PAGES_SET_ASIDE,
    WRONG_USAGE,
    Command,
    archive_option,
    index_option,
    json_option,
    name_set_aside,
    open_index,
    print_json,
)
from indexer.errors import BaosouError, UsageError
from indexer.model import CHOICES, Choice

ENDED_BY_SIGNAL = 128
"""Added to the number of the signal that ended a command, as shells do."""


class _Ended(SystemExit):
    """A signal asks the command to end."""


def _end_in_order_on_signals() -> None:
    """Raise `_Ended` on Ctrl+C, SIGTERM and SIGHUP, unless whoever started this command lets it ignore them (nohup)."""
    heeded = [
        number
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is not signal.SIG_IGN
    ]

    def end(number: int, _: object) -> None:
        for one in heeded:  # nothing more may disturb it
            signal.signal(one, signal.SIG_IGN)
        raise _Ended(ENDED_BY_SIGNAL + number)

    for number in heeded:
        signal.signal(number, end)


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    try:
        yield
    except _Ended as ended:
        name = signal.Signals(cast(int, ended.code) - ENDED_BY_SIGNAL).name
        click.echo(f"baosou: ended by {name}; nothing is half done, run the command again to go on.", err=True)
        raise
    except UsageError as error:
        click.echo(f"baosou: {error}", err=True)
        sys.exit(WRONG_USAGE)
    except BaosouError as error:
        click.echo(f"baosou: {error}", err=True)
        sys.exit(COULD_NOT_RUN)
    except BrokenPipeError:
        # Whoever reads our output has had enough (`baosou search … | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Commands(click.Group):
    """The commands of this module, and those that other packages add: the site adds `serve`.

    They are found by the entry points `baosou.commands` and loaded when they are called, because the indexer knows
    nothing of the site and a search in the shell need not wait for a web framework to load.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *entry_points(group="baosou.commands").names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        for entry in entry_points(group="baosou.commands", name=cmd_name) if found is None else ():
            found = entry.load()
        return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="baosou")
def baosou() -> None:
    """报搜: search the archives of Chinese local newspapers.

    \b
    baosou index                       # read ./archive into ./index; again: only what changed
    baosou search '"安全生产" 工会'     # the exact phrase and the word
    baosou serve                       # the same, in a browser: http://127.0.0.1:8000
    """


_JOINT = 12  # letters shown on either side of a line's end


@baosou.command(short_help="Bring the index up to date with the archive.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@archive_option
@index_option
@click.option("--jobs", type=click.IntRange(1, 256), help="Worker processes [default: one for each core].")
@click.option("--full", is_flag=True, help="Build the index anew; the old one serves until the new one is done.")
@click.option("--part", "written_part", metavar="K/N", help="Take on part K of N only; other runs take the others.")
@click.option("--dry-run", is_flag=True, help="Say which articles and links would change, and how; write nothing.")
@click.option("--accept-removals", is_flag=True, help="Take out pages that are gone, also a tenth of all and more.")
@json_option
def index(
    paths: tuple[Path, ...],
    archive: Path,
    location: str,
    jobs: int | None,
    full: bool,
    written_part: str | None,
    dry_run: bool,
    accept_removals: bool,
    as_json: bool,
) -> None:
    """Bring the index up to date with the archive, or with the PATHs inside it.

    Only issues in which a file (or paper.toml) changed are read again, and all of them where a new version of baosou
    reads pages by other rules. A long run commits now and then; if it is ended, the next one goes on from there. Pages
    that can't be used are named on stderr, and the exit code is then 1.

    With --part, several runs divide the work, one after another or, on OpenSearch, at the same time on several
    machines that share the archive's folder. All parts from 1/N to N/N come to what one run without --part does. Where
    indexed pages changed or are gone, part 1 takes these and all new ones.

    \b
    Example:  baosou index --archive /srv/papers --index /srv/index
              baosou index /srv/papers/zhumadian/2024-01-26 --archive /srv/papers --index /srv/index
              baosou index --dry-run --archive /srv/papers --index /srv/index
              baosou index --part 2/8 --archive /srv/papers --index /srv/index
    """
    from indexer.archive.archive import Archive
    from indexer.indexing import pipeline
    from indexer.indexing.parts import ArchivePart

    part = None if written_part is None else ArchivePart.parse(written_part)
    held = Archive(archive)
    with terminal.progress_bar(sys.stderr) as progress:
        report = pipeline.index(
            held,
            open_index(location, held),
            paths=paths,
            full=full,
            dry_run=dry_run,
            accept_removals=accept_removals,
            jobs=jobs,
            progress=progress,
            part=part,
        )
    if as_json:
        print_json(pipeline.report_json(report))
    else:
        if report.differences:
            click.echo(terminal.differences(report.differences))
        click.echo(terminal.report(report))
    name_set_aside(report.set_aside, report.warnings)
    sys.exit(DONE_WITH_PAGES_SET_ASIDE if report.set_aside else DONE)


_FACET_HELP: dict[Choice, str] = {
    "paper": "Only this paper (its folder's name); may be repeated.",
    "locality": "Only this place (河南省/驻马店市) and what lies in it; repeatable.",
    "section": "Only this section; may be repeated.",
    "kind": "Only this kind of article (新闻, 图片, 评论 …); may be repeated.",
    "quality": "Only text of this quality (good, fair, poor); may be repeated.",
}


def _facet_options(command: Command) -> Command:
    """Give a command an option for each facet that is chosen by value."""
    for name in reversed(CHOICES):
        command = click.option(f"--{name}", multiple=True, help=_FACET_HELP[name])(command)
    return command


class _QueryCommand(click.Command):
    """A command whose QUERY may begin with a minus, as `-招聘` does, without being taken for options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put what looks like a negated word behind the options; these have two dashes here, or are -h."""
        end = args.index("--") if "--" in args else len(args)
        negated = [one for one in args[:end] if one.startswith("-") and not one.startswith("--") and one != "-h"]
        options = [one for one in args[:end] if one not in negated]
        return super().parse_args(ctx, [*options, "--", *negated, *args[end + 1 :]])


@baosou.command(cls=_QueryCommand)
@click.argument("query")
@index_option
@_facet_options
@click.option("--from", "first", metavar="D", default="", help="From this day on: 2019, 2019-03 or 2019-03-08.")
@click.option("--to", "last", metavar="D", default="", help="Up to this day, included.")
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance", show_default=True)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Which page of the results.")
@click.option("--size", type=click.IntRange(1, 100), default=10, show_default=True, help="Results on a page.")
@json_option
def search(
    query: str,
    location: str,
    first: str,
    last: str,
    sort: str,
    page: int,
    size: int,
    as_json: bool,
    **chosen: tuple[str, ...],
) -> None:
    """Search for QUERY.

    \b
    安全生产 工会          both words              "安全生产工作"        exactly this string
    工会 OR 妇联           either                  -招聘                without
    headline:表彰          in the headline         byline:王            in a name of the byline
    title: 标题:           like headline:          作者: 记者:          like byline:
    furniture:今日8版      pages, by what is printed around their articles
    工会 AND 妇联, &&      like a space            工会 NOT 招聘        like -招聘; || like OR
    张*                    begins with             "招商 签约"~10        within ten characters

    Where the articles that have all the words don't fill the first page, those that have some of them follow in a list
    of their own, each with the words that it lacks.

    \b
    Example:  baosou search '"安全生产" 工会' --from 2023 --sort newest
    """
    from indexer.model import Filters, Sort
    from indexer.search.search import answer_json, search
    from indexer.text.dates import parse_span

    filters = Filters(**chosen, dates=parse_span(first, last))
    reader = open_index(location).reader()
    try:
        answer = search(reader, query, filters=filters, sort=cast(Sort, sort), page=page, size=size)
    finally:
        reader.close()
    if as_json:
        print_json(answer_json(answer))
    else:
        click.echo(terminal.answer(answer))
    for note in answer.notes:
        click.echo(terminal.note(note), err=True)


@baosou.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path, allow_dash=True))
@click.option("--why", is_flag=True, help="Show for each line end which test decided whether it goes.")
@json_option
def clean(file: Path, why: bool, as_json: bool) -> None:
    """Clean a page's text: FILE, or - for stdin.

    On a terminal the edits are shown in colour, each with its rule; in a pipe the cleaned text alone is printed.

    \b
    Example:  baosou clean archive/yunbei/2019-03-08/02.txt
              printf '坚坚持持正正确确方方向向' | baosou clean -
    """
    from indexer import readers
    from indexer.cleaning import clean, line_ends
    from indexer.readers.decoding import decode

    is_piped = str(file) == "-"
    raw = decode(sys.stdin.buffer.read(), "stdin").text if is_piped else readers.text_of(readers.read(file, str(file)))
    if why:
        for above, below, judged in line_ends(raw):
            joint = "joined" if judged.answer else "apart"
            click.echo(f"{joint}\t{judged.test}\t{above[-_JOINT:]} | {below[:_JOINT]}")
        return
    cleaned = clean(raw)
    if as_json:
        print_json(
            {
                "text": cleaned.text,
                "edits": [
                    {"rules": list(e.rules), "start": e.start, "end": e.end, "before": e.before, "after": e.after}
                    for e in cleaned.edits
                ],
            }
        )
    elif sys.stdout.isatty():
        click.echo(terminal.diff(raw, cleaned))
    else:
        click.echo(cleaned.text)


@baosou.command(short_help="Show the articles of a page file.")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@json_option
def articles(file: Path, as_json: bool) -> None:
    """Show the articles of one page FILE as they would be indexed, and those that are withdrawn, marked as such.

    \b
    Example:  baosou articles archive/yunbei/2019-03-08/02.txt
    """
    from indexer.archive.archive import Archive
    from indexer.indexing.issue_reader import page_json, read_file

    reading = read_file(*Archive.holding(file))
    if as_json:
        print_json(page_json(reading))
    else:
        click.echo(terminal.page(reading))
    name_set_aside((), reading.warnings)


@baosou.command(short_help="Propose misprints that lookalikes.tsv may list.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@archive_option
def lookalikes(paths: tuple[Path, ...], archive: Path) -> None:
    """Propose misprints: words that a similar character would make frequent ones.

    Prints rows of found, proposed, count and an example. Put those that are right into the file lookalikes.tsv in
    the archive's folder: the next `baosou index` makes their articles findable by both words. Texts are not changed.

    \b
    Example:  baosou lookalikes --archive /srv/papers > candidates.tsv
              grep ^履盖 candidates.tsv >> /srv/papers/lookalikes.tsv
    """
    from indexer.archive.archive import Archive
    from indexer.indexing import issue_reader
    from indexer.text.lookalikes import mine

    for one in mine(issue_reader.texts(Archive(archive).survey(paths).issues)):
        click.echo(f"{one.found}\t{one.proposed}\t{one.count}\t{one.example}")


for _command in (*check.COMMANDS, *correct.COMMANDS, *import_.COMMANDS, *keep.COMMANDS, *withdraw.COMMANDS):
    baosou.add_command(_command)


def main() -> None:
    """Run the command line: UTF-8 in and out whatever the locale says, and errors as sentences."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    arguments = [os.fsencode(argument).decode("utf-8", "replace") for argument in sys.argv[1:]]
    with _errors_as_sentences():
        _end_in_order_on_signals()
        baosou(arguments)


if __name__ == "__main__":
    main()
