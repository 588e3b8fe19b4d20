"""Dependencies go in one direction, names are used once, folders stay small, and prose stays plain."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from subprocess import run

import pytest

from indexer.indexing.rules_fingerprint import DECIDING, deciding_files, matching_files
from tests.conftest import PROJECT

MODULES = sorted([*(PROJECT / "indexer").rglob("*.py"), *(PROJECT / "webui").rglob("*.py")])


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The full names of all modules that a file imports."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
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


WHOOSH = "indexer/engines/whoosh/"
FORBIDDEN = [
    # package or module, forbidden import, reason
    ("indexer/", "webui", "the site stands on the indexer, never the other way round"),
    ("indexer/model.py", "indexer", "the values import nothing of ours"),
    ("indexer/errors.py", "indexer", "the errors import nothing of ours"),
    ("indexer/text/", "indexer.articles", "text knows nothing of pages"),
    ("indexer/text/", "indexer.engines", "text knows nothing of indexes"),
    ("indexer/engines/", "jieba", "engines get tokens, they don't make them"),
    ("indexer/engines/", "indexer.text.tokenizer", "engines get tokens, they don't make them"),
    ("indexer/engines/", "indexer.articles", "engines know nothing of pages"),
    ("indexer/engines/", "indexer.indexing", "engines are called by indexing, they don't call it"),
    ("indexer/engines/", "indexer.search", "engines are called by search, they don't call it"),
    (f"{WHOOSH}segment/", f"{WHOOSH}adapter", "a segment's file knows nothing of Whoosh"),
    (f"{WHOOSH}segment/", f"{WHOOSH}indexing", "a segment's file knows nothing of who writes it"),
    (f"{WHOOSH}segment/", f"{WHOOSH}search", "a segment's file knows nothing of who reads it"),
    (f"{WHOOSH}search/", f"{WHOOSH}indexing", "searching and indexing meet in the segment's file only"),
    (f"{WHOOSH}indexing/", f"{WHOOSH}search", "searching and indexing meet in the segment's file only"),
    ("indexer/cleaning/", "indexer.articles", "cleaning doesn't know what an article is"),
    ("indexer/cleaning/", "indexer.readers", "cleaning doesn't know where a text came from"),
    ("indexer/readers/", "indexer.cleaning", "readers repair nothing"),
    ("indexer/readers/", "indexer.importing", "readers don't know how a file came into the archive"),
    ("indexer/importing/", "indexer.indexing", "what is imported is read by the next run over the archive"),
    ("indexer/articles/", "indexer.indexing", "pages are read without knowing of indexes"),
    ("indexer/search/query_parser.py", "indexer.engines", "a change of engine can't break a saved link"),
    ("indexer/search/snippets.py", "webui", "snippets are made without HTML"),
    ("indexer/search/", "indexer.engines.whoosh", "the read path knows engines by their interface"),
    ("webui/", "whoosh", "the site doesn't search by itself"),
]


@pytest.mark.parametrize(("where", "what", "why"), FORBIDDEN)
def test_a_room_does_not_import(where: str, what: str, why: str) -> None:
    modules = [path for path in MODULES if room(path).startswith(where)]
    assert modules, f"no module is in {where}: the rule guards nothing"
    name = what.replace("/", ".")
    offenders = [
        f"{room(path)} imports {imported}"
        for path in modules
        for imported in imports(path)
        if imported == name or imported.startswith(name + ".")
    ]
    assert not offenders, why


@pytest.mark.parametrize(
    ("package", "home"),
    [
        ("whoosh", f"{WHOOSH}adapter/"),
        ("jieba", "indexer/text/tokenizer.py"),
        ("rjieba", "indexer/text/tokenizer.py"),
        ("bs4", "indexer/readers/"),
        ("openpyxl", "indexer/importing/tables.py"),
        ("flask", "webui/"),
        ("PIL", "webui/sharing/"),
        ("segno", "webui/views/previews.py"),
        ("click", ("indexer/cli/", "webui/command.py")),
    ],
)
def test_a_package_is_used_in_one_room_only(package: str, home: str | tuple[str, ...]) -> None:
    homes = [home] if isinstance(home, str) else home
    assert all(any(room(path).startswith(one) for path in MODULES) for one in homes), "a home that no module is in"
    users = {room(path) for path in MODULES if any(name.split(".")[0] == package for name in imports(path))}
    assert users
    assert all(user.startswith(home) for user in users)


FINDING_FILES = {
    "indexer",
    "indexer.archive",
    "indexer.archive.appended_lines",
    "indexer.archive.archive",
    "indexer.archive.indexed",
    "indexer.archive.redirects",
    "indexer.archive.withdrawn",
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


def test_whatever_matches_text_refuses_other_indexes() -> None:
    script = "import sys, indexer.text.tokenizer; print(*sys.modules)"
    command = [sys.executable, "-c", script]
    imported = run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()
    matching = {".".join(path.relative_to(PROJECT).with_suffix("").parts) for path in matching_files()}
    own = {name for name in imported if name.startswith("indexer.")} - {"indexer.model", "indexer.text"}
    assert own <= matching
    assert set(matching_files()) <= set(deciding_files())


def test_every_deciding_pattern_matches_a_file() -> None:
    for name in DECIDING:
        assert any(path.is_relative_to(PROJECT / "indexer" / name) for path in deciding_files()), name


def test_no_class_name_is_defined_twice() -> None:
    defined = Counter(
        node.name
        for path in MODULES
        if room(path).startswith("indexer/")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in defined.items() if count > 1] == []


MOST_MODULES = 18
MOST_ENTRIES = 14


def test_a_folder_can_be_taken_in_at_a_glance() -> None:
    modules = Counter(room(path.parent) for path in MODULES)
    assert {folder: count for folder, count in modules.items() if count > MOST_MODULES} == {}
    entries = [entry.name for entry in (PROJECT / "indexer").iterdir() if entry.name != "__pycache__"]
    assert len(entries) <= MOST_ENTRIES, sorted(entries)


UNPLAIN = ("of late", "told by", "told from", "hold to", "lots of", "as it stands", "has not", "so many", "the stead")
"""Phrases that made docstrings and comments hard to read."""


def prose(source: str) -> Iterator[str]:
    """The comments and docstrings of a module, each on one line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        for statement in getattr(node, "body", []) if isinstance(getattr(node, "body", None), list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                yield " ".join(str(statement.value.value).split())


def python_files() -> Iterator[Path]:
    for folder in ("indexer", "webui", "tests", "scripts"):
        for path in sorted((PROJECT / folder).rglob("*")):
            is_script = (
                path.parent.name == "scripts"
                and path.is_file()
                and path.read_bytes().startswith(b"#!/usr/bin/env python")
            )
            if path.suffix == ".py" or is_script:
                yield path


def test_docstrings_and_comments_are_in_plain_english() -> None:
    found = [
        f"{room(path)}: {phrase} ({line[:80]})"
        for path in python_files()
        for line in prose(path.read_text(encoding="utf-8"))
        for phrase in UNPLAIN
        if re.search(rf"\b{phrase}\b", line)
    ]
    assert found == []
