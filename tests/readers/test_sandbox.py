"""Files are read by a process that may die alone: whatever happens to it is a sentence about one file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import readers
from indexer.errors import PageError
from indexer.model import RawPage
from indexer.readers import sandbox
from indexer.readers.sandbox import ReadingLimits, read_apart
from tests.conftest import PROJECT
from tests.support import hostile_readers

SMALL = ReadingLimits(memory=200 * 2**20, processor=1, waiting=300, result=2**20)
DEMO = "demo/2019-03-08/01.pdf"


@pytest.fixture(name="file")
def file_fixture(tmp_path: Path) -> Path:
    file = tmp_path / "01.pdf"
    file.write_text("工会会议", encoding="utf-8")
    return file


@pytest.fixture(autouse=True, scope="module")
def no_reader_is_left() -> Iterator[None]:
    yield
    sandbox.end_all()


def read(function: str, file: Path, limits: ReadingLimits = SMALL) -> tuple[RawPage, ...]:
    return read_apart(f"tests.support.hostile_readers:{function}", RawPage, file, DEMO, limits)


def reader_of(pages: tuple[RawPage, ...]) -> int:
    return int(pages[0].claims[0].value)


def test_what_is_read_apart_is_what_is_read_here(file: Path) -> None:
    [apart], [here] = read("page", file), hostile_readers.page(file, DEMO)
    assert apart.claims != here.claims
    assert apart.claims[0].value != str(os.getpid())
    assert (apart.text, apart.lines, apart.source) == (here.text, here.lines, here.source)


def test_one_process_reads_one_file_after_another_whatever_is_printed(file: Path) -> None:
    assert len({reader_of(read(function, file)) for function in ("page", "noisy", "within")}) == 1


@pytest.mark.parametrize(
    ("function", "limits", "sentence"),
    [
        ("refused", SMALL, "it is upside down; turn it round"),
        ("faulty", SMALL, "itself to blame (KeyError: 'in 01.pdf', in faulty); please report it"),
        ("too_deep", SMALL, "its parts lie too deep in one another"),
        ("asleep", ReadingLimits(processor=1, waiting=0), "it was not read within 0 s"),
        ("busy", SMALL, "reading it takes more than 1 s of a processor"),
        ("greedy", SMALL, "reading it takes more than 200 MB of memory"),
        ("endless", SMALL, "more than 1 MB come out of it"),
        ("crashing", SMALL, "crashes on it (SIGSEGV)"),
        ("leaving", SMALL, "crashes on it (exit code 7)"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_the_next_file_is_read(
    file: Path, function: str, limits: ReadingLimits, sentence: str
) -> None:
    with pytest.raises(PageError) as caught:
        read(function, file, limits)
    assert (caught.value.source, sentence in caught.value.problem) == (DEMO, True), caught.value.problem
    assert read("page", file)[0].text == "工会会议"


@pytest.mark.parametrize(("times", "is_read"), [(1, True), (2, False), (3, False)])
def test_a_file_whose_reader_is_killed_is_tried_once_more(file: Path, times: int, is_read: bool) -> None:
    file.write_text(str(times))
    if is_read:
        assert read("killed", file)[0].text == str(times)
    else:
        with pytest.raises(PageError, match="killed from outside, twice"):
            read("killed", file)
    assert len(list(file.parent.glob("killed *"))) == min(times, 2)


def test_a_reader_that_was_killed_while_idle_costs_nothing(file: Path) -> None:
    first = reader_of(read("page", file))
    os.kill(first, signal.SIGKILL)
    assert reader_of(read("page", file)) != first


def test_threads_do_not_wait_for_one_another(file: Path) -> None:
    def is_killed() -> None:
        with pytest.raises(PageError):
            read("asleep", file)

    slow = threading.Thread(target=is_killed)
    slow.start()
    first = process_of_sleeper(file)
    assert read("page", file)[0].text == "工会会议"
    os.kill(first, signal.SIGKILL)
    os.kill(process_of_sleeper(file, not_this=first), signal.SIGKILL)
    slow.join()


def process_of_sleeper(file: Path, not_this: int = 0) -> int:
    """The process that sleeps over a file, as soon as there is one."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for noted in file.parent.glob("process *"):
            if (process := int(noted.name.split()[1])) != not_this:
                return process
        time.sleep(0.01)
    raise AssertionError("nothing sleeps over it")


def test_a_forked_process_has_readers_of_its_own(file: Path) -> None:
    ours = reader_of(read("page", file))
    one, other = os.pipe()
    if not (forked := os.fork()):
        os.write(other, str(reader_of(read("page", file))).encode())
        os._exit(0)
    os.waitpid(forked, 0)
    theirs = int(os.read(one, 100))
    assert theirs != ours
    assert reader_of(read("page", file)) == ours
    assert is_gone(theirs)
    for end in (one, other):
        os.close(end)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_a_reader_ends_with_its_parent_in_the_middle_of_a_file(file: Path, ending: signal.Signals) -> None:
    script = (
        "from pathlib import Path; from indexer.model import RawPage; from indexer.readers.sandbox import read_apart\n"
        f"read_apart('tests.support.hostile_readers:asleep', RawPage, Path({str(file)!r}), 'demo/01.pdf')"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT)
    reader = process_of_sleeper(file)
    parent.send_signal(ending)
    parent.wait()
    assert is_gone(reader)


def is_gone(process: int) -> bool:
    """Whether a process ends soon; a zombie has ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def test_a_reader_writes_no_files_and_has_no_network_of_ours(file: Path) -> None:
    pages = read("page", file)
    limits = Path(f"/proc/{reader_of(pages)}/limits").read_text()
    assert limits.split("Max file size")[1].split()[0] == "0"
    assert limits.split("Max core file size")[1].split()[0] == "0"
    open_files = {str(one.readlink()) for one in Path(f"/proc/{reader_of(pages)}/fd").iterdir()}
    assert {one for one in open_files if not one.startswith("pipe:")} == {"/dev/null"}


def test_only_risky_formats_and_large_pages_start_a_process(tmp_path: Path) -> None:
    page = '<!--enpproperty <date>2019-03-08</date><title>工会会议</title>--><p id="ozoom">本报讯 市工会召开会议。</p>'
    text, small, large = (tmp_path / name for name in ("01.txt", "small.html", "large.html"))
    text.write_text("工会会议\n本报讯 市工会召开会议。", encoding="utf-8")
    small.write_text(page, encoding="utf-8")
    large.write_text(page + " " * 2**20, encoding="utf-8")
    sandbox.end_all()
    others = set(children())
    started = []
    for file in (text, small, large):
        assert "市工会召开会议" in readers.read(file, f"demo/{file.name}")[0].text
        started.append(len(set(children()) - others))
    assert started == [0, 0, 1]


def children() -> list[str]:
    """The processes that this one has started."""
    return [one for task in Path("/proc/self/task").iterdir() for one in (task / "children").read_text().split()]
