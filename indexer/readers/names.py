"""What a file's name tells: its stem, and the suffix that its format goes by."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_DOWNLOADED = re.compile(r"(\.[0-9A-Za-z]{1,8})(?:[?@].*|\.\d{1,2})?$")
"""A suffix, and what downloaders put behind it: `content_1.htm?div=-1`, `content_1.htm@div=-1`, `content_1.htm.1`."""


def stem_and_suffix(path: str) -> tuple[str, str]:
    """Split a path's last part into its stem and its suffix in small letters.

    >>> stem_and_suffix("demo/2019-03-08/A05.HTML"), stem_and_suffix("demo/content_1.htm?div=-1")
    (('A05', '.html'), ('content_1', '.htm'))
    >>> stem_and_suffix("README"), stem_and_suffix("a.b.txt")
    (('README', ''), ('a.b', '.txt'))
    """
    name = PurePosixPath(path).name
    match = _DOWNLOADED.search(name, 1)
    return (name[: match.start()], match[1].lower()) if match else (name, "")
