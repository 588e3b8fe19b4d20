"""The commands and the settings in docs/operations.md work.

Blocks marked `sh tested` are run, one after the other, on a small archive. Settings are read by the programs that they
are for, as far as these are installed here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.conftest import PROJECT

TEXT = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
PAGE = "渡口添新船\n\n本报讯（记者 周小舟） 河口渡口昨日添了一条新船，能坐四十人，摆渡的老人试航后十分满意。\n"


def blocks(kind: str) -> list[str]:
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```$", TEXT, re.MULTILINE | re.DOTALL)
    return [dedent(block) for _, block in found]


def settings(kind: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the content of each settings file of a kind."""
    yield from re.findall(rf"`(/etc/[^`\n]+)`:\n\n```{kind}\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder that stands for the root of a machine, with an archive that is indexed."""
    for day in ("2024-03-08", "2024-03-09"):
        page = tmp_path / "srv" / "papers" / "shazhou" / day / "01.txt"
        page.parent.mkdir(parents=True)
        page.write_text(PAGE.replace("四十", day), encoding="utf-8")
    program = tmp_path / "bin" / "baosou"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={PROJECT} exec {sys.executable} -m indexer.cli.commands "$@"\n')
    program.chmod(0o755)
    (tmp_path / "mnt" / "new").mkdir(parents=True)
    return tmp_path


def run_on(machine: Path, block: str) -> None:
    """Run a block of commands as if the machine were that folder."""
    script = re.sub(r"(?<![\w.])/(srv|mnt|opt)/", rf"{machine}/\1/", block)
    done = subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=machine,
        env={"PATH": f"{machine / 'bin'}:/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, block + done.stdout + done.stderr


def test_the_commands_work(machine: Path) -> None:
    if not shutil.which("rsync"):
        pytest.skip("rsync is not installed")
    commands = blocks("sh tested")
    assert len(commands) > 3
    for block in commands:
        run_on(machine, block)


def test_the_commands_work_on_opensearch(machine: Path, opensearch_location: str) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    commands = blocks("sh tested on OpenSearch")
    assert len(commands) > 5
    server, _, name = opensearch_location.removeprefix("opensearch+").rpartition("/")
    for block in commands:
        run_on(
            machine, block.replace("http://127.0.0.1:9200", server).replace("library", name).replace("nightly", name)
        )


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    units = dict(settings("ini"))
    assert len(units) >= 5
    program = tmp_path / "baosou"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for path, content in units.items():
        (tmp_path / Path(path).name).write_text(content.replace("/opt/baosou/bin/baosou", str(program)))
    files = [tmp_path / Path(path).name for path in units]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "baosou" in line] == []


def test_nginx_takes_its_settings(tmp_path: Path) -> None:
    if not shutil.which("nginx", path="/usr/sbin:/usr/bin") or not shutil.which("openssl"):
        pytest.skip("nginx or openssl is not installed")
    [(_, content)] = settings("nginx")
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    make = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=papers.example.cn")
    subprocess.run([*make, "-keyout", key, "-out", certificate], capture_output=True, check=True)
    content = content.replace("/etc/letsencrypt/live/papers.example.cn", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{content}}}\n")
    command = ["nginx", "-t", "-p", tmp_path, "-e", tmp_path / "errors", "-c", tmp_path / "nginx.conf"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": "/usr/sbin:/usr/bin"})
    assert done.returncode == 0, done.stderr


def test_caddy_takes_its_settings(tmp_path: Path) -> None:
    if not shutil.which("caddy"):
        pytest.skip("caddy is not installed")
    [(_, content)] = settings("caddyfile")
    (tmp_path / "Caddyfile").write_text(content)
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", tmp_path / "Caddyfile"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
