"""Tests of languages: the one that an address names, else the one of the reader, else Chinese; all complete."""

from __future__ import annotations

import re
import string
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from opencc import OpenCC

from tests.support.web_archive import SAMPLES, fill
from tests.support.web_site import CHINESE, ENGLISH, LEAD, PAGES, in_memory
from webui import Settings, create_app
from webui.i18n import LANGUAGES, TAGS, Language, Translator
from webui.messages import MESSAGES


@pytest.fixture(name="app", scope="module")
def app_fixture(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One engine is enough: what is said doesn't depend on it."""
    folder = tmp_path_factory.mktemp("site")
    engine = in_memory(folder)
    fill(engine, folder / "archive")
    return create_app(Settings(folder / "archive", str(folder / "index")), engine)


MORE_PAGES = (
    *PAGES,
    "/search?q=nothing-like-it&paper=tonghe",
    "/paper/yunbei/undated",
    f"/article/{LEAD}?q=%E5%B7%A5%E4%BC%9A",
    f"/article/{LEAD}/raw",
    "/clips",
)
"""One page of each kind, and some of their other faces."""


class Said(HTMLParser):
    """The words that the site itself says on a page: all text but that of elements in another language, and of code."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.languages: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        outer = self.languages[-1][1] if self.languages else ""
        own = {"code": "code", "style": "code", "title": "code", "pre": "code", "script": "code"}.get(tag)
        self.languages.append((tag, own or dict(attrs).get("lang") or outer))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing is in it."""

    def handle_endtag(self, tag: str) -> None:
        while self.languages and self.languages.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.languages and self.languages[-1][1] == self.languages[0][1]:
            self.words.append(QUOTED.sub("", data).strip())


QUOTED = re.compile(
    "|".join(("云北日报", "工会", "火星", "通讯员", *(sample.headline for sample in SAMPLES if sample.headline)))
)
"""What sentences quote of the archive and of queries."""
VOID = {"meta", "link", "input", "br", "img", "rect"}


def tag_of(page: str) -> str:
    return re.findall('<html lang="([^"]+)">', page)[0]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "zh-CN"),
        ("fr", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh-SG", "zh-CN"),
        ("zh-Hans-HK", "zh-CN"),
        ("zh-TW", "zh-TW"),
        ("zh-HK,zh;q=0.9", "zh-TW"),
        ("zh-Hant", "zh-TW"),
        ("fr,zh-MO;q=0.5,en;q=0.4", "zh-TW"),
        ("en-US,zh-TW;q=0.9", "en"),
        ("zh-TW;q=0.1,en", "en"),
        ("zh-TW;q=0,en;q=0.1", "en"),
    ],
)
def test_a_browser_gets_the_language_that_it_prefers(site: FlaskClient, asked: str, language: Language) -> None:
    for path in ("/", "/?lang=fr", "/?lang="):
        assert tag_of(site.get(path, headers={"Accept-Language": asked}).text) == TAGS[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", MORE_PAGES)
def test_every_page_speaks_the_language_of_its_address_and_no_other(
    site: FlaskClient, path: str, language: Language
) -> None:
    address = f"{path}{'&' if '?' in path else '?'}lang={language}"
    response = site.get(address, headers=ENGLISH if language != "en" else CHINESE)
    page = response.text
    assert response.status_code == (404 if path == "/nope" else 200)
    assert tag_of(page) == TAGS[language]
    own = LANGUAGES.index(language)
    foreign = {
        text
        for texts in MESSAGES.values()
        for text in texts
        if text not in texts[own] and "{" not in text and len(text) > 1
    } - {texts[own] for texts in MESSAGES.values()}
    said = Said(page).words
    assert not foreign.intersection(said)
    if language != "en":
        to_other = OpenCC("s2t" if language == "zh-TW" else "t2s")
        letters = {letter for letter in "".join(said) if to_other.convert(letter) != letter} - OF_BOTH
        assert not letters, [words for words in said if letters.intersection(words)]
    else:
        assert not re.findall("[一-鿿]{3,}", " ".join(said))


OF_BOTH = set("占")
"""Letters of Taiwan that OpenCC would write in another way."""


@pytest.mark.parametrize("path", MORE_PAGES)
def test_a_language_in_the_address_stays_in_all_links_of_the_page(site: FlaskClient, path: str) -> None:
    links = r'<(?:a|link)\b[^>]*\shref="(/[^"]*)"'
    assert "lang=" not in " ".join(re.findall(links, site.get(path, headers=CHINESE).text))
    page = site.get(f"{path}{'&' if '?' in path else '?'}lang=zh-TW").text
    addresses = re.findall(links, page)
    speaking = [
        one for one in addresses if not re.match(r"/static/|/api/|/openapi|[^?]*\.(?:ris|bib|json|jsonl|csv)", one)
    ]
    assert speaking
    assert not [one for one in speaking if not re.search(r"(?:\?|&amp;)lang=zh-TW(?:#|\Z)", one)]
    assert not [one for one in set(addresses) - set(speaking) if "lang=" in one]
    forms = re.findall(r'<form\b(?![^>]*method="post")[^>]*>(?:<input[^>]*>)?', page)
    assert all('name="lang" value="zh-TW"' in form for form in forms)


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/nope"])
def test_a_page_names_its_other_languages_and_one_canonical_address(site: FlaskClient, path: str) -> None:
    for more in ("", "lang=en", "lang=zh-TW"):
        page = site.get(f"{path}{'&' if '?' in path else '?'}{more}".rstrip("?&"), headers=CHINESE).text
        found = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="http://[^/"]+(/[^"]*)">', page)
        joint = "&amp;" if "?" in path else "?"
        shown = path.replace("&", "&amp;")
        assert found == [*((one, f"{shown}{joint}lang={one}") for one in LANGUAGES), ("x-default", shown)]
        assert re.findall(r'<link rel="canonical" href="http://[^/"]+(/[^"]*)">', page) == [shown]


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/search?lang=en&q=%E5%B7%A5&page=1", "/search?q=%E5%B7%A5&lang=en"),
        ("/search?q=%E5%B7%A5+&lang=zh_hk", "/search?q=%E5%B7%A5&lang=zh-TW"),
        ("/search?q=a&lang=fr", "/search?q=a"),
        ("/search?q=%E5%B7%A5&page=1&amp;lang=en", "/search?q=%E5%B7%A5&lang=en"),
        ("/search?q=%E5%B7%A5&lang=en&lang=zh-TW", None),
        ("/search?q=%E5%B7%A5&lang=zh-TW", None),
        ("/search?lang=zh-TW", None),
        ("/Search?q=%E5%B7%A5&lang=zh-TW", "/search?q=%E5%B7%A5&lang=zh-TW"),
        (f"/article/{LEAD.upper()}?lang=en", f"/article/{LEAD}?lang=en"),
    ],
)
def test_a_redirect_keeps_the_language(site: FlaskClient, address: str, leads_to: str | None) -> None:
    response = site.get(address)
    assert (response.location, response.status_code) == ((leads_to, 301) if leads_to else (None, 200))


def test_caches_know_what_the_language_depends_on(site: FlaskClient) -> None:
    for path in ("/search?q=%E5%B7%A5", "/search.atom?q=%E5%B7%A5", "/help"):
        by_reader = site.get(path)
        named = {language: site.get(f"{path}{'&' if '?' in path else '?'}lang={language}") for language in LANGUAGES}
        assert {"accept-language", "cookie"} <= {one.lower() for one in by_reader.vary}
        assert not any("cookie" in one.vary for one in named.values())
        if "/search?" not in path:  # the page says how long it took
            continue
        assert len({one.headers["ETag"] for one in named.values()}) == len(LANGUAGES)


def test_the_api_has_no_language(site: FlaskClient) -> None:
    refused = site.get("/api/search?q=a&lang=en")
    assert refused.status_code == 400
    assert "lang" in refused.json["error"]


def test_a_feed_and_a_search_engine_keep_the_language(site: FlaskClient) -> None:
    feed = site.get("/search.atom?q=%E5%B7%A5%E4%BC%9A&lang=zh-TW").text
    assert "「工会」的搜尋結果" in feed
    assert f"/article/{LEAD}?lang=zh-TW" in feed
    ids = "<id>[^<]+</id>"
    assert re.findall(ids, feed) == re.findall(ids, site.get("/search.atom?q=%E5%B7%A5%E4%BC%9A&lang=en").text)
    described = site.get("/opensearch.xml?lang=zh-TW").text
    assert "地方報紙全文搜尋" in described
    assert described.count("{searchTerms}&amp;lang=zh-TW") == 3


@pytest.mark.parametrize(("wanted", "language"), [("en", "en"), ("zh", "zh-CN"), ("zh-TW", "zh-TW")])
def test_the_switch_outweighs_the_browser_and_leads_back(site: FlaskClient, wanted: str, language: Language) -> None:
    """`zh` is what the switch of an older page sends."""
    response = site.post("/language", data={"language": wanted, "back": "/paper/yunbei"}, headers=ENGLISH)
    assert (response.status_code, response.location) == (303, f"/paper/yunbei?lang={language}")
    assert tag_of(site.get("/", headers=ENGLISH).text) == TAGS[language]
    assert tag_of(site.get("/?lang=zh-TW", headers=ENGLISH).text) == TAGS["zh-TW"], "an address outweighs it"
    again = site.post("/language?lang=zh-TW", data={"language": "en", "back": "/help"})
    assert again.location == "/help?lang=en"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/\r\nX: y", ""])
def test_the_switch_never_leads_to_another_site(site: FlaskClient, back: str) -> None:
    assert site.post("/language", data={"language": "en", "back": back}).location == "/?lang=en"


def test_a_cookie_of_before_is_understood(site: FlaskClient) -> None:
    site.set_cookie("lang", "zh")
    assert tag_of(site.get("/", headers=ENGLISH).text) == TAGS["zh-CN"]


def test_all_languages_want_the_same_values() -> None:
    def wanted(message: str) -> set[str | None]:
        return {name for part in message.split("|") for _, name, _, _ in string.Formatter().parse(part) if name}

    different = [key for key, texts in MESSAGES.items() if len({frozenset(wanted(text)) for text in texts}) > 1]
    assert not different


def test_the_messages_of_taiwan_are_in_its_letters() -> None:
    to_traditional, to_simplified = OpenCC("s2t"), OpenCC("t2s")
    for chinese, taiwan, _ in MESSAGES.values():
        assert not {one for one in taiwan if to_traditional.convert(one) != one} - OF_BOTH, taiwan
        assert to_simplified.convert(chinese.replace("○", "")) == chinese.replace("○", "")
        assert not set("“”").intersection(taiwan)


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
        "advanced_",
        *("by_", "day_", "help_", "legend_"),
    }
    assert not [key for key in MESSAGES if key not in said and not key.startswith((*parts, "source_"))]


def test_a_number_of_things_is_said_in_every_language() -> None:
    assert [Translator("en")("articles", n=n) for n in (0, 1, 1200)] == ["0 articles", "1 article", "1,200 articles"]
    assert Translator("zh-CN")("articles", n=1200) == "1,200 篇"
    assert Translator("zh-TW")("papers", n=2) == "2 種報紙"
    assert [Translator(language).kind("讣告") for language in LANGUAGES] == ["讣告", "訃告", "Obituary"]
    assert Translator("zh-TW").kind("x") == "x"
