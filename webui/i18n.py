"""Choose the language of a request and format messages.

All texts are in `messages`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from flask import request

from indexer.model import Article, ArticleSummary
from webui.filters import shorten
from webui.messages import KINDS, MESSAGES

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
COOKIE = "lang"

_PRINTED_LABEL = re.compile(r"[A-Z]{0,2}\d+")
_FIRST_WORDS = 24
_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


@dataclass(frozen=True, slots=True)
class Translator:
    """Formats messages in one language.

    >>> Translator("zh")("articles", n=1200), Translator("en")("articles", n=1)
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
        return "zh-Hans" if self.language == "zh" else "en"

    @property
    def other(self) -> Language:
        """The language that the language switch selects."""
        return "en" if self.language == "zh" else "zh"

    def day(self, day: date | None) -> str:
        """Return a date in words.

        >>> Translator("zh").day(date(2023, 4, 14)), Translator("en").day(date(2023, 4, 14))
        ('2023年4月14日', '14 April 2023')
        """
        if day is None:
            return self("undated")
        return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh" else f"{day.day} {day:%B %Y}"

    def weekday(self, day: date | None) -> str:
        """Return the day of the week, or an empty string without a date."""
        if day is None:
            return ""
        return _WEEKDAYS[day.weekday()] if self.language == "zh" else f"{day:%A}"

    def page(self, label: str) -> str:
        """Return the name of a page; a label that is not printed (`p003`) is unchanged.

        >>> Translator("zh").page("A05"), Translator("en").page("A05"), Translator("zh").page("p003")
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
        return KINDS.get(kind, kind) if self.language == "en" else kind


def translator() -> Translator:
    """Return the translator of this request.

    The language is the choice of the reader, else the preference of the browser, else Chinese.
    """
    chosen = request.cookies.get(COOKIE)
    if chosen not in LANGUAGES:
        chosen = request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
    return Translator("en" if chosen == "en" else "zh")
