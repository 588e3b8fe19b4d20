"""Several server processes at one port: one that dies is replaced, all end together, all follow new commits."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from webui.serving.processes import CAN_FORK, MOST, usual_count

pytestmark = pytest.mark.skipif(not CAN_FORK or sys.platform != "linux", reason="looks for processes in /proc")

COMMAND = [sys.executable, "-c", "from indexer.cli.commands import main; main()"]
PAGE = "2024年3月{day}日 第01版 要闻\n\n{headline}\n\n柳溪镇昨天举行春耕动员会，{word}到会讲话。\n"


class Site:
    """An archive of one paper, its index, and `baosou serve` with two processes."""

    def __init__(self, folder: Path) -> None:
        self.archive, self.index = folder / "archive", folder / "index"
        self.places = ["--archive", str(self.archive), "--index", str(self.index)]
        self.add(8, "柳溪镇召开春耕动员会", "镇长")
        command = [*COMMAND, "serve", *self.places, "--port", "0", "--processes", "2"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = re.findall(r"http://[\d.:]+", self.process.stdout.readline())[0]

    def add(self, day: int, headline: str, word: str) -> None:
        page = self.archive / "liuxi" / f"2024-03-{day:02}" / "01.txt"
        page.parent.mkdir(parents=True)
        page.write_text(PAGE.format(day=day, headline=headline, word=word), encoding="utf-8")
        subprocess.run([*COMMAND, "index", *self.places], check=True, capture_output=True)

    def total(self) -> int:
        with urllib.request.urlopen(f"{self.url}/api/search", timeout=30) as answer:  # noqa: S310 (our own site)
            return int(json.load(answer)["total"])

    def workers(self) -> list[int]:
        return list(map(int, Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("processes"))
    yield site
    site.process.kill()
    site.process.communicate()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; the test's own limit ends it."""
    while not holds():
        time.sleep(0.02)


def test_one_that_is_killed_is_replaced_while_the_site_goes_on_answering(site: Site) -> None:
    before = site.workers()
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    assert [site.total() for _ in range(5)] == [1] * 5
    until(lambda: len(site.workers()) == 2 and before[0] not in site.workers())
    assert before[1] in site.workers()


def test_a_new_commit_is_seen_by_all(site: Site) -> None:
    site.add(9, "柳溪镇水库开闸放水", "书记")
    for stopped in site.workers():  # so that the other one has to answer
        os.kill(stopped, signal.SIGSTOP)
        try:
            assert site.total() == 2
        finally:
            os.kill(stopped, signal.SIGCONT)


def test_all_end_with_the_first_and_the_port_is_free(site: Site) -> None:
    workers = site.workers()
    site.process.terminate()
    _, errors = site.process.communicate(timeout=30)
    assert site.process.returncode == 0
    assert "baosou: one of 2 server processes ended (signal 9); started another." in errors
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []
    port = site.url.rpartition(":")[2]
    command = [*COMMAND, "serve", *site.places, "--port", port, "--processes", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as again:
        assert again.stdout is not None
        assert site.url in again.stdout.readline()
        again.kill()  # which it can't pass on
    until(lambda: not _answers(site))


def test_there_is_one_for_each_core_up_to_a_few() -> None:
    assert 1 <= usual_count() <= MOST


def _answers(site: Site) -> bool:
    try:
        site.total()
    except OSError:
        return False
    return True
