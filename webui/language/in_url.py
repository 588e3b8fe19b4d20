"""The language that an address names with `lang=`: it outweighs what the reader chose, and all links of a page keep it.

Views don't see the parameter. It is taken away before a request is read, so that a canonical address is one without it,
and added to the links when the page is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote_plus

from flask import Response, request

from webui.i18n import IN_URL, LANGUAGES, Language, language_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NAMED = re.compile(r"(?:amp;)?lang=([^&]*)")
_TAG = re.compile(r"<(?:a|form|link)\b[^>]*>")  # attributes have &gt; for >
_ADDRESS = re.compile(r'(?<=\s)(?:href|action)="(/(?!/)[^"]*)"')
_WITHOUT_WORDS = re.compile(
    r"/(?:static|api)/|[^?#]*\.(?:ris|bib|json|jsonl|csv|png|svg|css)(?:[?#]|\Z)|/openapi\.json", re.ASCII
)
"""Addresses of what is the same in every language."""
_LONGEST = 2_000
"""The longest address, in characters, that a page repeats for each language."""


class LanguageInUrl:
    """WSGI middleware that takes a known language out of the query of each request, but for the API's."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, with its language in the environment."""
        if not environ.get("PATH_INFO", "").startswith("/api/"):
            environ["QUERY_STRING"], environ[IN_URL] = taken(environ.get("QUERY_STRING", ""))
        return self._app(environ, start_response)


def taken(query: str) -> tuple[str, Language | None]:
    """Return a query string without the languages that it names, and the first of them. Unknown ones stay.

    >>> taken("q=%E5%B7%A5&lang=zh-TW"), taken("lang=fr"), taken("lang=zh_HK&lang=en")
    (('q=%E5%B7%A5', 'zh-TW'), ('lang=fr', None), ('', 'zh-TW'))
    """
    if "lang=" not in query:
        return query, None
    parts = [(part, _named(part)) for part in query.split("&")]
    first = next((language for _, language in parts if language), None)
    return "&".join(part for part, language in parts if not language), first


def _named(part: str) -> Language | None:
    named = _NAMED.fullmatch(part)
    return language_of(unquote_plus(named[1])) if named else None


def language_in_url() -> Language | None:
    """Return the language that the address of this request names."""
    return cast("Language | None", request.environ.get(IN_URL))


def in_language(path: str, language: Language | None, ampersand: str = "&") -> str:
    """Return a path on the site with a language; unchanged for None.

    >>> in_language("/search?q=a#hit-b", "en"), in_language("/help", "zh-TW"), in_language("/help", None)
    ('/search?q=a&lang=en#hit-b', '/help?lang=zh-TW', '/help')
    """
    if language is None:
        return path
    address, mark, fragment = path.partition("#")
    return f"{address}{ampersand if '?' in address else '?'}lang={language}{mark}{fragment}"


def kept(path: str) -> str:
    """Return a path with the language that the address of this request names, if it names one."""
    return in_language(path, language_in_url())


def translations(path: str) -> list[tuple[str, str]]:
    """Return the tags and paths of a page in each language, and in that of the reader; none of a very long path.

    >>> translations("/help")
    [('zh-CN', '/help?lang=zh-CN'), ('zh-TW', '/help?lang=zh-TW'), ('en', '/help?lang=en'), ('x-default', '/help')]
    """
    if len(path) > _LONGEST:
        return []
    return [*((language, in_language(path, language)) for language in LANGUAGES), ("x-default", path)]


def keep_language(response: Response) -> None:
    """Add the language that the address of this request names to where the response leads."""
    language = language_in_url()
    if language is None:
        return
    if response.location and response.location.startswith("/") and not taken(response.location.partition("?")[2])[1]:
        response.location = in_language(response.location, language)
    elif response.mimetype == "text/html" and not response.is_streamed:
        response.set_data(_linked(response.get_data(as_text=True), language))


def _linked(page: str, language: Language) -> str:
    """Return a page with a language in all its links, and in all its forms.

    >>> _linked('<a href="/help">', "en"), _linked('<form action="/search">', "en")
    ('<a href="/help?lang=en">', '<form action="/search"><input type="hidden" name="lang" value="en">')
    """

    def address(found: re.Match[str]) -> str:
        path = found[1]
        if _WITHOUT_WORDS.match(path):
            return found[0]
        return found[0].replace(path, in_language(path, language, "&amp;"))

    def tag(found: re.Match[str]) -> str:
        text = found[0]
        if text.startswith("<form") and 'method="post"' not in text:
            return f'{text}<input type="hidden" name="lang" value="{language}">'
        return _ADDRESS.sub(address, text)

    return _TAG.sub(tag, page)
