"""The settings of the site."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for. More is cut or refused, with a sentence that says so.

    - `query_bytes`: the longest query string, in bytes; a longer one is refused.
    - `query_letters`: the characters of a query that are searched for; a longer one is cut.
    - `values`: the values of all filters together; others are left out.
    - `body_bytes`: the longest body of a request, in bytes; a longer one is refused.
    - `request_seconds`: how long a request may take to arrive; then its connection is closed.
    - `connections`: how many connections may be open at a time; others wait.
    """

    query_bytes: int = 320_000
    query_letters: int = 2_000
    values: int = 50
    body_bytes: int = 65_536
    request_seconds: int = 30
    connections: int = 500


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that stay the same while the site runs.

    `archive` is the folder of page files, used for the raw text of an article and for `redirects.tsv`. `index` is the
    location of the index, as for `baosou --index`. `name` is shown in the masthead. `public_url` is the public address
    (`https://news.example.cn`) for links in feeds and previews. `host` is the name or address that the site listens on,
    where it is one. `limits` keep a single request from holding up all others.

    `inhouse_header` is the header by which the reverse proxy marks in-house readers, "" if there are none. Headers are
    believed on connections from `trusted_proxies`, which are addresses or networks.

    With `edit` there are forms that correct articles, for those whose name the proxy sends in the `user_header`.
    """

    archive: Path
    index: str
    name: str = "报搜"
    public_url: str = ""
    host: str = ""
    limits: Limits = field(default_factory=Limits)
    inhouse_header: str = ""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    edit: bool = False
    user_header: str = ""
