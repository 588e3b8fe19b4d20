"""A production server behind `baosou serve`."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from waitress import create_server  # type: ignore[import-untyped]

THREADS = 8
# A query of 100 kB is one of 300 kB once it is percent-encoded; the server's own limit would cut it off without a page.
LARGEST_REQUEST_HEADER = 4 * 1024 * 1024


def serve(app: Flask, host: str, port: int, started: Callable[[str], None] = lambda url: None) -> None:
    """Serve the site until interrupted; `started` is told its address. Raises OSError where the address is taken."""
    server = create_server(app, host=host, port=port, threads=THREADS, max_request_header_size=LARGEST_REQUEST_HEADER)
    started(f"http://{'[' + host + ']' if ':' in host else host}:{server.effective_port}")
    try:
        server.run()
    finally:
        server.close()
