"""Choose the language of a request and format messages.

All texts are in `messages`.
"""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast, get_args

from flask import g, request

from indexer.model import Article, ArticleSummary
from webui.filters import shorten
from webui.messages import KINDS, MESSAGES

Language = Literal["zh-CN", "zh-TW", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""All languages, in the order of the columns of messages; the first one is that of readers who ask for none of them."""
NAMES: dict[Language, str] = {"zh-CN": "简体中文", "zh-TW": "正體中文", "en": "English"}
"""The languages, each by its own name."""
TAGS: dict[Language, str] = {"zh-CN": "zh-Hans", "zh-TW": "zh-Hant-TW", "en": "en"}
"""What HTML calls the languages; fonts depend on it."""
COOKIE = "lang"
IN_URL = "baosou.language"
"""The key of the WSGI environment for the language that the address of a request names, or None."""

_PRINTED_LABEL = re.compile(r"[A-Z]{0,2}\d+")
_FIRST_WORDS = 24
_TRADITIONAL = {"hant", "tw", "hk", "mo"}
_LOCALES: dict[Language, str] = {"zh-CN": "zh_CN", "zh-TW": "zh_TW", "en": "en_GB"}
_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


def language_of(tag: str) -> Language | None:
    """Return the language of the site for a language tag, or None if it has none.

    >>> [language_of(tag) for tag in ("zh", "zh-SG", "zh-Hant", "zh_HK", "EN-us", "fr", "")]
    ['zh-CN', 'zh-CN', 'zh-TW', 'zh-TW', 'en', None, None]
    """
    first, *others = tag.lower().replace("_", "-").split("-")
    if first == "en":
        return "en"
    if first != "zh":
        return None
    return "zh-CN" if "hans" in others or _TRADITIONAL.isdisjoint(others) else "zh-TW"


@dataclass(frozen=True, slots=True)
class Translator:
    """Formats messages in one language.

    >>> [Translator(language)("articles_head") for language in LANGUAGES]
    ['篇数', '篇數', 'Articles']
    >>> Translator("zh-CN")("articles", n=1200), Translator("en")("articles", n=1)
    ('1,200 篇', '1 article')
    """

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return a message with its values filled in.

        For a message of the form `one|many`, `n` selects the part.
        """
        message = MESSAGES[key][LANGUAGES.index(self.language)]
        one, _, many = message.partition("|")
        return (many if many and values.get("n") != 1 else one).format(**values)

    @property
    def tag(self) -> str:
        """The language tag for HTML."""
        return TAGS[self.language]

    @property
    def locale(self) -> str:
        """The name of the locale for previews."""
        return _LOCALES[self.language]

    @property
    def others(self) -> tuple[Language, ...]:
        """The languages that the language switch offers."""
        return tuple(language for language in LANGUAGES if language != self.language)

    @property
    def is_chinese(self) -> bool:
        """Whether dates are written as in Chinese."""
        return self.language != "en"

    def day(self, day: date | None) -> str:
        """Return a date in words.

        >>> Translator("zh-CN").day(date(2023, 4, 14)), Translator("en").day(date(2023, 4, 14))
        ('2023年4月14日', '14 April 2023')
        """
        if day is None:
            return self("undated")
        return f"{day.year}年{day.month}月{day.day}日" if self.is_chinese else f"{day.day} {day:%B %Y}"

    def weekday(self, day: date | None) -> str:
        """Return the day of the week, or an empty string without a date."""
        if day is None:
            return ""
        return _WEEKDAYS[day.weekday()] if self.is_chinese else f"{day:%A}"

    def day_of_year(self, month: int, day: int) -> str:
        """Return a day of any year in words.

        >>> Translator("zh-CN").day_of_year(3, 8), Translator("en").day_of_year(3, 8)
        ('3月8日', '8 March')
        """
        return f"{month}月{day}日" if self.is_chinese else f"{day} {month_name[month]}"

    def page(self, label: str) -> str:
        """Return the name of a page; a label that is not printed (`p003`) is unchanged.

        >>> Translator("zh-CN").page("A05"), Translator("en").page("A05"), Translator("zh-CN").page("p003")
        ('第A05版', 'page A05', 'p003')
        """
        return self("page_label", page=label) if _PRINTED_LABEL.fullmatch(label) else label

    def title(self, article: Article | ArticleSummary) -> str:
        """Return the headline of an article, or a note and the first words if it lacks one."""
        return article.headline or self("no_headline") + shorten(article.lead, _FIRST_WORDS)

    def source(self, source: str) -> str:
        """Return where something was read from, in words; a source without words, like a file's tag, is unchanged."""
        key = f"source_{source.replace(' ', '_').replace('.', '_')}"
        return self(key) if key in MESSAGES else source

    def kind(self, kind: str) -> str:
        """Return the name of a kind of article; an unknown kind is unchanged."""
        names = (kind, *KINDS.get(kind, (kind, kind)))
        return names[LANGUAGES.index(self.language)]


def translator() -> Translator:
    """Return the translator of this request.

    Its language is the one that the address names, else the choice of the reader, else the preference of the browser,
    else simplified Chinese.
    """
    if "translator" not in g:
        named = request.environ.get(IN_URL)
        g.translator = Translator(named or language_of(request.cookies.get(COOKIE, "")) or _preferred())
    return cast(Translator, g.translator)


def depends_on_reader() -> bool:
    """Return whether the answer to this request is in a language that its address doesn't name."""
    return "translator" in g and not request.environ.get(IN_URL)


def _preferred() -> Language:
    known = (language_of(tag) for tag, quality in request.accept_languages if quality)
    return next(filter(None, known), LANGUAGES[0])
