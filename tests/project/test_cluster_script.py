"""The script that starts clusters tells what can't be fetched from all else that goes wrong."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROJECT

NOBODY = "http://127.0.0.1:9/maven2"
NOT_FETCHED, WRONG = 4, 3


@pytest.mark.parametrize(
    ("mirror", "version", "code", "said"),
    [
        (NOBODY, "3.8.0", NOT_FETCHED, "could not be fetched"),
        ("ftp://127.0.0.1/maven2", "3.8.0", WRONG, "begins with https://"),
        (NOBODY, "0.0.1", WRONG, "checksum"),
    ],
)
def test_the_exit_code_says_whether_the_server_can_be_had(
    mirror: str, version: str, code: int, said: str, tmp_path: Path
) -> None:
    nothing_kept = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "BAOSOU_MAVEN": mirror}
    done = subprocess.run(
        [PROJECT / "scripts" / "opensearch", "fetch", "--version", version],
        env=os.environ | nothing_kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, said in done.stderr.splitlines()[-1]) == (code, True)
