"""A real OpenSearch cluster for tests: started by `scripts/opensearch`, asked over HTTP without our code."""

from __future__ import annotations

import json
import tempfile
import urllib.request
import uuid
from pathlib import Path
from subprocess import PIPE, run
from typing import Any

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "opensearch"
NAME = "BAOSOU_TEST_CLUSTER"
"""The environment variable with the name of the cluster of a run of the tests."""


def start(name: str, *options: str) -> str:
    """Start a cluster, or those of its nodes that have ended; return its URL, the last line of what is printed."""
    printed = run([SCRIPT, "start", "--quick", "--name", name, *options], stdout=PIPE, text=True, check=True).stdout
    return printed.splitlines()[-1]


def nodes(name: str) -> list[dict[str, Any]]:
    """Return the nodes of a cluster: `name`, `url`, `pid`, `running`, `version`."""
    found: list[dict[str, Any]] = json.loads(
        run([SCRIPT, "status", "--json", "--name", name], stdout=PIPE, text=True, check=False).stdout
    )
    return found


def stop(name: str, *, keep_logs: bool = False) -> None:
    """End a cluster, if there is one of this name."""
    logs = ["--logs", str(Path(tempfile.gettempdir()) / f"baosou-logs-{name}")] if keep_logs else []
    run([SCRIPT, "stop", "--name", name, *logs], check=True)


def ask(url: str, method: str = "GET", body: object = None) -> Any:
    """Send a request and return what is answered; an answer that is no success raises HTTPError."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the URL of a test
        return json.loads(answer.read() or b"null")


def new_location(url: str) -> str:
    """Return a location (`--index`) in a cluster that nobody else has."""
    return f"opensearch+{url}/test-x{uuid.uuid4().hex[:12]}"


def forget(*locations: str) -> None:
    """Delete all indexes of some locations, which are in one cluster."""
    if locations:
        parts = [location.removeprefix("opensearch+").rpartition("/") for location in locations]
        ask(f"{parts[0][0]}/{','.join(f'{name}-*' for _, _, name in parts)}", "DELETE")
