"""A site over the samples, with the index in memory and on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.web_archive import fill
from tests.support.web_site import in_memory, on_disk
from webui import Settings, create_app


@pytest.fixture(name="app", scope="module", params=[in_memory, on_disk])
def app_fixture(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("site")
    engine = request.param(folder)
    fill(engine, folder / "archive")
    return create_app(Settings(folder / "archive", str(folder / "index")), engine)


@pytest.fixture(name="site")
def site_fixture(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(name="archive")
def archive_fixture(app: Flask) -> Path:
    return app.extensions["baosou"].settings.archive
