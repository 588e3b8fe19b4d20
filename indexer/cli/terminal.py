"""What the command line shows to a person: progress, results, articles, edits; in colour where it is a terminal."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from indexer.model import (
    Answer,
    AnswerHit,
    Article,
    CleanText,
    DocumentSummary,
    FacetValue,
    Note,
    PartialHit,
    Passage,
)

if TYPE_CHECKING:
    from indexer.archive.backup import BackupReport
    from indexer.archive.export import ExportReport
    from indexer.archive.restore import RestoreReport
    from indexer.engines.base import Verified
    from indexer.indexing.checking.findings import Findings
    from indexer.indexing.differences import ArticleName, ChangedArticle, Differences
    from indexer.indexing.issue_reader import IssueReading
    from indexer.indexing.pipeline import Progress, Report

_FACET_VALUES = 6
_RULE_COLOURS = ("yellow", "cyan", "magenta", "green", "blue")


@contextmanager
def progress_bar(stream: TextIO) -> Iterator[Progress]:
    """Show pages done, pages a second and the time left on a terminal; be silent in a pipe."""
    if not stream.isatty():
        yield lambda done, total: None
        return
    started = time.perf_counter()

    def rate(_: object) -> str:
        return f"{bar.pos / max(time.perf_counter() - started, 1e-6):.0f} pages/s"

    with click.progressbar(length=0, file=stream, show_pos=True, show_eta=True, item_show_func=rate) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos, current_item=0)

        yield show


def report(done: Report) -> str:
    """Say what an indexing run did, in two lines.

    >>> from indexer.indexing.pipeline import Report
    >>> print(report(Report(16, 0, 0, 70, (), (), 2.0, False)))
    70 articles from 16 pages indexed in 2.0 s (8 pages/s)
    """
    verb = "would be indexed" if done.dry_run else "indexed"
    rate = done.pages / done.seconds if done.seconds else 0.0
    lines = []
    if done.pages or not done.unchanged:
        what = f"{_counted(done.articles, 'article')} from {_counted(done.pages, 'page')}"
        lines.append(f"{what} {verb} in {done.seconds:.1f} s ({rate:.0f} pages/s)")
    if done.unchanged:
        lines.append(f"{_counted(done.unchanged, 'page')} unchanged")
    if done.removed:
        lines.append(f"{_counted(done.removed, 'page')} no longer in the archive, taken out of the index")
    if done.set_aside:
        lines.append(f"{_counted(len(done.set_aside), 'file')} set aside:")
    return "\n".join(lines)


def differences(found: Differences) -> str:
    """List what a run would change: each article with its page file and headline, and what differs in its text.

    >>> from indexer.indexing.differences import ArticleName, Differences, MovedLink
    >>> added, moved = ArticleName("a-2", "a/2.txt", "早稻"), MovedLink("a-1", "a-2")
    >>> click.echo(differences(Differences((added,), (), (), (moved,))))
    + a/2.txt  早稻  a-2
    a-1 → a-2
    1 article would be added, 0 changed, 0 taken out; 1 link would lead to another article id
    """
    lines = [click.style(f"+ {_named(one)}", fg="green") for one in found.added]
    for changed in found.changed:
        lines.append(click.style(f"~ {_named(changed)}", bold=True))
        lines += [f"    {_coloured(line)}" for line in changed.diff.splitlines()]
    lines += [click.style(f"- {_named(one)}", fg="red") for one in found.gone]
    lines += [f"{link.old} → {link.new}" for link in found.moves]
    added, moved = _counted(len(found.added), "article"), _counted(len(found.moves), "link")
    counts = f"{added} would be added, {len(found.changed)} changed, {len(found.gone)} taken out"
    return "\n".join([*lines, f"{counts}; {moved} would lead to another article id"])


def _named(one: ArticleName | ChangedArticle) -> str:
    return f"{one.source}  {one.headline or '（无标题）'}  {one.id}"


def _coloured(line: str) -> str:
    return click.style(line, fg={"+": "green", "-": "red"}.get(line[:1]))


def verified(read: Verified, seconds: float) -> str:
    """Say that an index is sound, and what of it was read.

    >>> from indexer.engines.base import Verified
    >>> verified(Verified(3, 1_200_000), 0.004)
    'sound: 3 segments, 1.2 MB read in 0.0 s'
    """
    return f"sound: {_counted(read.files, 'segment')}, {read.bytes / 1e6:.1f} MB read in {seconds:.1f} s"


def backed_up(done: BackupReport) -> str:
    """Say what a backup has.

    >>> from indexer.archive.backup import BackupReport
    >>> print(backed_up(BackupReport("20261129T150000Z.backup", 12, 5_000_000, 1, 8_000, True, True, (), 0.2)))
    20261129T150000Z.backup: 12 files, 5.0 MB, of these 1 file copied, 0.0 MB, in 0.2 s
    """
    if not done.is_new:
        return f"nothing has changed since {done.name}: {_counted(done.files, 'file')}, {done.bytes / 1e6:.1f} MB"
    copied = f"{_counted(done.copied, 'file')} copied, {done.copied_bytes / 1e6:.1f} MB"
    held = f"{done.name}: {_counted(done.files, 'file')}, {done.bytes / 1e6:.1f} MB"
    return f"{held}, of these {copied}, in {done.seconds:.1f} s"


def restored(done: RestoreReport, command: str) -> str:
    """Say what was restored, and by which command the index comes up to date; "" where it was only verified."""
    what = f"{done.name} of {done.time}: {_counted(done.files, 'file')}, {done.bytes / 1e6:.1f} MB"
    if not command:
        return f"sound: {what}, read in {done.seconds:.1f} s"
    next_step = "bring the index up to date" if done.has_index else "the backup has no index; make it"
    return f"restored {what}, in {done.seconds:.1f} s\n{next_step}: {command}"


def exported(done: ExportReport, target: str) -> str:
    """Say what was exported.

    >>> from indexer.archive.export import ExportReport
    >>> exported(ExportReport(72, 17, 0), "out")
    '72 articles from 17 pages written to out'
    """
    left_out = f", {done.without_text} of them without their text (rights)" if done.without_text else ""
    return f"{_counted(done.articles, 'article')} from {_counted(done.pages, 'page')} written to {target}{left_out}"


def index_command(archive: Path, location: str) -> str:
    """The command that brings an index up to date, as one types it into a shell."""
    return f"baosou index --archive {shlex.quote(str(archive))} --index {shlex.quote(location)}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def answer(found: Answer) -> str:
    """List the hits, with the words that matched in bold, and the largest values of each facet.

    Below that come the articles that lack some of the words, if the answer has any.
    """
    first = (found.page - 1) * found.size + 1
    count = "No article has all the words" if found.partial and not found.total else f"{found.total} articles"
    lines = [f"{count} · understood as: {found.understood_as or 'everything'}"]
    if found.exact:
        lines.append(f"{found.exact.total} articles hold it to the letter: baosou search '{found.exact.query}'")
    for number, hit in enumerate(found.hits, first):
        lines += ["", *_hit(number, hit)]
    if found.hits:
        lines.append("")
    lines += [f"{name}: {', '.join(_facet(values))}" for name, values in found.facets.items() if values and found.total]
    if found.partial:
        lines += ["", click.style("These hold only some of the words:", bold=True)]
    for number, nearest in enumerate(found.partial, found.total + 1):
        lines += ["", *_hit(number, nearest)]
        lines += [f"   lacks: {', '.join(nearest.missing)}"] if nearest.missing else []
    return "\n".join(lines)


def note(said: Note) -> str:
    """Return in words how a query line was read.

    >>> note(Note("lower_case_operator", "or", "工会 OR 妇联"))
    '“or” is searched for as a word. As an operator it is in capitals: 工会 OR 妇联'
    """
    match said.kind:
        case "unclosed_quote":
            return f"The quote is never closed, so the text up to the end of the line is searched for: {said.line}"
        case "lower_case_operator":
            return f"“{said.text}” is searched for as a word. As an operator it is in capitals: {said.line}"
        case "numeral":
            return f"“{said.text}” is found in each of its spellings. To find this one alone: {said.line}"


def _hit(number: int, hit: AnswerHit | PartialHit) -> Iterable[str]:
    document = hit.document
    article = document.article
    yield f"{number}. " + click.style(article.headline or "（无标题）", bold=True)
    yield "   " + " · ".join(part for part in (_place(document), article.section, *article.localities[:2]) if part)
    text = "".join(
        click.style(part.text, fg="red", bold=True) if part.is_hit else part.text for part in hit.snippet
    ).strip()
    if text:
        yield f"   {text}"
    yield click.style(f"   {document.source}  /article/{document.id}", dim=True)


def _place(document: DocumentSummary) -> str:
    day = document.article.date.isoformat() if document.article.date else "undated"
    return f"{document.paper_title} {day} p. {document.page}"


def _facet(values: tuple[FacetValue, ...]) -> Iterable[str]:
    yield from (f"{value.value} {value.count}" for value in values[:_FACET_VALUES])
    if len(values) > _FACET_VALUES:
        yield f"… {len(values) - _FACET_VALUES} more"


def diff(raw: str, cleaned: CleanText) -> str:
    """Show the cleaned text with every edit in it, coloured by rule: what went out struck through, what came in bold.

    Ends with the number of edits of each rule.
    """
    pieces: list[str] = []
    counts: dict[str, int] = {}
    at = 0
    for edit in cleaned.edits:
        for rule in edit.rules:
            counts[rule] = counts.get(rule, 0) + 1
        colour = _colour(edit.rules[0], counts)
        pieces.append(raw[at : edit.start])
        pieces.append(click.style(_visible(edit.before), fg=colour, strikethrough=True, dim=True))
        pieces.append(click.style(edit.after, fg=colour, bold=True))
        at = edit.end
    pieces.append(raw[at:])
    legend = [click.style(f"{rule} × {count}", fg=_colour(rule, counts)) for rule, count in counts.items()]
    return "".join(pieces) + "\n\n" + (" · ".join(legend) or "nothing to repair")


def _colour(rule: str, rules: Iterable[str]) -> str:
    return _RULE_COLOURS[list(rules).index(rule) % len(_RULE_COLOURS)]


def _visible(text: str) -> str:
    return text.replace("\n", "⏎").replace(" ", "␣").replace("\u3000", "␣")


def page(read: IssueReading) -> str:
    """Show the articles of a page, one after the other, those that are withdrawn, and what belongs to none."""
    [reading] = read.pages.values()
    identity = reading.identity
    day = identity.date.isoformat() if identity.date else "undated"
    head = f"{identity.paper} {day} p. {identity.page} · {len(reading.articles)} articles"
    lines = [" · ".join((head, *identity.sections))]
    for number, article in enumerate(reading.articles, 1):
        lines += ["", *_article(number, article)]
    for number, one in enumerate(read.withdrawn, len(reading.articles) + 1):
        mark = click.style(f"withdrawn, nobody sees it: {one.reason or 'no reason is shown'}", fg="red")
        lines += ["", mark, *_article(number, one.article)]
    if reading.furniture:
        lines += ["", click.style("belongs to no article:", dim=True), *_passages(reading.furniture)]
    return "\n".join(lines)


def _article(number: int, article: Article) -> Iterable[str]:
    if article.kicker:
        yield f"   {article.kicker}"
    yield f"{number}. " + click.style(article.headline or "（无标题）", bold=True)
    if article.subtitle:
        yield f"   {article.subtitle}"
    byline = "、".join(f"{one.role} {one.name}".strip() for one in article.byline)
    facts = (article.kind, article.section, byline, *article.localities, article.end_code)
    yield click.style("   " + " · ".join(fact for fact in facts if fact), fg="cyan")
    yield from _passages(article.paragraphs)
    yield from (f"   [图] {passage.text}" for passage in article.captions)
    yield click.style(f"   {article.id}", dim=True)


def _passages(passages: Iterable[Passage]) -> Iterable[str]:
    for passage in passages:
        flags = click.style(f"[{' '.join(passage.flags)}] ", fg="yellow") if passage.flags else ""
        yield f"   {flags}{passage.text}"


def findings(found: Findings) -> str:
    """Say what was read and what was found, by kind; each finding is named on its own line."""
    from indexer.indexing.checking.findings import TITLES

    lines = [f"{found.articles} articles on {found.pages} pages, {len(found.remarks)} remarks"]
    if found.index:
        of = found.index
        lines.append(
            f"index: of {of.pages} page files {of.indexed} are in it ({of.changed} changed since), {of.set_aside} set "
            f"aside, {of.copies} copies, {of.withdrawn} withdrawn, {of.missing} missing; "
            f"{of.unbacked} in it are not in the archive"
        )
    for kind, of_kind in found.by_kind.items():
        lines += ["", click.style(f"{TITLES[kind]} ({len(of_kind)})", bold=True)]
        lines += [f"{one.source}: {one.text}" if one.source else one.text for one in of_kind]
    if found.leftovers:
        left = "1 file or folder" if found.leftovers == 1 else f"{found.leftovers} files and folders"
        lines += ["", f"{left} that a system or a program left there: passed over"]
    return "\n".join(lines)
