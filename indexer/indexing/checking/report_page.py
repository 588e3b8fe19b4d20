"""The findings of a check as one HTML file, to be looked at, sent and printed. It needs no other file and no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from indexer.indexing.checking.findings import TITLES, Finding, FindingKind, Findings

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --faint: #5f6368; --paper: #fff; --line: #d8d8dc; --mark: #a3170d; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8ea; --faint: #a0a4aa; --paper: #17181a; --line: #3a3b3f; --mark: #ff8f80; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; display: inline; }
p { margin: .4rem 0; }
.faint, .source { color: var(--faint); }
table { border-collapse: collapse; margin: 1rem 0; }
td, th { padding: .15rem 1.2rem .15rem 0; text-align: left; font-weight: normal; vertical-align: top; }
td.count { text-align: right; font-variant-numeric: tabular-nums; }
a { color: inherit; }
details { border-top: 1px solid var(--line); padding: .6rem 0; }
summary { cursor: pointer; }
.problem h2 { color: var(--mark); }
h3 { font-size: .95rem; margin: .8rem 0 .2rem; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
li { margin: .3rem 0; overflow-wrap: anywhere; }
.source { font-size: .9rem; font-family: ui-monospace, monospace; display: block; }
@media print {
  :root { color-scheme: light; --ink: #000; --faint: #444; --paper: #fff; --line: #999; --mark: #000; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  summary { list-style: none; }
  li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
"""


def report_page(found: Findings, archive: str, time: str) -> str:
    """The page of a check of the archive in a folder, at a time.

    >>> page = report_page(Findings(1, 2, (Finding.of("date", "demo/1.txt", "<odd>"),), (), ()), "/srv/papers", "today")
    >>> "demo/1.txt" in page, "&lt;odd&gt;" in page, "<script" in page
    (True, True, False)
    """
    title = f"Check of {archive}"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
            f"<header><h1>{escape(title)}</h1>",
            f'<p class="faint">{escape(time)} · {found.articles} articles on {found.pages} pages</p></header>',
            *_overview(found),
            *_index(found),
            *_set_aside(found),
            *(line for kind, of_kind in found.by_kind.items() for line in _kind(kind, of_kind)),
            *_warnings(found),
            "</body></html>\n",
        ]
    )


def _overview(found: Findings) -> Iterator[str]:
    rows = [("set-aside", "Files that could not be used", len(found.set_aside))]
    rows += [(_anchor(kind), TITLES[kind], count) for kind, count in found.counts.items()]
    rows += [("warnings", "Warnings about settings", len(found.warnings))]
    rows = [row for row in rows if row[2]]
    if not rows:
        yield "<p>Nothing was found that needs a look.</p>"
        return
    yield "<nav><table>"
    for anchor, title, count in rows:
        yield f'<tr><td class="count">{count}</td><td><a href="#{anchor}">{escape(title)}</a></td></tr>'
    yield "</table></nav>"


def _index(found: Findings) -> Iterator[str]:
    if found.index:
        of = found.index
        yield (
            f"<p>Of {of.pages} page files, {of.indexed} are in the index ({of.changed} of them as they were before a "
            f"change), {of.set_aside} are set aside, {of.copies} are copies, {of.withdrawn} are "
            f"withdrawn, {of.missing} are missing in it. "
            f"It has articles of {of.unbacked} page files that the archive hasn't.</p>"
        )


def _set_aside(found: Findings) -> Iterator[str]:
    if found.set_aside:
        items = [(problem.source, problem.problem) for problem in found.set_aside]
        yield from _section("set-aside", "Files that could not be used", items, is_problem=True)


def _kind(kind: FindingKind, findings: list[Finding]) -> Iterator[str]:
    is_problem = any(one.severity == "problem" for one in findings)
    yield from _section(
        _anchor(kind), TITLES[kind], [(one.source, one.text) for one in findings], is_problem=is_problem
    )


def _warnings(found: Findings) -> Iterator[str]:
    if found.warnings:
        yield from _section("warnings", "Warnings about settings", [("", one) for one in found.warnings])


def _section(anchor: str, title: str, items: list[tuple[str, str]], *, is_problem: bool = False) -> Iterator[str]:
    """Findings under a title, those of each paper together."""
    yield f'<details open id="{anchor}"{" class=problem" if is_problem else ""}>'
    yield f'<summary><h2>{escape(title)}</h2> <span class="faint">{len(items)}</span></summary>'
    papers = dict.fromkeys(source.partition("/")[0] for source, _ in items)
    for paper in papers:
        if len(papers) > 1:
            yield f"<h3>{escape(paper)}</h3>"
        yield "<ul>"
        yield from _items((source, text) for source, text in items if source.partition("/")[0] == paper)
        yield "</ul>"
    yield "</details>"


def _items(items: Iterable[tuple[str, str]]) -> Iterator[str]:
    for source, text in items:
        place = f'<span class="source">{escape(source)}</span>' if source else ""
        yield f"<li>{place}{escape(text)}</li>"


def _anchor(kind: FindingKind) -> str:
    return kind.replace(" ", "-")
