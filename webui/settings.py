"""The settings of the site."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that stay the same while the site runs.

    `archive` is the folder of page files, used for the raw text of an article and for `redirects.tsv`. `index` is the
    location of the index, as for `baosou --index`. `name` is shown in the masthead. `public_url` is the public address
    (`https://news.example.cn`) for links in feeds and previews. `host` is the name or address that the site listens on,
    where it is one.
    """

    archive: Path
    index: str
    name: str = "报搜"
    public_url: str = ""
    host: str = ""
