"""The browser of the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

_CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def launched() -> Iterator[Browser]:
    """Run a Chromium. Without one the tests are skipped."""
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        if path is None:
            pytest.skip("BROWSER TESTS SKIPPED: no Chromium found; install one, or name one in BAOSOU_CHROMIUM")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def find_chromium(own: str) -> str | None:
    """Return the browser in BAOSOU_CHROMIUM, else the system's, else Playwright's."""
    named = os.environ.get("BAOSOU_CHROMIUM", "")
    found = [shutil.which(candidate) for candidate in (named, *_CANDIDATES) if candidate]
    return next((path for path in (*found, own) if path and Path(path).exists()), None)
