"""The web site: search by URL, with results to read, cite and share.

The search itself is part of `indexer`.
"""

from __future__ import annotations

from webui.app import create_app
from webui.settings import Settings

__all__ = ["Settings", "create_app"]
