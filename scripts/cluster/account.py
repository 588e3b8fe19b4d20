"""Who the nodes run as: the server refuses root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from .errors import ClusterError

_NAME = "baosou-opensearch"


@dataclass(frozen=True)
class Account:
    """A user of this machine; without one, whoever runs the script."""

    entry: pwd.struct_passwd | None

    def run(self, command: list[str]) -> str:
        """Run a short command and return all that it prints."""
        ended = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", check=False, **self._identity()
        )  # fmt: skip
        return ended.stdout

    def start(self, command: list[str], cwd: Path, environment: dict[str, str], output: IO[bytes]) -> int:
        """Start a process in a group of its own, which outlives this script, and return its number."""
        process = subprocess.Popen(
            command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True, **self._identity()
        )  # fmt: skip
        return process.pid

    def give(self, folder: Path) -> None:
        """Let a folder and all that is in it belong to this account."""
        if not self.entry:
            return
        os.chown(folder, self.entry.pw_uid, self.entry.pw_gid)
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(place) / name, self.entry.pw_uid, self.entry.pw_gid, follow_symlinks=False)

    def _identity(self) -> dict[str, Any]:
        if not self.entry:
            return {}
        return {"user": self.entry.pw_uid, "group": self.entry.pw_gid, "extra_groups": []}


def ordinary() -> Account:
    """Return the account that nodes run as; root makes one."""
    if os.getuid() != 0:
        return Account(None)
    try:
        return Account(pwd.getpwnam(_NAME))
    except KeyError:
        pass
    if not shutil.which("useradd"):
        raise ClusterError(f"The server refuses root. Make a user {_NAME}, or run the script as an ordinary user.")
    shell = "/usr/sbin/nologin"
    subprocess.run(["useradd", "--system", "--no-create-home", "--shell", shell, _NAME], check=True)
    return Account(pwd.getpwnam(_NAME))
