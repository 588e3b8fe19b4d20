"""Dependencies go in one direction: packages only import from lower layers."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest

from indexer.indexing.rules_fingerprint import deciding_files
from tests.conftest import PROJECT

MODULES = sorted([*(PROJECT / "indexer").rglob("*.py"), *(PROJECT / "webui").rglob("*.py")])


def imports(path: Path) -> Iterator[str]:
    """Yield the full names of all modules that a file imports."""
    package = path.relative_to(PROJECT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


FORBIDDEN = [
    # package or module, forbidden import, reason
    ("indexer/", "webui", "the site stands on the indexer, never the other way round"),
    ("indexer/model.py", "indexer", "the values import nothing of ours"),
    ("indexer/errors.py", "indexer", "the errors import nothing of ours"),
    ("indexer/engines/", "jieba", "engines get tokens, they don't make them"),
    ("indexer/engines/", "indexer.text.tokenizer", "engines get tokens, they don't make them"),
    ("indexer/engines/", "indexer.articles", "engines know nothing of pages"),
    ("indexer/cleaning/", "indexer.articles", "cleaning doesn't know what an article is"),
    ("indexer/cleaning/", "indexer.readers", "cleaning doesn't know where a text came from"),
    ("indexer/readers/", "indexer.cleaning", "readers repair nothing"),
    ("indexer/search/query_parser.py", "indexer.engines", "a change of engine can't break a saved link"),
    ("indexer/search/snippets.py", "webui", "snippets are made without HTML"),
    ("webui/", "whoosh", "the site doesn't search by itself"),
]


@pytest.mark.parametrize(("where", "what", "why"), FORBIDDEN)
def test_a_room_does_not_import(where: str, what: str, why: str) -> None:
    offenders = [
        f"{room(path)} imports {name}"
        for path in MODULES
        if room(path).startswith(where)
        for name in imports(path)
        if name == what or name.startswith(what + ".")
    ]
    assert not offenders, why


@pytest.mark.parametrize(
    ("package", "home"),
    [
        ("whoosh", "indexer/engines/whoosh/"),
        ("jieba", "indexer/text/tokenizer.py"),
        ("rjieba", "indexer/text/tokenizer.py"),
        ("bs4", "indexer/readers/"),
        ("flask", "webui/"),
        ("click", ("indexer/cli/commands.py", "indexer/cli/terminal.py", "webui/command.py")),
    ],
)
def test_a_package_is_used_in_one_room_only(package: str, home: str | tuple[str, ...]) -> None:
    users = {room(path) for path in MODULES if any(name.split(".")[0] == package for name in imports(path))}
    assert users
    assert all(user.startswith(home) for user in users)


FINDING_FILES = {
    "indexer",
    "indexer.archive",
    "indexer.archive.archive",
    "indexer.archive.redirects",
    "indexer.errors",
    "indexer.indexing",
}
"""Modules that only find page files and don't affect what is read from them.

They need not be in the fingerprint, because every run searches for files again.
"""


def test_whatever_reads_a_page_makes_older_indexes_stale() -> None:
    imported = run(
        [
            sys.executable,
            "-c",
            "import sys, indexer.indexing.issue_reader, indexer.text.lookalikes; print(*sys.modules)",
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    reading = {name for name in imported if name.split(".")[0] == "indexer"} - FINDING_FILES
    deciding = {".".join(path.relative_to(PROJECT).with_suffix("").parts) for path in deciding_files()}
    assert "indexer.text.bulk_folding" in reading
    assert reading <= deciding | {name.removesuffix(".__init__") for name in deciding}
