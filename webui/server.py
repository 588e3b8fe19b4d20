"""The production server of `baosou serve`."""

from __future__ import annotations

import gc
import logging
import os
import re
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from flask import Flask, Response, request
from waitress import create_server  # type: ignore[import-untyped]
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.server import MultiSocketServer, TcpWSGIServer  # type: ignore[import-untyped]

from indexer.engines.base import Reader
from indexer.errors import IndexUnavailable
from indexer.indexing.garbage import collect_seldom
from webui.serving.processes import CAN_FORK, run
from webui.serving.warming import WARMING, warm_up
from webui.site_state import site_state_of

THREADS = 8
LARGEST_REQUEST_HEADER = 1024 * 1024
"""In bytes. The server refuses a longer header without a page, so this is far above what the site refuses with one."""
_BACKLOG = 1024
_SECONDS_BETWEEN_CLEANUPS = 5
_LOWEST_PRIORITY = 19
_SECONDS_BETWEEN_LOOKS = 5
"""Between two looks of the background verification whether there is a new commit."""
_SECONDS_BETWEEN_MEGABYTES = 0.005

_REQUEST_LINE = re.compile(rb"([A-Z]+) +([^\r\n]*?)( HTTP/[0-9]\.[0-9])? *(?=\r\n)")
_NOT_IN_TARGET = re.compile(rb"[^\x21-\x7e]")


class _LenientParser(HTTPRequestParser):  # type: ignore[misc]
    """Accepts a request whose target has bytes beyond ASCII or spaces, as pasted links have.

    waitress answers them 400 without a page. The site redirects them to the address in ASCII.
    """

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the request line and the headers.

        Raises ParsingError if they are not HTTP.
        """
        line = _REQUEST_LINE.match(header_plus)
        if line is None or not _NOT_IN_TARGET.search(line[2]):
            self._parse(header_plus)
            return
        target = _NOT_IN_TARGET.sub(lambda byte: b"%%%02X" % ord(byte[0]), line[2])
        self._parse(line[1] + b" " + target + (line[3] or b"") + header_plus[line.end() :])
        # The raw bytes show that the query is not in its canonical form.
        self.query = line[2].partition(b"#")[0].partition(b"?")[2].decode("latin-1")

    def _parse(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError:  # waitress would end the connection without an answer
            raise ParsingError("Bad URI") from None


class _Channel(HTTPChannel):  # type: ignore[misc]
    """Closes the connection of a request that takes too long to arrive, even if some of it comes all the time."""

    parser_class = _LenientParser
    _begun: float | None = None

    def received(self, data: bytes) -> bool:
        """Take in what arrived; False if the connection is about to close."""
        is_open: bool = super().received(data)
        if self.request is None:
            self._begun = None
        elif self._begun is None:
            self._begun = time.monotonic()
        elif time.monotonic() - self._begun > self.adj.channel_timeout:
            self.will_close = True
        return is_open


def serve(
    app: Flask,
    host: str,
    port: int,
    *,
    processes: int = 1,
    started: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the site until interrupted, in one process or, where the system can copy processes, in several.

    `started` is called with the address of the site once the server listens on it.

    Raises OSError if the address is in use or not available.
    """
    if processes > 1 and CAN_FORK:
        _serve_in_processes(app, host, port, processes, started)
        return
    server = listen(app, host, port)
    warm_up(app)
    try:
        started(_address(host, listening_port(server)))
        _run(app, server)
    finally:
        server.close()


def _serve_in_processes(app: Flask, host: str, port: int, count: int, started: Callable[[str], None]) -> None:
    """Serve the site in copies of this process, which all accept connections of the same sockets.

    So a connection waits for whichever process is free, and none is lost when one of them dies before taking it.
    """
    sockets = _bound(host, port)
    try:
        warm_up(app)
        gc.collect()
        collect_seldom()
        address = _address(host, sockets[0].getsockname()[1])
        run(lambda: _run(app, _server(app, sockets=sockets)), count, lambda: started(address))
    finally:
        for one in sockets:
            one.close()


def _run(app: Flask, server: TcpWSGIServer | MultiSocketServer) -> None:
    collect_seldom()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request that waits
    threading.Thread(target=_verify_forever, args=(app,), name="verify the index", daemon=True).start()
    server.run()


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _bound(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen on all addresses of a host, on one port.

    Raises OSError if one is in use or not available.
    """
    found: list[socket.socket] = []
    kinds = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    try:
        for family, kind, protocol, _, address in dict.fromkeys(kinds):
            one = socket.socket(family, kind, protocol)
            found.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind((address[0], found[0].getsockname()[1] if len(found) > 1 else port, *address[2:]))
            one.listen(_BACKLOG)
    except OSError:
        for one in found:
            one.close()
        raise
    return found


def _verify_forever(app: Flask) -> None:
    """Compare each commit with its checksums soon after it was made. Pages answer 503 once it is known to be damaged.

    Segments that commits share are read again with each, so that damage that comes later is found too.
    """
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST_PRIORITY)
    seen: Callable[[], Reader | None] = lambda: None  # noqa: E731 (what a weak reference is)
    while True:
        seen = _verify_newer(app, seen)
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _verify_newer(app: Flask, seen: Callable[[], Reader | None]) -> Callable[[], Reader | None]:
    """Verify the last commit, if it is another than that of the reader seen before. Return a weak reference to its."""
    with suppress(IndexUnavailable):  # which is what pages say
        reader = site_state_of(app).engine().reader()
        if reader is not seen():
            seen = weakref.ref(reader)
            try:
                reader.verify(lambda: time.sleep(_SECONDS_BETWEEN_MEGABYTES))
            except IndexUnavailable as problem:
                sys.stderr.write(f"baosou: {problem}\n")
    return seen


def log_requests(app: Flask) -> None:
    """Print a line on stderr for each answer: the time, the status and the address."""

    @app.after_request
    def log(response: Response) -> Response:
        if WARMING in request.environ:
            return response
        address = f"{request.script_root}{request.environ.get('REQUEST_URI', request.full_path)}"
        sys.stderr.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {response.status_code} {address}\n")
        return response


def listen(app: Flask, host: str, port: int) -> TcpWSGIServer | MultiSocketServer:
    """Return a server that is bound to its address and answers after `run`.

    Port 0 selects any free port.

    Raises OSError if the address is in use or not available.
    """
    return _server(app, host=host, port=port)


def _server(app: Flask, **where: object) -> TcpWSGIServer | MultiSocketServer:
    limits = site_state_of(app).settings.limits
    listening: dict[int, object] = {}
    server = create_server(
        app,
        **where,
        threads=THREADS,
        max_request_header_size=LARGEST_REQUEST_HEADER,
        max_request_body_size=limits.body_bytes,
        channel_timeout=limits.request_seconds,
        cleanup_interval=min(_SECONDS_BETWEEN_CLEANUPS, limits.request_seconds),
        connection_limit=limits.connections,
        asyncore_use_poll=True,
        map=listening,
    )
    for one in listening.values():
        if isinstance(one, TcpWSGIServer):
            one.channel_class = _Channel
    return server


def listening_port(server: TcpWSGIServer | MultiSocketServer) -> int:
    """Return the port of a server.

    A name like `localhost` may resolve to several addresses, which share one port.
    """
    if isinstance(server, MultiSocketServer):
        return int(server.effective_listen[0][1])
    return int(server.effective_port)
