"""Metadata of a page for chats, search engines and the title bar of the browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from flask import request

from webui.sharing.fonts import can_draw
from webui.site_state import site_state

_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[::1\]", re.ASCII | re.IGNORECASE)
_PORT = re.compile(r":\d{1,5}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Meta:
    """The title, description and canonical path of a page.

    The path is empty for a page that lacks one. `indexed` is False where search engines are asked not to list it.
    """

    title: str
    description: str
    path: str = ""
    type: Literal["website", "article"] = "website"
    indexed: bool = True

    @property
    def image(self) -> str:
        """The path of the picture that a chat shows, empty where there is none.

        >>> Meta("春耕", "", "/article/a", "article").image, Meta("", "", "/search?q=x").image
        ('/preview/article/a.png', '/preview/search.png?q=x')
        """
        if not can_draw():
            return ""
        if self.type == "article" and self.path:
            return f"/preview{self.path}.png"
        path, _, query = self.path.partition("?")
        return f"/preview/search.png?{query}".rstrip("?") if path == "/search" else ""


def absolute(path: str) -> str:
    """Return the absolute URL of a path on the site.

    Whoever sends a request chooses its `Host`, so without a public address it is believed only if it names this machine
    or what the site listens on.
    """
    settings = site_state().settings
    return (settings.public_url or f"{request.scheme}://{_believed_host(settings.host)}").rstrip("/") + path


def _believed_host(own: str) -> str:
    host: str = request.environ.get("HTTP_HOST", "")
    name = _PORT.sub("", host)
    if name and (_LOOPBACK.fullmatch(name) or name.strip("[]").lower() == own.strip("[]").lower()):
        return host
    return f"127.0.0.1:{request.environ['SERVER_PORT']}"
