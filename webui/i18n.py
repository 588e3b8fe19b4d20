"""Which language the site speaks to whom, and how it says things. Every word it says stands in `messages`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from flask import request

from indexer.model import Article, BriefArticle
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
    """Says messages in one language.

    >>> Translator("zh")("articles", n=1200), Translator("en")("articles", n=1)
    ('1,200 篇', '1 article')
    """

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return a message with its values filled in. `one|many` in a message is told apart by `n`."""
        message = MESSAGES[key][LANGUAGES.index(self.language)]
        one, _, many = message.partition("|")
        return (many if many and values.get("n") != 1 else one).format(**values)

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return "zh-Hans" if self.language == "zh" else "en"

    @property
    def other(self) -> Language:
        """The language that the switch leads to."""
        return "en" if self.language == "zh" else "zh"

    def day(self, day: date | None) -> str:
        """Return a date as one says it.

        >>> Translator("zh").day(date(2023, 4, 14)), Translator("en").day(date(2023, 4, 14))
        ('2023年4月14日', '14 April 2023')
        """
        if day is None:
            return self("undated")
        return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh" else f"{day.day} {day:%B %Y}"

    def weekday(self, day: date | None) -> str:
        """Return the day of the week, nothing for no date."""
        if day is None:
            return ""
        return _WEEKDAYS[day.weekday()] if self.language == "zh" else f"{day:%A}"

    def page(self, label: str) -> str:
        """Return the name of a page; a label that isn't a printed one (`p003`) stands for itself.

        >>> Translator("zh").page("A05"), Translator("en").page("A05"), Translator("zh").page("p003")
        ('第A05版', 'page A05', 'p003')
        """
        return self("page_label", page=label) if _PRINTED_LABEL.fullmatch(label) else label

    def title(self, article: Article | BriefArticle) -> str:
        """Return an article's headline; for one without, its first words, marked as such."""
        return article.headline or self("no_headline") + shorten(article.lead, _FIRST_WORDS)

    def kind(self, kind: str) -> str:
        """Return the name of a kind of article; a kind that isn't known stays as it is."""
        return KINDS.get(kind, kind) if self.language == "en" else kind


def translator() -> Translator:
    """Return the translator of this request: the reader's choice, else what the browser asks for, else Chinese."""
    chosen = request.cookies.get(COOKIE)
    if chosen not in LANGUAGES:
        chosen = request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
    return Translator("en" if chosen == "en" else "zh")
