"""The HTTP client of a cluster. What goes wrong there becomes an error that says what to do next."""

from __future__ import annotations

import logging
import os
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import msgspec

from indexer.engines.opensearch.location import CERTIFICATES, PASSWORD, USER, Location
from indexer.errors import IndexUnavailable, UsageError

Json = dict[str, Any]

SECONDS = 30.0
"""How long an answer may take, where nothing else is said."""

_READ_ONLY_BY_DISK = ("read-only-allow-delete", "read-only / allow delete")
_NODE_LOST = frozenset(
    {
        "connect_transport_exception",
        "node_closed_exception",
        "node_disconnected_exception",
        "node_not_connected_exception",
        "receive_timeout_transport_exception",
        "send_request_transport_exception",
    }
)
"""What a node answers (500) while it does not know yet that another has ended."""


class NotFound(IndexUnavailable):
    """What was asked for is not on the server."""


class Conflict(IndexUnavailable):
    """Someone else changed a document first, or made what was to be made."""


class Unanswered(IndexUnavailable):
    """The server did not answer, or has no time: the same request may succeed later. It may have been carried out."""


class Connection:
    """A connection to a cluster, for all threads of a process. It opens sockets as they are needed.

    All methods raise `IndexUnavailable`, of which `NotFound`, `Conflict` and `Unanswered` are told apart.
    """

    def __init__(self, location: Location) -> None:
        self.location = location
        self._transport, self._process = _transport(location), os.getpid()

    def get(self, path: str, body: object = None, **params: object) -> Json:
        """Send a GET request and return the answer."""
        return self._request("GET", path, body, params)

    def post(self, path: str, body: object = None, **params: object) -> Json:
        """Send a POST request and return the answer."""
        return self._request("POST", path, body, params)

    def put(self, path: str, body: object = None, **params: object) -> Json:
        """Send a PUT request and return the answer."""
        return self._request("PUT", path, body, params)

    def delete(self, path: str, body: object = None, **params: object) -> Json:
        """Send a DELETE request and return the answer."""
        return self._request("DELETE", path, body, params)

    def search(self, index: str, body: object, **params: object) -> Json:
        """Search an index, and have an answer from all of its shards or none."""
        params = {"allow_partial_search_results": False, **params}
        answer = self._request("POST", f"{index}/_search", body, params)
        self._check_whole(answer)
        return answer

    def msearch(self, index: str, bodies: Iterable[object], **params: object) -> list[Json]:
        """Ask several searches of an index in one request, and have whole answers to all."""
        lines = b"".join(
            b'{"allow_partial_search_results":false}\n' + msgspec.json.encode(body) + b"\n" for body in bodies
        )
        if not lines:
            return []
        answers: list[Json] = self._request("POST", f"{index}/_msearch", lines, params)["responses"]
        for answer in answers:
            if "error" in answer:
                raise self._explained(answer.get("status", 500), answer)
            self._check_whole(answer)
        return answers

    def bulk(self, lines: Iterable[bytes], **params: object) -> list[Json]:
        """Send lines of actions and documents. Return what became of each: its `status` and its `error`, if any.

        A document that is refused raises nothing.
        """
        answer = self._request("POST", "_bulk", b"".join(lines), params)
        return [result for item in answer["items"] for result in item.values()]

    def scan(self, index: str, query: Json, source: object, size: int = 500) -> Iterator[Json]:
        """Yield all documents that a filter finds, in no particular order, each as a hit with those fields."""
        body = {"query": {"bool": {"filter": query}}, "_source": source, "sort": ["_doc"], "size": size}
        answer = self.search(index, body, scroll="5m")
        try:
            while hits := answer["hits"]["hits"]:
                yield from hits
                answer = self.post("_search/scroll", {"scroll": "5m", "scroll_id": answer["_scroll_id"]})
                self._check_whole(answer)
        finally:
            with suppress(IndexUnavailable):  # it ends by itself
                self.delete("_search/scroll", {"scroll_id": [answer["_scroll_id"]]})

    def close(self) -> None:
        """Close all sockets. A later request opens new ones."""
        self._transport.close()

    def refused(self, status: int, error: object) -> IndexUnavailable:
        """The error for a document of `bulk` that was not taken, by its status and error."""
        return self._explained(status, {"error": error})

    def _request(self, method: str, path: str, body: object, params: Mapping[str, object]) -> Json:
        given = {key: _text(value) for key, value in params.items() if key != "seconds"}
        seconds = params.get("seconds", SECONDS)
        content = body if body is None or isinstance(body, bytes) else msgspec.json.encode(body)
        if self._process != os.getpid():  # a forked process must not share its parent's sockets
            self._transport, self._process = _transport(self.location), os.getpid()
        headers = {"content-type": "application/x-ndjson" if isinstance(body, bytes) else "application/json"}
        with self._translated(seconds):
            answer = self._transport.perform_request(
                method, f"/{path}", params=given, body=content, timeout=seconds, headers=headers
            )
            if not isinstance(answer, dict):
                raise self._stranger()
            return answer

    @contextmanager
    def _translated(self, seconds: object) -> Iterator[None]:
        from opensearchpy import exceptions

        shown = self.location
        try:
            yield
        except exceptions.SSLError as error:
            raise self._insecure(error) from error
        except exceptions.ConnectionTimeout as error:
            raise Unanswered(
                f"{shown} has not answered within {seconds:g} seconds. See in its log whether it is overloaded, then "
                "try again."
            ) from error
        except exceptions.ConnectionError as error:
            raise Unanswered(
                f"{shown} can't be reached ({_reason(error.info)}). Start OpenSearch there, or correct the host and "
                "the port in --index."
            ) from error
        except exceptions.TransportError as error:
            raise self._explained(error.status_code, error.info) from error
        except exceptions.SerializationError as error:
            raise self._stranger() from error

    def _explained(self, status: int | str, info: object) -> IndexUnavailable:
        """The error for an answer that says that something went wrong."""
        shown = self.location
        kind, reason = _kind_and_reason(info)
        if status == 404:
            return NotFound(
                f"{shown}: the server lacks a part of this index ({reason}). Restore a snapshot of the cluster, or "
                f"build the index anew: baosou index --full --index {shown}"
            )
        if status == 409 or kind == "resource_already_exists_exception":
            return Conflict(f"{shown}: something else changed the index at the same time ({reason}). Try again.")
        if status == 401:
            return IndexUnavailable(
                f"{shown} does not know this user and password. Give them in {USER} and {PASSWORD}, or in the location."
            )
        if any(words in reason for words in _READ_ONLY_BY_DISK):
            return IndexUnavailable(
                f"{shown} is read-only, because a disk of the cluster is nearly full. Make room there or add a node: "
                "the cluster then lifts the block itself. Then run the command again."
            )
        if kind == "cluster_block_exception" and status == 403:
            return IndexUnavailable(
                f"{shown} is set read-only ({reason}). Lift the block in the settings of the index (index.blocks), "
                "then run the command again."
            )
        if status == 403:
            return IndexUnavailable(
                f"{shown} does not allow this to user {self.location.user or '(none)'} ({reason}). Give the user a "
                "role for it, as docs/operations.md shows, or another user."
            )
        return self._overloaded(status, kind, reason)

    def _overloaded(self, status: int | str, kind: str, reason: str) -> IndexUnavailable:
        shown = self.location
        if kind == "circuit_breaking_exception":
            return Unanswered(
                f"{shown} lacks the memory for this ({reason}). Give its nodes a bigger heap, or add nodes; "
                "then try again."
            )
        if status == 429:
            return Unanswered(f"{shown} has too much to do ({reason}). Try again in a minute.")
        if status in (502, 503, 504) or kind in _NODE_LOST:
            return Unanswered(
                f"{shown} is not ready ({reason}). Start the nodes that are missing and wait until the cluster is "
                "green, then try again."
            )
        return IndexUnavailable(
            f"{shown} could not do what it was asked ({status}, {reason}). Its log says more; it must be "
            "OpenSearch 2.11 or later."
        )

    def _insecure(self, error: Any) -> IndexUnavailable:
        reason = _reason(error.info)
        if "CERTIFICATE_VERIFY_FAILED" in str(error.info) or "doesn't match" in str(error.info):
            return IndexUnavailable(
                f"{self.location}: the certificate of the server is not trusted ({reason}). Give the file with the "
                f"certificate of its authority in {CERTIFICATES}, and the host by the name in the certificate."
            )
        return IndexUnavailable(
            f"{self.location} can't be reached by TLS ({reason}). If the server speaks plain HTTP, write "
            "opensearch+http in --index."
        )

    def _stranger(self) -> IndexUnavailable:
        return IndexUnavailable(
            f"{self.location} does not answer as OpenSearch does. Correct the host and the port in --index."
        )

    def _check_whole(self, answer: Json) -> None:
        """Refuse an answer that lacks what some shards hold."""
        if answer.get("timed_out") or answer["_shards"]["failed"]:
            failures = answer["_shards"].get("failures") or [{"reason": {"reason": "it took too long"}}]
            raise self._explained(503, {"error": failures[0]["reason"]})


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind_and_reason(info: object) -> tuple[str, str]:
    """The kind of an error of the server, and its reason in its own words: those of the first cause, if there are."""
    error = info.get("error") if isinstance(info, dict) else None
    if not isinstance(error, dict):
        return "", str(error or info or "no reason given")[:300]
    causes = [*(error.get("root_cause") or ()), *(one.get("reason") for one in error.get("failed_shards") or ())]
    cause = next((one for one in causes if isinstance(one, dict)), error)
    return str(cause.get("type", "")), str(cause.get("reason") or error.get("reason") or cause.get("type"))[:300]


def _reason(error: object) -> str:
    """The innermost reason of an error of urllib3.

    >>> _reason(OSError("no route"))
    'no route'
    """
    while isinstance(reason := getattr(error, "reason", None) or getattr(error, "__cause__", None), BaseException):
        error = reason
    text = str(error)
    return text.rpartition(">: ")[2].rpartition("object at ")[2].rpartition(">, ")[2] or type(error).__name__


def _transport(location: Location) -> Any:
    """The transport of the library, which chooses among hosts and tries the next where one can't be reached."""
    try:
        from opensearchpy import OpenSearch
        from opensearchpy.serializer import JSONSerializer
    except ImportError as error:
        raise UsageError(
            f"{location} needs the client of OpenSearch. Install it: pip install 'baosou[opensearch]'"
        ) from error

    class FastJson(JSONSerializer):
        """Reads answers by msgspec. What is sent has been encoded already."""

        def loads(self, s: str) -> Any:
            try:
                return msgspec.json.decode(s)
            except msgspec.DecodeError:
                return super().loads(s)

    # Its warnings repeat what is raised.
    logging.getLogger("opensearch").setLevel(logging.CRITICAL)
    options: dict[str, Any] = {}
    if location.secure:
        options["ssl_context"] = _ssl_context(location)
    if location.user:
        options["http_auth"] = (location.user, location.password)
    return OpenSearch(
        hosts=[{"host": host, "port": port} for host, port in location.hosts],
        use_ssl=location.secure,
        timeout=SECONDS,
        max_retries=len(location.hosts),
        retry_on_status=(502, 503, 504) if len(location.hosts) > 1 else (),
        serializer=FastJson(),
        serializers={FastJson.mimetype: FastJson()},
        pool_maxsize=64,
        **options,
    ).transport


def _ssl_context(location: Location) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=location.certificates or None)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"{CERTIFICATES} names {location.certificates}, which can't be read as certificates ({error}). "
            "Give a file in PEM format."
        ) from error
