"""Where an index of OpenSearch is: `opensearch+https://user:password@host:9200/name?shards=4&replicas=1`."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from indexer.errors import UsageError

SCHEMES = ("opensearch+http", "opensearch+https")
USER, PASSWORD, CERTIFICATES = "BAOSOU_OPENSEARCH_USER", "BAOSOU_OPENSEARCH_PASSWORD", "BAOSOU_OPENSEARCH_CA"
"""Variables of the environment: who asks, and the file of the authority that signed the server's certificate."""

_EXAMPLE = "Write it as opensearch+http://127.0.0.1:9200/papers"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,99}")
_OUR_OWN = re.compile(r".*-(\d+|state)")
"""Names that the indexes behind a name have."""


@dataclass(frozen=True, slots=True)
class Location:
    """The parts of a location. `hosts` are nodes of one cluster, of which any answers.

    `shards` and `replicas` are for an index that is built anew; replicas are None where the cluster decides.
    """

    hosts: tuple[tuple[str, int], ...]
    name: str
    secure: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    certificates: str = ""
    shards: int = 1
    replicas: int | None = None

    def __str__(self) -> str:
        """The location as it may be shown: without user and password."""
        return f"{SCHEMES[self.secure]}://{self.server}/{self.name}"

    @property
    def server(self) -> str:
        """The hosts and their ports."""
        return ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)


def parse(text: str) -> Location:
    """Parse a location. Raises `UsageError` that shows how it is written.

    >>> str(parse("opensearch+http://127.0.0.1/papers"))
    'opensearch+http://127.0.0.1:9200/papers'
    >>> parse("opensearch+https://me:p%40ss@one:9200,two:9201/papers?shards=4").hosts
    (('one', 9200), ('two', 9201))
    """
    parts = urlsplit(text)
    if parts.scheme not in SCHEMES:
        raise UsageError(f"{text} is no location of OpenSearch. {_EXAMPLE}")
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    shown = f"{parts.scheme}://{hosts}{parts.path}"
    name = parts.path.strip("/")
    if not _NAME.fullmatch(name) or _OUR_OWN.fullmatch(name):
        raise UsageError(
            f"{shown} does not name an index. {_EXAMPLE}; the name has small letters, digits, - and _, begins with a "
            "letter and does not end in -state or a number behind a -."
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    shards, replicas = (_number(shown, options.pop(key, None), key) for key in ("shards", "replicas"))
    if options:
        raise UsageError(f"{shown} has no option {next(iter(options))}; there are shards and replicas.")
    if shards == 0:
        raise UsageError(f"{shown}: an index has at least 1 shard.")
    return Location(
        hosts=tuple(_host(shown, host) for host in hosts.split(",")),
        name=name,
        secure=parts.scheme == SCHEMES[1],
        user=unquote(user) or os.environ.get(USER, ""),
        password=unquote(password) or os.environ.get(PASSWORD, ""),
        certificates=os.environ.get(CERTIFICATES, ""),
        shards=shards or 1,
        replicas=replicas,
    )


def _host(shown: str, text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        if parts.hostname:
            return parts.hostname, parts.port or 9200
    except ValueError:
        pass
    raise UsageError(f"{shown} does not name a host and a port. {_EXAMPLE}")


def _number(shown: str, text: str | None, key: str) -> int | None:
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,4}", text):
        raise UsageError(f"{shown}: {key}={text} is not a number.")
    return int(text)
