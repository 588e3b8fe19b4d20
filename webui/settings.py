"""What the site must know before it can start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """How the site is set up; never changed while it runs.

    `archive` is the folder of page files, read for the raw text beside an article and for `redirects.tsv`. `index` is
    where the index lives, as `baosou --index` takes it. `name` stands in the masthead. `public_url` is the address
    that people see (`https://news.example.cn`), for links in feeds and previews; empty: as the request has it.
    """

    archive: Path
    index: str
    name: str = "报搜"
    public_url: str = ""
