"""Tests that the documentation is up to date.

References are generated from the code, links have existing targets, and the commands in README exist.
"""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import get_args, get_type_hints

import click
import pytest

from indexer.cli.commands import baosou
from indexer.model import Answer, AnswerHit, DocumentSummary, Everything, Filters, Note, PartialHit
from indexer.search.search import answer_json
from tests.conftest import PROJECT
from tests.support.engine_documents import document

PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md"), *(PROJECT / "archive").glob("*.md")])


def test_the_command_reference_is_current() -> None:
    script = runpy.run_path(str(PROJECT / "scripts" / "build_docs"))
    assert (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8") == script["command_reference"](), (
        "run scripts/build_docs"
    )


COMMANDS = {
    name: baosou.get_command(click.Context(baosou), name) for name in baosou.list_commands(click.Context(baosou))
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    assert f"baosou {name}" in (COMMANDS[name].help or "")


def test_every_picture_exists_is_used_and_is_small() -> None:
    """`scripts/screenshots` makes them; each README shows all."""
    script = runpy.run_path(str(PROJECT / "scripts" / "screenshots"))
    made = {f"docs/images/{shot.name}" for shot in script["SHOTS"]}
    for readme in ("README.md", "README.zh-CN.md"):
        shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (PROJECT / readme).read_text(encoding="utf-8"))
        assert {path for path in shown if path.startswith("docs/images/")} == made
    kept = {f"docs/images/{path.name}": path.stat().st_size for path in (PROJECT / "docs" / "images").iterdir()}
    assert kept.keys() == made
    assert max(kept.values()) <= script["LARGEST"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_commands_in_the_readme_exist(page: str) -> None:
    used = set(re.findall(r"^(?:`)?baosou +([a-z]+)", (PROJECT / page).read_text(encoding="utf-8"), re.MULTILINE))
    assert used
    assert used <= set(COMMANDS)


def test_the_api_page_names_every_key_of_an_answer() -> None:
    article = DocumentSummary.of(document("a-1").document)
    full, partial = AnswerHit(article, 1.0, (), 0), PartialHit(article, 1.0, (), 0, ("火星",))
    filters = Filters()
    notes = (Note("numeral", "", ""),)
    answer = Answer("", Everything(), "", filters, "relevance", 1, 10, 1, (full,), {}, None, 1.0, (partial,), notes)
    keys = re.findall(r'"(\w+)":', json.dumps({**answer_json(answer), "exact": None, "facets": {}}))
    keys += get_args(get_type_hints(Note)["kind"])
    tables = re.findall(r"^\| (`.+?) \|", (PROJECT / "docs" / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(tables))) == set(keys)


def test_every_dependency_is_justified() -> None:
    decisions = (PROJECT / "docs" / "decisions.md").read_text(encoding="utf-8")
    pyproject = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    names = re.findall(r'^    "([a-z0-9-]+)[>=]', pyproject, re.MULTILINE)
    assert names
    assert [name for name in names if name not in decisions] == []


@pytest.mark.parametrize("name", ["architecture.md", "glossary.md"])
def test_names_in_the_map_are_names_in_the_code(name: str) -> None:
    """Each path, module, class and function that is named must be there."""
    folders = ("indexer", "webui", "scripts", "tests")
    files = [path for folder in folders for path in (PROJECT / folder).rglob("*") if "__pycache__" not in path.parts]
    paths = {path.relative_to(PROJECT).as_posix() for path in files}
    code = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files if path.suffix == ".py")
    named = re.findall(r"`([A-Za-z_][\w./]*)(?:\(\))?`", (PROJECT / "docs" / name).read_text(encoding="utf-8"))
    assert named
    missing = [
        one
        for one in dict.fromkeys(named)
        if not re.search(rf"\b{re.escape(one.rsplit('.')[-1].rstrip('/').rsplit('/')[-1])}\b", code)
        and not any(path == one.rstrip("/") or path.endswith(f"/{one.rstrip('/')}") for path in paths)
    ]
    assert missing == []
