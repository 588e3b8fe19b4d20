"""How the peers without a Chinese analyzer of their own get words: cut by jieba, or into bigrams."""

from __future__ import annotations

import logging
import re

import jieba

jieba.setLogLevel(logging.ERROR)
_RUN = re.compile("[\u3400-\u9fff]+|[a-z0-9.]+")


def jieba_words(text: str) -> list[str]:
    """Cut a text into the words of jieba's dictionary.

    >>> jieba_words("河边的气象台。")
    ['河边', '的', '气象台']
    """
    return [word for word in jieba.cut(text.lower()) if _RUN.search(word)]


def jieba_words_and_parts(text: str) -> list[str]:
    """Cut a text into words and the words that these contain.

    >>> jieba_words_and_parts("河边的气象台。")
    ['河边', '的', '气象', '气象台']
    """
    return [word for word in jieba.cut_for_search(text.lower()) if _RUN.search(word)]


def bigrams(text: str) -> list[str]:
    """Cut a text into bigrams; words in Latin letters and numbers stay whole.

    >>> bigrams("甲州市 2024年 A")
    ['甲州', '州市', '2024', '年', 'a']
    """
    return [part for run in _RUN.findall(text.lower()) for part in _parts(run)]


def _parts(run: str) -> list[str]:
    if run.isascii():
        return [run]
    return [run[place : place + 2] for place in range(max(len(run) - 1, 1))]
