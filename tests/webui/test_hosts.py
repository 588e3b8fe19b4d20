"""Absolute addresses name the public address or this machine, not what a request claims; and no query is logged."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import PROJECT
from tests.support.web_site import LEAD
from webui import create_app

ADDRESSES = ("/", "/search?q=%E5%B7%A5%E4%BC%9A", "/search.atom?q=%E5%B7%A5%E4%BC%9A", f"/article/{LEAD}", "/nope")
ADDRESSES_TOO = (
    "/opensearch.xml",
    "/search.ris?q=%E5%B7%A5%E4%BC%9A",
    "/search.csv?q=%E5%B7%A5%E4%BC%9A",
    "/suggest?q=安",
)
REDIRECTED = ("/search?q=工会&size=10", "/search/?q=工会", f"/article/{LEAD}/")


def answers(site: FlaskClient, host: str, addresses: Sequence[str]) -> str:
    made = [site.get(address, headers={"Host": host}) for address in addresses]
    return "\n".join(one.headers.get("Location", "") + one.text for one in made)


def site_with(app: Flask, **settings: str) -> FlaskClient:
    state = app.extensions["baosou"]
    return create_app(replace(state.settings, **settings), state.engine()).test_client()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example"]
)
@pytest.mark.parametrize("public_url", ["", "https://papers.example.cn"])
def test_a_host_that_is_not_listed_is_not_believed(app: Flask, host: str, public_url: str) -> None:
    site = site_with(app, public_url=public_url)
    given = answers(site, host, (*ADDRESSES, *ADDRESSES_TOO, *REDIRECTED))
    assert "evil" not in given
    absolute = set(re.findall(r"https?://[^/\s\"<]*(?=/(?:search|article|suggest|nope))", given))
    assert absolute == {public_url or "http://127.0.0.1:80"}


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:9000", "127.0.0.1:8000", "127.8.8.8", "[::1]:8000", "papers.lan:80"]
)
def test_a_host_that_names_this_machine_is_believed(app: Flask, host: str) -> None:
    site = site_with(app, host="papers.lan")
    assert f'href="http://{host}/article/{LEAD}"' in answers(site, host, [f"/article/{LEAD}"])


@pytest.mark.parametrize("options", [(), ("--log-requests",)])
def test_queries_are_logged_only_where_that_is_asked_for(options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    command = [sys.executable, "-u", "-m", "indexer.cli.commands", "serve", "--archive", str(tmp_path / "archive")]
    command += ["--index", str(tmp_path / "index"), "--port", "0", *options]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = re.findall(r"http://\S+", server.stdout.readline())[0]
        for path in ("/opensearch.xml?q=secret", "/nope?q=secret"):
            try:
                urlopen(Request(address + path), timeout=30).close()  # noqa: S310 (our own server)
            except OSError:
                continue
        server.terminate()
        said = "".join(server.communicate(timeout=60))
    assert said.count("secret") == 2 * len(options)
    assert "Traceback" not in said
    assert server.returncode == 0
