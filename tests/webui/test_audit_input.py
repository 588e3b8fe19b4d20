"""An audit of what can be asked for: every route with every parameter, and in each anything at all.

Whatever comes, the answer is a page that helps or an error with a sentence, for programs as JSON; nothing of it is
shown unescaped; and the headers that keep a reader safe are on every answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from indexer.archive.archive import Archive
from indexer.engines.memory import MemoryEngine
from tests.support.web_archive import fill
from tests.support.web_audit import EDITOR, addresses
from tests.support.web_site import LEAD
from webui import Settings, create_app
from webui.i18n import LANGUAGES
from webui.links import PARAMETERS

VALUES = {
    "nothing": "",
    "unknown": "%E7%81%AB%E6%98%9F%E6%8A%A5",
    "a number beyond all": "1000000000",
    "a negative number": "-1",
    "a number of 400 digits": "9" * 400,
    "a fraction": "1.5e9",
    "an impossible date": "2019-02-30",
    "a year 0": "0000",
    "NUL": "a%00b",
    "control characters": "%01%07%0B%1B%7F",
    "line ends": "a%0D%0ASet-Cookie:%20b=1%0D%0A%0D%0Ac",
    "a lone surrogate": "%ED%A0%80",
    "not UTF-8": "%FF%FE",
    "a cut character": "%E5%B7",
    "beyond the first plane": "%F0%A0%80%80%F4%8F%BF%BF",
    "turned letters": "%E2%80%AE%E2%81%A6a",
    "very long": "%E5%B7%A5" * 3_000,
    "a script": "zq%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27%3E%3Cimg%20src%3Dx%20onerror%3Da%3Ezq",
    "a template": "%7B%7B7*7%7D%7D%24%7B7*7%7D",
    "a path": "..%2F..%2Fetc%2Fpasswd",
    "an address": "%2F%2Fexample.org%2F%5Cexample.org",
    "a percent sign": "%25%25%",
}
NAMES = (*PARAMETERS, "cursor", "text", "since", "id", "title", "lang", "done", "back", "language", "unknown")
"""All parameters that a route takes, and one that none takes."""
TOGETHER = {
    "reversed dates": "q=a&from=2020&to=2019",
    "reversed dates in words": "q=a&from=unknown&to=2019",
    "all twice": "&".join(f"{name}={value}" for name in NAMES for value in ("1", "2")),
    "only names": "&".join(NAMES),
    "names of nothing": "=1&=&&&;;",
    "names in capitals": "&".join(f"{name.upper()}=1" for name in NAMES),
    "lists": "&".join(f"{name}[]=1&{name}[a]=2" for name in NAMES),
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
ROUTES_WITH_PLACES = re.compile(r"<[^>]+>")


@pytest.fixture(name="app", scope="module")
def app_fixture(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("site")
    engine = MemoryEngine()
    fill(engine, folder)
    return create_app(Settings(folder, "memory:", edit=True, user_header="X-Remote-User"), engine)


@pytest.fixture(name="client", scope="module")
def client_fixture(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def paths(app: Flask) -> dict[str, str]:
    """Return one address of each route, without parameters."""
    return {rule: found[0].partition("?")[0] for rule, found in addresses(app, LEAD).items() if found}


def check(client: FlaskClient, address: str) -> TestResponse:
    """Ask for an address, follow where it leads, and look at each answer on the way."""
    for _ in range(4):
        response = client.get(address, headers=EDITOR)
        check_headers(response, address)
        if response.status_code not in (301, 302, 303, 308):
            break
        address = response.headers["Location"]
        assert re.match(r"/(?![/\\])|http://localhost/", address), address
        assert address.isascii()
    check_answer(response, address)
    return response


def check_headers(response: TestResponse, address: str) -> None:
    for name, value in HEADERS.items():
        assert response.headers.get(name) == value, (address, name)
    assert not [value for name, value in response.headers if "\n" in value or "\r" in value]
    assert "Set-Cookie" not in response.headers or response.request.path == "/language"


def check_answer(response: TestResponse, address: str) -> None:
    assert response.status_code in (200, 304, 400, 404, 405, 409, 410, 413, 414), (response.status_code, address)
    kind, text = response.mimetype, "" if response.mimetype.startswith("image/png") else response.text
    for_programs = response.request.path.startswith("/api/")
    if kind == "text/html":
        assert not for_programs, address
        assert "<h1" in text
        assert "zq<script" not in text, address
        assert "<script" not in re.sub(r'<script type="application/ld\+json">', "", text), address
        assert not re.search(r"<[^>]*\sonerror=", re.sub(r'"[^"]*"', '""', text)), address
        if response.status_code >= 400:
            assert re.search(r"<p[^>]*>[^<]{4,}", text.partition("</h1>")[2]), f"no sentence at {address}"
    elif "json" in kind and kind != "application/jsonl":
        answer = json.loads(text)
        if response.status_code >= 400:
            assert re.search(r"(\w+\W+){3}|[\u4e00-\u9fff]{6}", answer["error"]), (address, answer)
    elif kind.endswith("+xml") or kind == "application/xml":
        etree.fromstring(response.data)
    elif response.status_code >= 400:
        assert kind == "text/plain"
        assert re.search(r"\w.*[.。]\s*$", text), address
    response.close()


def requests(path: str, values: dict[str, str]) -> Iterator[str]:
    """Yield a path with each value in all parameters at once, and with the most telling one in each alone."""
    for value in values.values():
        yield f"{path}?" + "&".join(f"{name}={value}" for name in NAMES)
    for name in NAMES:
        yield f"{path}?{name}={values['a script']}"
    for together in TOGETHER.values():
        yield f"{path}?{together}"


def test_every_route_is_walked(app: Flask) -> None:
    """A route that the walk of rights doesn't know has no address here."""
    assert {rule for rule, found in addresses(app, LEAD).items() if not found} == {"/language"}


def routes() -> list[str]:
    from tests.webui.test_rights import ROUTES

    return [rule for rule in ROUTES if rule != "/language"]


@pytest.mark.parametrize("route", routes())
def test_anything_in_a_parameter_gets_an_answer(app: Flask, client: FlaskClient, route: str) -> None:
    for address in requests(paths(app)[route], VALUES):
        check(client, address)


@pytest.mark.long
@pytest.mark.parametrize("route", routes())
def test_anything_in_every_parameter_alone_gets_an_answer(app: Flask, client: FlaskClient, route: str) -> None:
    for name, value in product(NAMES, VALUES.values()):
        check(client, f"{paths(app)[route]}?{name}={value}")
        check(client, f"{paths(app)[route]}?q=%E5%B7%A5%E4%BC%9A&{name}={value}&{name}={value}")


@pytest.mark.parametrize("route", [rule for rule in routes() if "<" in rule])
def test_anything_in_a_path_gets_an_answer(app: Flask, client: FlaskClient, route: str) -> None:
    asked = paths(app)[route]
    pieces = [one for one in re.split(ROUTES_WITH_PLACES, route) if one]
    for value in VALUES.values():
        value = value[:2_000]
        check(client, re.sub(ROUTES_WITH_PLACES, lambda _: value, route))  # noqa: B023 (used at once)
        check(client, f"{asked}{value}")
        check(client, f"{pieces[0]}{value}{''.join(pieces[1:])}")


@pytest.mark.parametrize("name", ["q", "paper", "locality", "section", "kind", "from", "since", "title", "id"])
@pytest.mark.parametrize(
    "path", ["/search", "/new", "/clips", f"/article/{LEAD}", "/api/search", "/search.atom", "/nope"]
)
def test_what_is_shown_of_a_parameter_is_escaped(client: FlaskClient, path: str, name: str) -> None:
    response = check(client, f"{path}?{name}={VALUES['a script']}")
    if response.mimetype == "text/html" and name == "q" and path == "/search":
        assert "zq&lt;script&gt;" in response.text, "the query is shown"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/search", f"/article/{LEAD}", "/api/search", "/nope", "/static/style.css"])
def test_headers_are_there_whatever_the_method(client: FlaskClient, method: str, path: str) -> None:
    with client.open(path, method=method, headers=EDITOR) as response:
        check_headers(response, path)
        assert response.status_code < 500


def test_headers_are_on_answers_without_a_body(app: Flask, client: FlaskClient) -> None:
    seen = 0
    for path in paths(app).values():
        with client.get(path, headers=EDITOR) as first:
            tag = first.headers.get("ETag")
        if tag:
            with client.get(path, headers={**EDITOR, "If-None-Match": tag}) as again:
                check_headers(again, path)
                seen += again.status_code == 304
    assert seen > 10


@pytest.mark.parametrize(
    "back", ["//example.org", "https://example.org", "/\\example.org", "javascript:1", "/a\r\nb: c", ""]
)
def test_the_language_form_leads_to_this_site_alone(client: FlaskClient, back: str) -> None:
    response = client.post("/language", data={"back": back, "language": LANGUAGES[-1]})
    check_headers(response, "/language")
    assert response.status_code in (302, 303, 400)
    assert re.match(r"/(?![/\\])|$", response.headers.get("Location", ""))


def test_headers_are_there_without_an_index(tmp_path: Path) -> None:
    site = create_app(Settings(Archive(tmp_path).root, str(tmp_path / "none"))).test_client()
    for path in ("/", "/search", "/api/search", "/healthz", "/search.csv", "/new.atom"):
        response = site.get(path)
        assert response.status_code == 503
        check_headers(response, path)
