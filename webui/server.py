"""The production server of `baosou serve`."""

from __future__ import annotations

import logging
import os
import re
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
from webui.site_state import site_state_of

THREADS = 8
LARGEST_REQUEST_HEADER = 1024 * 1024
"""In bytes. The server refuses a longer header without a page, so this is far above what the site refuses with one."""
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


def serve(app: Flask, host: str, port: int, *, started: Callable[[str], None] = lambda address: None) -> None:
    """Serve the site until interrupted.

    `started` is called with the address of the site once the server listens on it.

    Raises OSError if the address is in use or not available.
    """
    server = listen(app, host, port)
    collect_seldom()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request that waits
    threading.Thread(target=_verify_forever, args=(app,), name="verify the index", daemon=True).start()
    try:
        started(f"http://{f'[{host}]' if ':' in host else host}:{listening_port(server)}")
        server.run()
    finally:
        server.close()


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
        address = f"{request.script_root}{request.environ.get('REQUEST_URI', request.full_path)}"
        sys.stderr.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {response.status_code} {address}\n")
        return response


def listen(app: Flask, host: str, port: int) -> TcpWSGIServer | MultiSocketServer:
    """Return a server that is bound to its address and answers after `run`.

    Port 0 selects any free port.

    Raises OSError if the address is in use or not available.
    """
    limits = site_state_of(app).settings.limits
    sockets: dict[int, object] = {}
    server = create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        max_request_header_size=LARGEST_REQUEST_HEADER,
        max_request_body_size=limits.body_bytes,
        channel_timeout=limits.request_seconds,
        cleanup_interval=min(_SECONDS_BETWEEN_CLEANUPS, limits.request_seconds),
        connection_limit=limits.connections,
        asyncore_use_poll=True,
        map=sockets,
    )
    for listening in sockets.values():
        if isinstance(listening, TcpWSGIServer):
            listening.channel_class = _Channel
    return server


def listening_port(server: TcpWSGIServer | MultiSocketServer) -> int:
    """Return the port of a server.

    A name like `localhost` may resolve to several addresses, which share one port.
    """
    if isinstance(server, MultiSocketServer):
        return int(server.effective_listen[0][1])
    return int(server.effective_port)
