"""After a power cut at any moment of a run with several workers, the disk holds the old index or the new one.

The cuts are simulated: at each event that changes files, copies are made of what a disk may hold then. A disk is
certain to hold only synced files, by the names of the last sync of their folder. Beyond that it may hold the names
alone, half of what was written, or everything.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from tests.crashes.stages import STAGES, Scene, Stage


def digest(state: Path) -> str:
    """A hash of all files of a state."""
    made = hashlib.sha256()
    for path in sorted(path for path in state.rglob("*") if path.is_file()):
        made.update(f"{path.relative_to(state)}\0".encode() + path.read_bytes() + b"\0")
    return made.hexdigest()


@pytest.mark.long
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_power_cut_at_each_write(stage: Stage, tmp_path: Path) -> None:
    check_cuts(stage, tmp_path)


def test_power_cut_at_some_writes_of_an_update(tmp_path: Path) -> None:
    [stage] = [stage for stage in STAGES if stage.name == "update"]
    check_cuts(stage, tmp_path, every=10)


def check_cuts(stage: Stage, folder: Path, every: int = 1) -> None:
    """Check one of `every` states, and the last ones, which have the new index."""
    scene = Scene(folder / "scene", stage)
    scene.run_observed(states=str(folder / "states"))
    states = [path for path in sorted((folder / "states").iterdir()) if path.name != "certain"]
    different = {digest(state): state for state in states}
    found = set()
    some = list(different.values())
    for state in [*some[:-4:every], *some[-4:]]:
        for page in (scene.archive).rglob("*.txt"):  # these were on the disk long before
            target = state / page.relative_to(scene.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(page, target)
        (state / "index").mkdir(exist_ok=True)
        scene.check_state(state)
        found.add(scene.contents(state) == scene.new)
    assert found == {False, True}
    print(f"{scene.stage.name}: {len(states)} states, {len(different)} different")  # noqa: T201 (for docs/reliability.md)
