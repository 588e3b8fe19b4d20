"""A server before a cluster: it passes requests on, by TLS if wanted, asks for a password, or answers by itself."""

from __future__ import annotations

import base64
import http.client
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

NO_ANSWER = b""
Hook = Callable[[str, str, bytes], "tuple[int, bytes] | None"]
"""Called with method, path and body; returns the answer to give instead of the cluster's, None for that."""


@dataclass
class Proxy:
    """What clients talk to. `before` is called before a request is passed on, `after` when it has been answered."""

    url: str
    before: Hook = lambda method, path, body: None
    after: Hook = lambda method, path, body: None
    account: str = ""
    requests: list[str] = field(default_factory=list)

    def location(self, name: str, credentials: str = "") -> str:
        scheme, _, rest = self.url.partition("://")
        return f"opensearch+{scheme}://{credentials}{rest}/{name}"


@contextmanager
def proxy(upstream: str, certificate: Path | None = None) -> Iterator[Proxy]:
    """Run a proxy; with the file of a certificate and its key it speaks TLS."""
    to = urlsplit(upstream)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            it.requests.append(f"{self.command} {self.path}")
            status, answer = self.answered(body)
            if answer is NO_ANSWER and not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def answered(self, body: bytes) -> tuple[int, bytes]:
            expected = "Basic " + base64.b64encode(it.account.encode()).decode()
            if it.account and self.headers.get("Authorization") != expected:
                return 401, b"Unauthorized"
            if instead := it.before(self.command, self.path, body):
                return instead
            connection = http.client.HTTPConnection(to.hostname or "", to.port, timeout=60)
            try:
                kind = self.headers.get("Content-Type", "application/json")
                connection.request(self.command, self.path, body or None, {"Content-Type": kind})
                response = connection.getresponse()
                found = response.status, response.read()
            finally:
                connection.close()
            return it.after(self.command, self.path, body) or found

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 (as http.server calls them)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, address: Any) -> None:
            """A client that ends in the middle is what this is for."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        it = Proxy(f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield it
        finally:
            server.shutdown()
            thread.join()


def make_certificate(folder: Path, address: str = "127.0.0.1") -> Path:
    """Make a certificate that is its own authority, in one file with its key."""
    path = folder / "certificate.pem"
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={address}")
    named = ("-addext", f"subjectAltName=IP:{address}")
    subprocess.run([*made, *named, "-keyout", folder / "key.pem", "-out", path], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + (folder / "key.pem").read_bytes())
    return path
