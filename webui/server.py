"""A production server behind `baosou serve`."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from waitress import create_server  # type: ignore[import-untyped]
from waitress.server import MultiSocketServer, TcpWSGIServer  # type: ignore[import-untyped]

from indexer.indexing.garbage import collect_seldom

THREADS = 8
# A query of 100 kB is one of 300 kB once it is percent-encoded; the server's own limit would cut it off without a page.
LARGEST_REQUEST_HEADER = 4 * 1024 * 1024


def serve(app: Flask, host: str, port: int, *, started: Callable[[str], None] = lambda address: None) -> None:
    """Serve the site until interrupted. `started` is called with its address once that is open.

    Raises OSError where the address is taken or can't be listened on.
    """
    server = listen(app, host, port)
    collect_seldom()
    try:
        started(f"http://{f'[{host}]' if ':' in host else host}:{listening_port(server)}")
        server.run()
    finally:
        server.close()


def listen(app: Flask, host: str, port: int) -> TcpWSGIServer | MultiSocketServer:
    """Return a server that holds its address already and answers once it is `run`; port 0 takes any free one."""
    return create_server(app, host=host, port=port, threads=THREADS, max_request_header_size=LARGEST_REQUEST_HEADER)


def listening_port(server: TcpWSGIServer | MultiSocketServer) -> int:
    """Return the port of a server; a name like `localhost` may stand for several addresses, with one port."""
    if isinstance(server, MultiSocketServer):
        return int(server.effective_listen[0][1])
    return int(server.effective_port)
