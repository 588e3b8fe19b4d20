"""What a page says of itself to chats, search engines and the browser's title bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import request

from webui.holding import holding


@dataclass(frozen=True, slots=True)
class Meta:
    """The title and description of a page and its one true path on the site (empty for a page that has none)."""

    title: str
    description: str
    path: str = ""
    type: Literal["website", "article"] = "website"


def absolute(path: str) -> str:
    """Return the full address of a path on the site."""
    return (holding().settings.public_url or request.host_url).rstrip("/") + path
