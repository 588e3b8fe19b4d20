"""Answer a few requests before the port opens, so that the first reader waits no longer than those who follow.

Templates are compiled, dictionaries loaded and the index opened by then. With several processes, all share that.
"""

from __future__ import annotations

import json

from flask import Flask
from werkzeug.test import EnvironBuilder

WARMING = "baosou.warming"
"""In the environment of a request that no reader sent."""


def warm_up(app: Flask) -> None:
    """Ask for one page of the kinds that are asked for most. Nothing is raised: readers are told what is wrong."""
    for path in ("/", "/search?q=%E5%B8%82+-%E2%91%A0", "/search?q=%E4%BB%8A%E5%A4%A9%E4%BD%95%E6%97%A5%E7%AB%9F"):
        _ask(app, path)
    found = json.loads(_ask(app, "/api/search?q=%E5%B8%82") or "{}")
    for hit in found.get("hits", [])[:1]:
        _ask(app, f"{hit['url']}?q=%E5%B8%82")


def _ask(app: Flask, path: str) -> bytes:
    """Return the body of an answer, b"" where it is an error."""
    environ = EnvironBuilder(path=path).get_environ()
    environ[WARMING] = True
    statuses: list[str] = []

    def start(status: str, headers: object, error: object = None) -> object:
        statuses.append(status)
        return None

    answer = app.wsgi_app(environ, start)  # type: ignore[arg-type]
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return body if statuses and statuses[0].startswith("200") else b""
