"""Split a file name into its stem and the suffix that determines its format."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_PACKED = ".warc.gz"
"""The one suffix of two parts: a web archive, packed."""

_DOWNLOADED = re.compile(r"(\.[0-9A-Za-z]{1,8})(?:[?@].*|\.\d{1,2})?$")
"""A suffix, and what downloaders append: `content_1.htm?div=-1`, `content_1.htm@div=-1`, `content_1.htm.1`."""


def stem_and_suffix(path: str) -> tuple[str, str]:
    """Split the last part of a path into its stem and its lower-case suffix.

    >>> stem_and_suffix("demo/2019-03-08/A05.HTML"), stem_and_suffix("demo/content_1.htm?div=-1")
    (('A05', '.html'), ('content_1', '.htm'))
    >>> stem_and_suffix("README"), stem_and_suffix("a.b.txt"), stem_and_suffix("crawl.WARC.gz")
    (('README', ''), ('a.b', '.txt'), ('crawl', '.warc.gz'))
    """
    name = PurePosixPath(path).name
    if name.lower().endswith(_PACKED):
        return name[: -len(_PACKED)], _PACKED
    match = _DOWNLOADED.search(name, 1)
    return (name[: match.start()], match[1].lower()) if match else (name, "")
