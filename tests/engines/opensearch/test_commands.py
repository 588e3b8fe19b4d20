"""The commands with an index on a cluster."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.support.command_line import baosou

HEADLINE = "市总工会第四届职工摄影展征稿"


def run(*arguments: object) -> str:
    """Run a command that must succeed, and return what it prints."""
    ended = baosou(*arguments)
    assert ended.returncode == 0, ended.stderr.decode()
    return ended.stdout.decode()


def total(location: str, query: str) -> int:
    found: int = json.loads(run("search", query, "--index", location, "--json"))["total"]
    return found


def test_the_commands_take_an_index_on_a_cluster(opensearch_location: str, tmp_path: Path) -> None:
    archive = Path(shutil.copytree(PROJECT / "archive", tmp_path / "archive"))
    here = ("--archive", archive, "--index", opensearch_location)

    planned = json.loads(run("index", *here, "--dry-run", "--json"))
    done = json.loads(run("index", *here, "--json"))
    assert planned["articles"] == done["articles"] > 50
    assert "unchanged" in run("index", *here)
    assert run("check", "--index", opensearch_location).startswith("sound")

    hits = json.loads(run("search", '"职工摄影展征稿"', "--index", opensearch_location, "--json"))["hits"]
    (article,) = [hit["id"] for hit in hits]
    run("correct", article, *here, "--headline", HEADLINE, "--reason", "误识")
    assert total(opensearch_location, f'headline:"{HEADLINE}"') == 1
    assert (archive / "redirects.tsv").read_text(encoding="utf-8").startswith(f"{article}\t")

    before = total(opensearch_location, "工会")
    (first,) = json.loads(run("search", "工会", "--size", "1", "--index", opensearch_location, "--json"))["hits"]
    run("withdraw", first["id"], *here, "--reason", "来函")
    assert total(opensearch_location, "工会") == before - 1
    run("withdraw", first["id"], *here, "--lift")

    rebuilt = json.loads(run("index", *here, "--full", "--jobs", "2", "--json"))
    assert rebuilt["articles"] == done["articles"]
    assert total(opensearch_location, "工会") == before
    exported = run("export", "--to", "-", *here)
    assert len(exported.splitlines()) == done["articles"]


@pytest.mark.parametrize("command", [("backup", "{to}"), ("restore", "{to}")])
def test_a_backup_is_of_the_archive_alone(command: tuple[str, str], tmp_path: Path) -> None:
    location = "opensearch+http://me:secret@127.0.0.1:9200/papers"
    (tmp_path / "backup").mkdir()
    asked = [one.format(to=tmp_path / "backup") for one in command]
    ended = baosou(*asked, "--archive", tmp_path, "--index", location)
    assert ended.returncode == 2
    assert "snapshots of the cluster" in ended.stderr.decode()
    assert b"secret" not in ended.stderr
