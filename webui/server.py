"""The production server of `baosou serve`."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from waitress import create_server  # type: ignore[import-untyped]
from waitress.server import MultiSocketServer, TcpWSGIServer  # type: ignore[import-untyped]

from indexer.indexing.garbage import collect_seldom

THREADS = 8
# Percent-encoding turns a query of 100 kB into 300 kB. The default limit of the server would reject it without a page.
LARGEST_REQUEST_HEADER = 4 * 1024 * 1024


def serve(app: Flask, host: str, port: int, *, started: Callable[[str], None] = lambda address: None) -> None:
    """Serve the site until interrupted.

    `started` is called with the address of the site once the server listens on it.

    Raises OSError if the address is in use or not available.
    """
    server = listen(app, host, port)
    collect_seldom()
    try:
        started(f"http://{f'[{host}]' if ':' in host else host}:{listening_port(server)}")
        server.run()
    finally:
        server.close()


def listen(app: Flask, host: str, port: int) -> TcpWSGIServer | MultiSocketServer:
    """Return a server that is bound to its address and answers after `run`.

    Port 0 selects any free port.

    Raises OSError if the address is in use or not available.
    """
    return create_server(app, host=host, port=port, threads=THREADS, max_request_header_size=LARGEST_REQUEST_HEADER)


def listening_port(server: TcpWSGIServer | MultiSocketServer) -> int:
    """Return the port of a server.

    A name like `localhost` may resolve to several addresses, which share one port.
    """
    if isinstance(server, MultiSocketServer):
        return int(server.effective_listen[0][1])
    return int(server.effective_port)
