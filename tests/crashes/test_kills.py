"""Runs that are killed in the middle leave the old index or the new one, and lock, lose and leave nothing.

Real commands with workers are killed: the parent alone, as `kill PID` and the kernel do when memory runs out, or the
whole group, as a terminal and a power cut do.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.crashes.stages import STAGES, Scene, Stage, check_all_ended, end_group

ORDERLY = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
AT_RANDOM = 25
"""How many runs of each stage are killed at a random time, in the long version."""


@pytest.fixture(scope="module", params=STAGES, ids=lambda stage: stage.name)
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    stage: Stage = request.param
    return Scene(tmp_path_factory.mktemp("scene"), stage)


def check_killed(scene: Scene, event: int, whom: str, number: int = signal.SIGKILL) -> bool:
    """Kill a run at an event. Return whether it had that many."""
    scene.restore()
    run = scene.start(kill={"event": event, "whom": whom, "signal": number})
    code = run.wait()
    try:
        check_all_ended(run.pid)
    finally:
        end_group(run.pid)
    if code == 0:
        return False
    if number == signal.SIGKILL:
        assert code == -number
    else:
        assert code == 128 + number, run.messages()
        assert f"ended by {signal.Signals(number).name}" in run.messages()
        assert "Traceback" not in run.messages()
        scene.check_nothing_left(may_have_moves=True)
    scene.check_state()
    scene.check_next_run()
    return True


def spread(events: int, count: int) -> Iterator[int]:
    """Yield some numbers of events, in the middle of as many equal stretches."""
    yield from (1 + events * (2 * part + 1) // (2 * count) for part in range(count))


ENDED_IN_ORDER = [stage for stage in STAGES if stage.name == "update"]
"""The stage that signals end in the short version; the long one ends all stages."""


def test_killed_here_and_there(scene: Scene) -> None:
    events = scene.events()
    assert events > 10
    for event, whom in zip(spread(events, 2), ("parent", "group"), strict=True):
        check_killed(scene, event, whom)


@pytest.mark.parametrize("scene", ENDED_IN_ORDER, indirect=True, ids=lambda stage: stage.name)
def test_ended_by_signals_in_order(scene: Scene) -> None:
    for number, event in zip(ORDERLY, spread(scene.events(), 3), strict=True):
        check_killed(scene, event, "group" if number == signal.SIGINT else "parent", number)


@pytest.mark.long
@pytest.mark.parametrize("whom", ["parent", "group"])
def test_killed_at_each_event(scene: Scene, whom: str) -> None:
    kills = sum(check_killed(scene, event, whom) for event in range(1, scene.events() + 1))
    print(f"{scene.stage.name}, {whom}: {kills} kills")  # noqa: T201 (a figure for docs/reliability.md)
    assert kills > 10


@pytest.mark.long
def test_ended_in_order_at_each_event(scene: Scene) -> None:
    numbers = range(1, scene.events() + 1)
    kills = sum(check_killed(scene, event, "parent", ORDERLY[event % 3]) for event in numbers)
    print(f"{scene.stage.name}, signals: {kills} ended")  # noqa: T201


@pytest.mark.long
def test_killed_at_random_times(scene: Scene) -> None:
    begun = time.monotonic()
    scene.run_observed()
    length = time.monotonic() - begun
    choose = random.Random(14)
    killed = 0
    for part in range(AT_RANDOM):
        scene.restore()
        run = scene.start()
        time.sleep(length * choose.uniform(0, 1))
        try:
            if part % 2:
                end_group(run.pid)
            else:
                with suppress(ProcessLookupError):  # it may have ended before
                    os.kill(run.pid, signal.SIGKILL)
            code = run.wait()
            check_all_ended(run.pid)
        finally:
            end_group(run.pid)
        killed += code != 0
        scene.check_state()
        scene.check_next_run()
    print(f"{scene.stage.name}, at random: {killed} kills")  # noqa: T201
