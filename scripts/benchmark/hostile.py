"""Measure what hostile requests cost a site: processor time and bytes of each answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from werkzeug.test import EnvironBuilder, run_wsgi_app

from benchmark.contestants.ours_ import IDENTITY
from indexer.engines.whoosh.engine import WhooshEngine
from tests.support.hostile_requests import HOSTILE
from webui.app import create_app
from webui.settings import Settings

MOST_SECONDS, MOST_BYTES = 0.5, 500_000
_SHOWN = 10


class Cost(NamedTuple):
    """What one request cost: processor time in seconds, and the answer's bytes and status."""

    seconds: float
    bytes: int
    status: str
    request: str


def measure(folder: Path) -> list[Cost]:
    """Return the cost of each request, the slowest first. Redirects are followed, as browsers do."""
    app = create_app(Settings(folder, str(folder)), WhooshEngine(folder, IDENTITY))
    _answer(app, "/search?q=%E5%B7%A5%E4%BC%9A")  # loads dictionaries and templates
    return sorted(_costs(app), reverse=True)


def report(costs: list[Cost]) -> str:
    """Return the slowest requests as a Markdown table, with how many are beyond the bars."""
    slow, large = (
        sum(of) for of in zip(*((c.seconds > MOST_SECONDS, c.bytes > MOST_BYTES) for c in costs), strict=True)
    )
    rows = [f"| {one.request} | {one.seconds:.2f} | {one.bytes:,} | {one.status} |" for one in costs[:_SHOWN]]
    head = ["| request | processor, s | bytes | status |", "| --- | --- | --- | --- |"]
    told = f"{len(costs)} requests: {slow} over {MOST_SECONDS} s, {large} over {MOST_BYTES:,} bytes; the slowest:"
    return "\n".join([told, "", *head, *rows])


def _costs(app: object) -> Iterator[Cost]:
    for name, address in HOSTILE.items():
        seconds, size, status = 0.0, 0, ""
        for _ in range(3):
            spent, size, status, address = _answer(app, address)
            seconds += spent
            if not address:
                break
        yield Cost(seconds, size, status, name)


def _answer(app: object, address: str) -> tuple[float, int, str, str]:
    """Return processor time, bytes and status of an answer, and where it leads on to."""
    path, _, query = address.partition("?")
    environ = EnvironBuilder(path=path, query_string=query).get_environ()
    began = time.process_time()
    body, status, headers = run_wsgi_app(app, environ, buffered=True)  # type: ignore[arg-type]
    size = sum(map(len, body))
    return time.process_time() - began, size, status, headers.get("Location", "") if status[:1] == "3" else ""
