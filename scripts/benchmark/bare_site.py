"""Serve the site of any checkout, with a route that does nothing, to measure others against it.

Run `python bare_site.py INDEX PROCESSES` with PYTHONPATH naming a checkout and its `scripts`. Only what every checkout
has is used, so that this file runs them all. The address of the site is printed once it listens.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmark.contestants.ours_ import IDENTITY
from indexer.engines import open_engine
from webui import server
from webui.app import create_app
from webui.settings import Settings


def main(place: str, processes: int) -> None:
    """Serve until interrupted."""
    folder = Path(tempfile.gettempdir() if "://" in place else place)  # of an archive without a paper
    app = create_app(Settings(folder, place), open_engine(place, IDENTITY))
    app.add_url_rule("/bare", "bare", lambda: "ok")
    several = {"processes": processes} if processes > 1 else {}  # checkouts from before can't
    server.serve(app, "127.0.0.1", 0, started=lambda url: print(url, flush=True), **several)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
