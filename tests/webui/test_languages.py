"""Tests of languages: Chinese by default, English on request, all translated."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.web_site import (
    CHINESE,
    ENGLISH,
    PAGES,
)
from webui import create_app
from webui.i18n import Translator
from webui.messages import MESSAGES


def test_chinese_comes_first_and_english_on_request(site: FlaskClient) -> None:
    assert '<html lang="zh-Hans">' in site.get("/").text
    assert '<html lang="zh-Hans">' in site.get("/", headers={"Accept-Language": "fr"}).text
    assert '<html lang="en">' in site.get("/", headers=ENGLISH).text


def test_the_switch_outweighs_the_browser_and_leads_back(site: FlaskClient) -> None:
    response = site.post("/language", data={"language": "en", "back": "/paper/yunbei"}, headers=CHINESE)
    assert (response.status_code, response.location) == (303, "/paper/yunbei")
    assert '<html lang="en">' in site.get("/", headers=CHINESE).text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/\r\nX: y", ""])
def test_the_switch_never_leads_to_another_site(site: FlaskClient, back: str) -> None:
    assert site.post("/language", data={"language": "en", "back": back}).location == "/"


@pytest.mark.parametrize(
    "path", [*PAGES, "/search?q=nothing-like-it&paper=tonghe", "/paper/yunbei/2019-03-08", "/paper/yunbei/undated"]
)
def test_every_page_speaks_english(site: FlaskClient, path: str) -> None:
    """Chinese text is only in elements marked as Chinese.

    Typed queries and titles of papers are exceptions.
    """
    page = site.get(path, headers=ENGLISH).text
    assert '<html lang="en">' in page
    said = {text for chinese, _ in MESSAGES.values() if "{" not in (text := chinese) and len(text) > 2}
    said -= {"地方报纸全文检索"}
    assert not [text for text in said if f">{text}<" in page]


def test_both_languages_want_the_same_values() -> None:
    def wanted(message: str) -> set[str | None]:
        return {name for part in message.split("|") for _, name, _, _ in string.Formatter().parse(part) if name}

    different = [key for key, (chinese, english) in MESSAGES.items() if wanted(chinese) != wanted(english)]
    assert not different


def test_every_message_is_said_somewhere_and_none_is_missing() -> None:
    """Composite keys (`sort_newest`) are matched by their first part."""
    webui = Path(create_app.__code__.co_filename).parent
    speaking = [
        path for path in webui.rglob("*") if path.suffix in {".py", ".html", ".xml"} and path.stem != "messages"
    ]
    texts = [path.read_text("utf-8") for path in speaking]
    said = {key for text in texts for key in re.findall(r"""["'](\w+)["']""", text)}
    written = {key for text in texts for key in re.findall(r"""\bt\(["'](\w+)["'][,)]""", text)}
    parts = {key for text in texts for key in re.findall(r"""\bt\(f?["'](\w+_)[{"']""", text)}
    assert not written - MESSAGES.keys()
    assert parts == {
        *("sort_", "facet_", "suggest_", "note_", "example_", "error_", "quality_"),
        "edit_",
        "edit_action_",
        "timeline_",
        "timeline_wider_",
        "corrected_",
    }
    assert not [key for key in MESSAGES if key not in said and not key.startswith((*parts, "source_"))]


def test_a_number_of_things_is_said_in_both_languages() -> None:
    assert [Translator("en")("articles", n=n) for n in (0, 1, 1200)] == ["0 articles", "1 article", "1,200 articles"]
    assert Translator("zh")("articles", n=1200) == "1,200 篇"
