"""Starting, watching and ending the nodes of a cluster.

What runs under a name is noted in `NAME.json` in the cache; all its files are in one folder for temporary files, which
`stop` removes.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import account, packages
from .errors import ClusterError, say
from .packages import CACHE

Node = dict[str, Any]

_HEAP = "512m"
_SECONDS_TO_END = 20
_LINES_SHOWN = 30


@contextlib.contextmanager
def held(name: str) -> Iterator[None]:
    """Let one script at a time deal with the cluster of this name."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        raise ClusterError(f"The name of a cluster has letters, digits and the marks - _ . only, not {name!r}.")
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / f"{name}.lock"
    while True:
        with path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Whoever had the lock before has removed it, so it keeps out nobody who comes now.
            if not path.exists() or path.stat().st_ino != os.fstat(lock.fileno()).st_ino:
                continue
            try:
                yield
            finally:
                path.unlink()
            return


def start(name: str, count: int, version: str, quick: bool, seconds: float) -> str:
    """Start a cluster, or those of its nodes that have ended; return the URL of its first node."""
    if count < 1:
        raise ClusterError(f"A cluster has at least one node, not {count}.")
    record = _read(name) or _new(name, count, quick)
    if len(record["nodes"]) != count and count > 1:
        raise ClusterError(
            f"The cluster {name} has {len(record['nodes'])} nodes. Stop it first, or choose another --name."
        )
    ended = [node for node in record["nodes"] if not _runs(node)]
    if ended:
        try:
            _start_nodes(record, ended, version)
            _wait_until_green(record, seconds)
        except BaseException:
            _end(record, CACHE / f"{name}-logs")
            raise
    return str(record["nodes"][0]["url"])


def stop(name: str, logs: Path | None) -> None:
    """End all nodes and remove their files; nothing happens where there are none."""
    record = _read(name)
    if record is None:
        say(f"No cluster of the name {name} runs.")
        return
    _end(record, logs)


def nodes(name: str) -> list[Node]:
    """Return the nodes of a cluster, each with whether it runs."""
    record = _read(name)
    if record is None:
        others = sorted(path.stem for path in CACHE.glob("*.json"))
        raise ClusterError(
            f"No cluster of the name {name} runs." + (f" Others are: {', '.join(others)}." if others else "")
        )
    return [{**node, "running": _runs(node)} for node in record["nodes"]]


def _file(name: str) -> Path:
    return CACHE / f"{name}.json"


def _read(name: str) -> dict[str, Any] | None:
    """Return what is noted of a cluster, unless its folder is gone (as after a restart of the machine)."""
    try:
        record: dict[str, Any] = json.loads(_file(name).read_text())
    except FileNotFoundError:
        return None
    return record if Path(record["folder"]).exists() else None


def _write(record: dict[str, Any]) -> None:
    path = _file(record["name"])
    new = path.with_suffix(".new")
    new.write_text(json.dumps(record))
    new.replace(path)


def _new(name: str, count: int, quick: bool) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix=f"baosou-opensearch-{name}-"))
    folder.chmod(0o755)
    nodes = [{"name": f"node-{number}", "folder": str(folder / f"node-{number}")} for number in range(1, count + 1)]
    return {"name": name, "folder": str(folder), "quick": quick, "nodes": nodes}


def _start_nodes(record: dict[str, Any], ended: list[Node], version: str) -> None:
    folder = Path(record["folder"])
    user = account.ordinary()
    home = packages.server(version, folder)
    java = packages.java(folder, user)
    # The sockets keep the free ports from others until the nodes listen there; they need not be closed for that.
    with contextlib.ExitStack() as sockets:
        for node in ended:
            for kind in ("http", "transport"):
                if kind not in node:
                    node[kind] = sockets.enter_context(_free_port()).getsockname()[1]
            node["url"] = f"http://127.0.0.1:{node['http']}"
        _write(record)
    for node in ended:
        _configure(record, node, home, java)
    user.give(folder)
    for node in ended:
        environment = {
            "PATH": os.defpath,
            "HOME": node["folder"],
            "OPENSEARCH_JAVA_HOME": str(java),
            "OPENSEARCH_PATH_CONF": f"{node['folder']}/config",
            "OPENSEARCH_TMPDIR": str(Path(node["folder"], "tmp")),
        }
        with Path(node["folder"], "logs", "output.log").open("ab") as output:
            node["pid"] = user.start([str(home / "bin" / "opensearch")], home, environment, output)
        node["version"] = version
        _write(record)


def _end(record: dict[str, Any], logs: Path | None) -> None:
    running = [node for node in record["nodes"] if _runs(node)]
    for kind in (signal.SIGTERM, signal.SIGKILL):
        for node in running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(node["pid"], kind)
        if _waited(lambda: not any(_runs(node) for node in running), _SECONDS_TO_END):
            break
    if logs and any(Path(node["folder"], "logs").exists() for node in record["nodes"]):
        say(f"The logs of the nodes are in {_keep_logs(record, logs)}.")
    shutil.rmtree(record["folder"], ignore_errors=True)
    _file(record["name"]).unlink(missing_ok=True)


def _free_port() -> socket.socket:
    held_port = socket.socket()
    held_port.bind(("127.0.0.1", 0))
    return held_port


def _configure(record: dict[str, Any], node: Node, home: Path, java: Path) -> None:
    """Write the settings of a node, anew also where it ran before: the version may be another."""
    folder = Path(node["folder"])
    for part in ("data", "logs", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    Path(record["folder"], "snapshots").mkdir(exist_ok=True)
    shutil.rmtree(folder / "config", ignore_errors=True)
    shutil.copytree(home / "config", folder / "config")
    settings = {
        "cluster.name": record["name"],
        "node.name": node["name"],
        "network.host": "127.0.0.1",
        "http.port": node["http"],
        "transport.port": node["transport"],
        "discovery.seed_hosts": [f"127.0.0.1:{other['transport']}" for other in record["nodes"]],
        "cluster.initial_cluster_manager_nodes": [other["name"] for other in record["nodes"]],
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "path.repo": str(Path(record["folder"], "snapshots")),
        # Whether a test passes must not depend on how full the disk is.
        "cluster.routing.allocation.disk.threshold_enabled": False,
    }
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in settings.items())
    (folder / "config" / "opensearch.yml").write_text(lines)
    options = (home / "config" / "jvm.options").read_text().splitlines()
    wanted = [line for line in options if _fits(line, java)]
    own = ["-XX:-UsePerfData", f"-Xms{_HEAP}", f"-Xmx{_HEAP}", f"-XX:ErrorFile={folder}/logs/java-error.log"]
    if record["quick"]:
        own.append("-XX:TieredStopAtLevel=1")
    (folder / "config" / "jvm.options").write_text("\n".join([*wanted, *own]) + "\n")


def _fits(option: str, java: Path) -> bool:
    """Whether an option of the server's own is for us: its logs would be in one file for all nodes."""
    if "jdk.incubator.vector" in option:
        return "jdk.incubator.vector" in (java / "release").read_text(errors="replace")
    return not re.search(r"-Xm[sx]|HeapDump|ErrorFile|gc\.log", option)


def _runs(node: Node) -> bool:
    """Whether the process of a node is there and is that node, not a later process of the same number."""
    if "pid" not in node:
        return False
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(node["pid"], os.WNOHANG) == (0, 0)
    command = _command(node["pid"])
    return node["folder"] in command or "bin/opensearch" in command


def _command(pid: int) -> str:
    """Return the command line of a process that another run of this script started; empty where it has ended."""
    if Path("/proc/self").exists():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        return ""
    listed = ["ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(listed, capture_output=True, text=True, check=False).stdout


def _wait_until_green(record: dict[str, Any], seconds: float) -> None:
    """Wait until each node answers and says that all of them are there, with all shards."""
    nodes = record["nodes"]
    say(f"Waiting for {len(nodes)} node{'s' * (len(nodes) > 1)} of the cluster {record['name']} …")

    def green() -> bool:
        for node in nodes:
            if not _runs(node):
                raise ClusterError(f"{node['name']} has ended:\n{_last_lines(node)}")
        return all(_is_green(node["url"], len(nodes)) for node in nodes)

    if not _waited(green, seconds):
        raise ClusterError(f"The cluster was not ready after {seconds:.0f} seconds:\n{_last_lines(nodes[0])}")


def _is_green(url: str, count: int) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health", timeout=10) as answer:  # noqa: S310 - our own address
            health = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return False
    return bool(health["status"] == "green" and health["number_of_nodes"] == count)


def _waited(done: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.25)
    return True


def _last_lines(node: Node) -> str:
    try:
        lines = Path(node["folder"], "logs", "output.log").read_text(errors="replace").splitlines()
    except OSError:
        return "(it has written nothing)"
    return "\n".join(lines[-_LINES_SHOWN:])


def _keep_logs(record: dict[str, Any], folder: Path) -> Path:
    for node in record["nodes"]:
        with contextlib.suppress(FileNotFoundError):
            shutil.copytree(Path(node["folder"], "logs"), folder / node["name"], dirs_exist_ok=True)
    return folder
