"""Commands that correct and withdraw are killed: what was acknowledged stays, the rest is there whole or not at all.

After each kill the next `baosou index` ends in the state that the corrections files say, and the same command, given
again, ends as if nothing had happened.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from indexer.archive import corrections
from indexer.archive.archive import Archive
from indexer.engines.base import IndexIdentity
from indexer.engines.whoosh.engine import WhooshEngine
from indexer.indexing.issue_reader import read_issue
from indexer.indexing.rules_fingerprint import matching
from tests.crashes.stages import Run, Starter, check_all_ended, end_group
from webui.app import create_app
from webui.settings import Settings

PAGE = """第{day}期渡口开通夜航

本报讯（记者 周小舟）三月{day}日，沙洲渡口开通夜航，摆渡的老人第{day}次试航后十分满意。

第{day}期早稻开镰

本报讯 三月{day}日，城西第{day}块早稻田开镰，种粮大户刘满仓说亩产比去年高{day}斤。
"""
KILLS = 200


@dataclass(frozen=True)
class Command:
    """A command on one of the articles of the third issue, by a word of its headline."""

    name: str
    article: str
    arguments: tuple[str, ...]


COMMANDS = (
    Command("headline", "夜航", ("correct", "--headline", "渡口夜里也开船")),
    Command("date", "夜航", ("correct", "--date", "2024-03-09", "--whole-page")),
    Command("undo", "早稻", ("correct", "--undo", "1")),
    Command("withdraw", "夜航", ("withdraw", "--reason", "来函", "--public-reason", "应要求")),
    Command("withhold", "早稻", ("withdraw", "--passage", "刘满仓", "--reason", "来函")),
    Command("lift", "早稻", ("withdraw", "--lift")),
)


class CorrectedScene:
    """An archive with acknowledged corrections and its index, put back as often as it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.archive, self.index = folder, folder / "archive", folder / "index"
        for day in (3, 4):
            path = self.archive / "shazhou" / f"2024-03-{day:02}" / "01.txt"
            path.parent.mkdir(parents=True)
            path.write_text(PAGE.format(day=day), encoding="utf-8")
        self._starter = Starter(folder / "messages")
        self.do("index")
        self.addresses = {document.id for document in self._documents()}
        self.ids = {"早稻": self._id("第3期早稻"), "夜航": self._id("第3期渡口")}
        self.do("correct", self.ids["早稻"], "--kicker", "丰收在望")
        self.do("withdraw", self.ids["早稻"], "--reason", "来函一号", "--public-reason", "应要求")
        for name in ("archive", "index"):
            shutil.copytree(folder / name, folder / "before" / name)

    def restore(self) -> None:
        for name in ("archive", "index"):
            shutil.rmtree(self.folder / name)
            shutil.copytree(self.folder / "before" / name, self.folder / name)

    def start(self, *arguments: str, **plan: Any) -> Run:
        (self.folder / "events").unlink(missing_ok=True)
        if plan:
            plan |= {"roots": [str(self.index), str(self.archive)], "events": str(self.folder / "events")}
        places = ("--archive", str(self.archive), "--index", str(self.index))
        return self._starter.start([*arguments, *places], plan)

    def do(self, *arguments: str) -> None:
        run = self.start(*arguments)
        assert run.wait() == 0, run.messages()

    def arguments(self, command: Command) -> Sequence[str]:
        name, *others = command.arguments
        return name, self.ids[command.article], *others

    def events(self, command: Command) -> int:
        """How many events an undisturbed run has."""
        self.restore()
        run = self.start(*self.arguments(command), kill=None)
        assert run.wait() == 0, run.messages()
        return (self.folder / "events").stat().st_size

    def lines(self) -> list[corrections.Correction]:
        found = [corrections.read(path) for path in sorted(self.archive.rglob(f"*{corrections.SUFFIX}"))]
        assert [of.problems for of in found if of.problems] == []
        return [line for of in found for line in of.lines]

    def state(self) -> object:
        """What the index holds, without the times of corrections, and what the site answers at each address."""
        shown = {}
        for document in self._documents():
            article = document.article
            told = [(note.number, note.field, note.after) for note in article.corrections]
            shown[document.id] = (article.headline, article.kicker, article.date, article.paragraphs, tuple(told))
        site = create_app(Settings(self.archive, ""), self._engine()).test_client()
        answers = {one: site.get(f"/article/{one}", follow_redirects=True).status_code for one in self.addresses}
        return shown, answers

    def check_index_is_as_the_files_say(self) -> None:
        expected = {
            article.id
            for issue in Archive(self.archive).survey().issues
            for page in read_issue(issue.pages, issue.paper).pages.values()
            for article in page.articles
        }
        assert {document.id for document in self._documents()} == expected
        _, answers = self.state()  # type: ignore[misc]
        assert set(answers.values()) <= {200, 410}

    def _documents(self) -> list[Any]:
        reader = self._engine().reader()
        return [document for source in reader.fingerprints() for document in reader.documents_of(source)]

    def _id(self, beginning: str) -> str:
        return next(one.id for one in self._documents() if one.article.headline.startswith(beginning))

    def _engine(self) -> WhooshEngine:
        return WhooshEngine(self.index, IndexIdentity("", matching()))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> CorrectedScene:
    return CorrectedScene(tmp_path_factory.mktemp("corrected"))


def end_state(scene: CorrectedScene, command: Command) -> object:
    scene.restore()
    scene.do(*scene.arguments(command))
    return scene.state()


def check_after(scene: CorrectedScene, command: Command, run: Run, wanted: object) -> bool:
    """Wait for a run that is killed, or was. Return whether it was; check what it left, then what comes next."""
    code = run.wait()
    try:
        check_all_ended(run.pid)
    finally:
        end_group(run.pid)
    lines = scene.lines()
    assert [line.action for line in lines[:2]] == ["set", "withdraw"]
    assert len(lines) in (2, 3)
    if code == 0:
        assert len(lines) == 3
        assert scene.state() == wanted
    scene.do("index")
    scene.check_index_is_as_the_files_say()
    scene.do(*scene.arguments(command))
    assert scene.state() == wanted
    return code != 0


def killed_at(scene: CorrectedScene, command: Command, event: int, whom: str, wanted: object) -> bool:
    scene.restore()
    plan = {"event": event, "whom": whom, "signal": signal.SIGKILL}
    return check_after(scene, command, scene.start(*scene.arguments(command), kill=plan), wanted)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_killed_here_and_there(scene: CorrectedScene, command: Command) -> None:
    wanted = end_state(scene, command)
    events = scene.events(command)
    assert events > 10
    assert killed_at(scene, command, 1 + events // 2, "parent", wanted)


@pytest.mark.long
def test_killed_at_each_event_and_at_random(scene: CorrectedScene) -> None:
    kills = 0
    for command in COMMANDS:
        wanted = end_state(scene, command)
        for event in range(1, scene.events(command) + 1):
            kills += killed_at(scene, command, event, "parent", wanted)
    choose = random.Random(15)
    while kills < KILLS:
        command = choose.choice(COMMANDS)
        wanted = end_state(scene, command)
        scene.restore()
        run = scene.start(*scene.arguments(command))
        time.sleep(choose.uniform(0, 0.5))
        with suppress(ProcessLookupError):  # it may have ended before
            os.kill(run.pid, signal.SIGKILL)
        kills += check_after(scene, command, run, wanted)
    print(f"correct and withdraw: {kills} kills")  # noqa: T201 (a figure for docs/reliability.md)
