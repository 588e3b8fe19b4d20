"""The site: search by URL, with results that can be read, quoted and passed on. It finds nothing by itself."""

from __future__ import annotations

from webui.app import create_app
from webui.settings import Settings

__all__ = ["Settings", "create_app"]
