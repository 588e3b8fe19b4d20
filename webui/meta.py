"""Metadata of a page for chats, search engines and the title bar of the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import request

from webui.site_state import site_state


@dataclass(frozen=True, slots=True)
class Meta:
    """The title, description and canonical path of a page.

    The path is empty for a page that lacks one.
    """

    title: str
    description: str
    path: str = ""
    type: Literal["website", "article"] = "website"


def absolute(path: str) -> str:
    """Return the absolute URL of a path on the site."""
    return (site_state().settings.public_url or request.host_url).rstrip("/") + path
