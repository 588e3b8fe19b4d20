"""Split text into words, which ranking counts and queries match.

This is the only module that uses jieba. A text is split at white space and each chunk is folded. A folded chunk gives
these words:

- From runs of Han characters, the words of jieba's search mode: 长江大桥 gives 长江, 大桥 and 长江大桥. A character
  that jieba does not treat as Han (beyond U+9FD5, or of another Han block) is a word by itself.
- From letters and digits, the whole run (pm2.5, 8.5%, c++), its parts where letters and digits meet (pm, 2.5), and the
  run with the Han character after it (2023年, e卡), which is usually its unit.
- From dates, years and separated numbers, the words of their plainest spelling (`numerals`).
- From single Han characters between white space, the words that they form without it (`spaced_words`).

Other characters give no words. The words of a query are the same but without overlaps. A text therefore contains the
words of any quotation from it, provided that jieba splits both alike.

rjieba is jieba in Rust with the same dictionary, and about fifteen times as fast. It is used if it is installed. Both
give the same words because they receive only Han characters. Dictionaries are loaded on first use, not at import.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from indexer.model import WITHHELD, Article, Document, Field, Token, TokenisedDocument, Unit
from indexer.text.bulk_folding import SEPARATOR, fold_together
from indexer.text.folding import fold, fold_with_places
from indexer.text.furniture_letters import as_furniture
from indexer.text.numerals import numeral_words, numerals
from indexer.text.spaced_letters import spaced_texts
from indexer.text.tables import table_lines, table_text

_RULES = "3"  # increment it with every change to a rule of folding or tokenising: existing indexes are then stale

_FOLDED_WORDS = "folded_words.tsv"
_GAP = fold(WITHHELD)

_CUTTABLE = "\u4e00-\u9fd5"  # what jieba treats as Han
_OTHER_HAN = "\u2e80-\u2fdf々〇〡-〩〸-〻\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECES = re.compile(
    rf"""(?P<han>[{_CUTTABLE}]+)
       | (?P<rare>[{_OTHER_HAN}])
       | (?P<run>(?:(?![{_CUTTABLE}{_OTHER_HAN}])[^\W_])+  # letters and digits of any script
             (?:(?<=[0-9])\.[0-9]+)*                       # 8.5, pm2.5
             (?:(?<=[0-9])[%‰] | (?<=[a-z])(?:\+\+|\#))?)  # 8.5%, c++, c#
    """,
    re.VERBOSE,
)
_PARTS = re.compile(r"[0-9]+(?:\.[0-9]+)*|[^\W\d_]+")
_HAN = re.compile(f"[{_CUTTABLE}{_OTHER_HAN}]")
_CUTTABLE_LETTER = re.compile(f"[{_CUTTABLE}]")
_BEFORE_CUTTABLE = re.compile(f".*[^{_CUTTABLE}]", re.DOTALL)
_UNCUTTABLE = re.compile(f"([^{_CUTTABLE}]+)")
_CHUNK = re.compile(r"\S+")

Piece = tuple[str, int, int]
"""A word and its start and end in the folded text."""


# --- jieba


class Cutter(NamedTuple):
    """The functions of jieba that are used here.

    `cut` splits Han characters into words and `cut_for_search` into overlapping words. `has_word` returns whether a
    word is in the dictionary.
    """

    cut: Callable[[str], list[str]]
    cut_for_search: Callable[[str], list[str]]
    has_word: Callable[[str], bool]


def rust_cutter() -> Cutter:
    """Load jieba in Rust. Raises ImportError when rjieba is not installed."""
    import rjieba  # loads its built-in dictionary; a second one would take another tenth of a second

    for word, frequency in _folded_words():
        rjieba.add_word(word, frequency, "")
    return Cutter(rjieba.cut, rjieba.cut_for_search, rjieba.has_word)


def python_cutter() -> Cutter:
    """Load jieba in a separate tokenizer, unaffected by words that other code adds."""
    with warnings.catch_warnings():
        # Python warns about the spelling of its regular expressions, and setuptools about its use.
        warnings.simplefilter("ignore")
        import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    for word, frequency in _folded_words():
        tokenizer.add_word(word, frequency)
    return Cutter(tokenizer.lcut, tokenizer.lcut_for_search, lambda word: bool(tokenizer.FREQ.get(word)))


def _folded_words() -> Iterator[tuple[str, int]]:
    """Yield the folded form and frequency of dictionary words that folding changes."""
    for line in table_lines("indexer.text", _FOLDED_WORDS):
        word, frequency = line.split("\t")
        yield word, int(frequency)


_loading = Lock()


@cache
def _cutter() -> Cutter:
    with _loading:  # the first readers of a new server come all at once, and words can't be added while others cut
        return _loaded()


@cache
def _loaded() -> Cutter:
    try:
        return rust_cutter()
    except ImportError:
        return python_cutter()


def dictionary() -> str:
    """Return jieba's dictionary.

    Each line has a word, its frequency in jieba's corpus, and a tag. Raises ModuleNotFoundError when jieba is not
    installed.
    """
    found = find_spec("jieba")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("jieba is not installed; run scripts/run or `pip install baosou`")
    return Path(found.origin).with_name("dict.txt").read_text(encoding="utf-8")


# --- words


def words(text: str) -> list[Token]:
    """Return the words of a text with their positions; words may overlap.

    >>> [token.text for token in words("2023年，長江 大橋")]
    ['2023', '2023年', '年', '长江', '大桥']
    >>> words("長 江")[1]
    Token(text='江', start=2, end=3)
    """
    found = []
    for chunk in _CHUNK.finditer(text):
        folded, places = fold_with_places(chunk[0])
        for word, start, end in pieces(folded):
            found.append(Token(word, chunk.start() + places[start], chunk.start() + places[end - 1] + 1))
    return found + spaced_words(text)


def spaced_words(text: str) -> list[Token]:
    """Return the words that single Han characters between white space form together.

    >>> spaced_words("李 四和")
    []
    >>> spaced_words("（李 四、童　謠）")
    [Token(text='李四', start=1, end=4), Token(text='童谣', start=5, end=8)]
    """
    found = []
    for joined, places in spaced_texts(text):
        folded, origins = fold_with_places(joined)
        for word, start, end in pieces(folded):
            if len(word) > 1:
                found.append(Token(word, places[origins[start]], places[origins[end - 1]] + 1))
    return found


def share_in_words(text: str) -> float:
    """Return the share of the letters of a Han text that are in dictionary words of two letters or more.

    >>> share_in_words("坚守岗位"), share_in_words("朵圆童"), share_in_words("")
    (1.0, 0.0, 0.0)
    """
    words = _cutter().cut(fold(text))
    known = sum(len(word) for word in words if len(word) > 1 and _cutter().has_word(word))
    return known / max(sum(map(len, words)), 1)


def query_words(text: str) -> tuple[str, ...]:
    """Return the distinct words of a query, without overlaps.

    >>> query_words("南京市长江大桥2023年")
    ('南京市', '长江大桥', '2023年')
    """
    return tuple(dict.fromkeys(chain.from_iterable(folded_query_words(fold(chunk)) for chunk in text.split())))


def folded_query_words(folded: str) -> tuple[str, ...]:
    """Return the distinct query words of a folded text that has no white space."""
    if not _UNCUTTABLE.search(folded):  # true of most query words; this saves a microsecond for each
        return tuple(dict.fromkeys(_cutter().cut(folded)))
    return tuple(dict.fromkeys(word for word, _, _ in query_pieces(folded)))


def query_pieces(folded: str) -> list[Piece]:
    """Return the query words, with positions, of a folded text that has no white space. They don't overlap.

    >>> query_pieces("长江大桥2023年")
    [('长江大桥', 0, 4), ('2023年', 4, 9)]
    """
    found: list[Piece] = []
    run_end = -1
    for match in _PIECES.finditer(folded):
        if match.lastgroup == "run":
            found.append((match[0], match.start(), match.end()))
            run_end = match.end() if match[0][-1].isalnum() else -1
            continue
        start = match.start()
        for word in _cutter().cut(match[0]) if match.lastgroup == "han" else [match[0]]:
            if start == run_end and len(word) == 1:  # a unit belongs to the number before it
                run, run_start, _ = found[-1]
                found[-1] = run + word, run_start, start + 1
            else:
                found.append((word, start, start + len(word)))
            start += len(word)
        run_end = -1
    return found


def bare_words(folded: str) -> tuple[str, ...]:
    """Return the words that a bare word of a query is searched for by: its numerals are read.

    >>> bare_words("二零二三年十一月二十日上午"), bare_words("1,200万元")
    (('2023-11-20', '上午'), ('1200', '万元'))
    """
    found: list[str] = []
    place = 0
    for numeral in numerals(folded):
        found += folded_query_words(folded[place : numeral.start])
        found.append(numeral.word)
        place = numeral.end
    return tuple(dict.fromkeys([*found, *folded_query_words(folded[place:])])) if found else folded_query_words(folded)


def is_word(text: str) -> bool:
    """Return whether a text is in jieba's dictionary and jieba keeps it as one word.

    >>> is_word("工会"), is_word("乾隆"), is_word("安全生产工会"), is_word("2023年")
    (True, True, False, False)
    """
    folded = fold(text)
    return query_words(text) == (folded,) and is_in_dictionary(folded)


def is_in_dictionary(folded: str) -> bool:
    """Return whether jieba's dictionary has a folded text, even if jieba splits it."""
    return _cutter().has_word(folded)


def pieces(folded: str) -> list[Piece]:
    """Return the words, with positions, of a folded text that has no white space.

    >>> pieces("长江大桥")
    [('长江', 0, 2), ('大桥', 2, 4), ('长江大桥', 0, 4)]
    """
    found: list[Piece] = []
    for match in _PIECES.finditer(folded):
        if match.lastgroup == "han":
            found += _han_pieces(match[0], match.start())
        elif match.lastgroup == "rare":
            found.append((match[0], match.start(), match.end()))
        else:
            found += _run_pieces(match[0], match.start(), folded[match.end() : match.end() + 1])
    return found + _numeral_pieces(folded)


def pieces_at(folded: str, place: int) -> list[Piece]:
    """Return the words of `pieces` that begin at a position.

    Only the text around that position is tokenised.

    >>> pieces_at("长江大桥", 0), pieces_at("长江大桥", 3)
    ([('长江', 0, 2), ('长江大桥', 0, 4)], [])
    """
    numerals_at = [piece for piece in _numeral_pieces(folded) if piece[1] == place]
    if _CUTTABLE_LETTER.match(folded, place):
        return _han_pieces_at(folded, place) + numerals_at
    match = next((found for found in _PIECES.finditer(folded) if found.end() > place), None)
    if match is None or match.start() > place:
        return []
    if match.lastgroup == "rare":
        return [(match[0], match.start(), match.end())]
    after = folded[match.end() : match.end() + 1]
    return [piece for piece in _run_pieces(match[0], match.start(), after) if piece[1] == place] + numerals_at


def _numeral_pieces(folded: str) -> list[Piece]:
    return [(word, found.start, found.end) for found in numerals(folded) for word in found.words]


def _han_pieces_at(folded: str, place: int) -> list[Piece]:
    before = _BEFORE_CUTTABLE.match(folded, 0, place)
    after = _UNCUTTABLE.search(folded, place)
    start = before.end() if before else 0
    for word in _cut_run(folded[start : after.start() if after else None]):
        if start + len(word) > place:
            found = [(part, place, place + len(part)) for part, at in _inner_words(word) if start + at == place]
            return [*found, (word, place, place + len(word))] if start == place else found
        start += len(word)
    return []


@lru_cache(maxsize=64)  # a long run without punctuation may be looked up at many positions
def _cut_run(run: str) -> list[str]:
    return _cutter().cut(run)


def _han_pieces(run: str, start: int) -> list[Piece]:
    """Return the words of jieba's search mode for a run of Han characters.

    Each word comes after the words of two and of three characters inside it.
    """
    found: list[Piece] = []
    for word in _cutter().cut(run):
        end = start + len(word)
        if len(word) > 2:
            found += [(inner, start + place, start + place + len(inner)) for inner, place in _inner_words(word)]
        found.append((word, start, end))
        start = end
    return found


@lru_cache(maxsize=1 << 16)
def _inner_words(word: str) -> tuple[tuple[str, int], ...]:
    """Return the shorter dictionary words inside a word, with their offsets."""
    has_word = _cutter().has_word
    spans = ((place, size) for size in (2, 3) if size < len(word) for place in range(len(word) - size + 1))
    return tuple((word[place : place + size], place) for place, size in spans if has_word(word[place : place + size]))


def _run_pieces(run: str, start: int, after: str) -> Iterator[Piece]:
    """Yield the words of a run of letters and digits.

    These are its parts, the whole run, and the whole run with the Han character after it.
    """
    parts = list(_PARTS.finditer(run))
    if len(parts) != 1 or parts[0][0] != run:
        for part in parts:
            yield part[0], start + part.start(), start + part.end()
    yield run, start, start + len(run)
    if _HAN.match(after) and run[-1].isalnum():
        yield run + after, start, start + len(run) + 1


# --- articles


def tokenise(document: Document, furniture: Iterable[str] = ()) -> TokenisedDocument:
    """Tokenise a document: the words of all its text and those of its headline.

    `furniture` holds the texts of its page's furniture. They have units, in letters of their own, and no words.
    """
    article = document.article
    read = _read(_texts(article))
    names = [one.name for one in article.byline]
    beside = [fold(chunk) for name in names for chunk in name.split()]
    beside += [fold(proposed) for _, proposed in article.lookalikes]  # so that misprints are found by the right word
    return TokenisedDocument(
        document,
        words=(*read.han_words, *read.other_words, *_word_texts(beside), *chain(*map(_spaced, names))),
        headline_words=(*_word_texts(map(fold, article.headline.split())), *_spaced(article.headline)),
        units=(*_units(article, read), *_furniture_units(furniture)),
    )


def unknown_words(article: Article) -> set[str]:
    """Return the Han words of an article that are not in the dictionary.

    In good text these are names; in bad text many are misread words. The byline is ignored.
    """
    found = set(_read(_texts(article)).han_words) - _met
    unknown = {word for word in found if len(word) > 1 and not _cutter().has_word(word)}
    _met.update(found - unknown)
    return unknown


_met: set[str] = set()
"""Words seen so far that need no look-up.

Looking up every word of every text would take three times as long.
"""


def _texts(article: Article) -> tuple[str, ...]:
    """Return the printed texts of an article, except its byline."""
    passages = (*article.captions, *article.paragraphs)
    return (article.kicker, article.headline, article.subtitle, *(passage.text for passage in passages))


class _Read(NamedTuple):
    """Folded texts and all their words: those from jieba and the others."""

    folded: Sequence[str]
    han_words: Sequence[str]
    other_words: Sequence[str]


@lru_cache(maxsize=512)  # the articles of an issue: text quality needs their words before they are indexed
def _read(texts: tuple[str, ...]) -> _Read:
    chunks = [text.split() for text in texts]
    joined = fold_together([*chain.from_iterable(chunks)]).folded
    pieces = iter(joined.split(SEPARATOR))
    folded = ["".join(islice(pieces, len(inside))) for inside in chunks]
    han_words, other_words = _cut(joined)
    spaced = [
        word for text, inside in zip(texts, chunks, strict=True) if _may_be_spaced(inside) for word in _spaced(text)
    ]
    return _Read(folded, han_words, other_words + spaced)


def _may_be_spaced(chunks: Sequence[str]) -> bool:
    """Return whether one of several chunks is a letter, perhaps with marks."""
    return len(chunks) > 1 and min(map(len, chunks)) < 4


def _spaced(text: str) -> list[str]:
    return [token.text for token in spaced_words(text)]


def _units(article: Article, read: _Read) -> tuple[Unit, ...]:
    """Return the units of an article in printed order, from top to bottom."""
    kicker, headline, subtitle, *passages = read.folded
    captions = len(article.captions)
    found: tuple[tuple[Field, Iterable[str]], ...] = (
        ("kicker", [kicker]),
        ("headline", [headline]),
        ("subtitle", [subtitle]),
        ("byline", [fold(one.name) for one in article.byline]),
        ("caption", passages[:captions]),
        ("paragraph", passages[captions:]),
    )
    units = tuple(Unit(field, text) for field, texts in found for text in texts if text)
    return tuple(_apart(units)) if any(_GAP in unit.text for unit in units) else units


def _apart(units: Iterable[Unit]) -> Iterator[Unit]:
    """Yield the units, each divided where a passage is withheld."""
    for unit in units:
        yield from (Unit(unit.field, text) for text in unit.text.split(_GAP) if text)


def _furniture_units(furniture: Iterable[str]) -> Iterator[Unit]:
    for text in furniture:
        yield from (Unit("furniture", as_furniture(part)) for part in fold(text).split(_GAP) if part)


def _word_texts(chunks: Iterable[str]) -> tuple[str, ...]:
    """Return the same words as `pieces` for folded chunks, in another order."""
    return tuple(chain(*_cut(SEPARATOR.join(chunks))))


def _cut(folded: str) -> tuple[list[str], list[str]]:
    """Split folded chunks, joined by separators, into jieba's words and other words.

    One call to jieba for all chunks is twice as fast. It returns the separators as words.
    """
    parts = _UNCUTTABLE.split(folded)  # even items are for jieba, odd ones are not
    han_words = _cutter().cut_for_search(SEPARATOR.join(parts[::2]))
    other_words = numeral_words(folded)
    for others, after in zip(parts[1::2], parts[2::2], strict=True):
        other_words += _other_words(others, after[:1] if others[-1].isalnum() else "")
    return [word for word in han_words if word != SEPARATOR], other_words


@lru_cache(maxsize=1 << 16)
def _other_words(text: str, after: str) -> tuple[str, ...]:
    """Return the words of a text that has no characters for jieba.

    `after` is the Han character that follows it, if the text ends in a letter or digit, else "".
    """
    found: list[str] = []
    for match in _PIECES.finditer(text):
        if match.lastgroup == "rare":
            found.append(match[0])
        else:
            found += [word for word, _, _ in _run_pieces(match[0], 0, (text + after)[match.end() : match.end() + 1])]
    return tuple(found)


def _fingerprint() -> str:
    """Hash what determines the words: tables, dictionary, Unicode version and rules."""
    digest = hashlib.sha256("\n".join((_RULES, unicodedata.unidata_version, version("jieba"))).encode())
    for name in ("han_forms.tsv", _FOLDED_WORDS):
        digest.update(table_text("indexer.text", name).encode())
    return digest.hexdigest()[:16]


FINGERPRINT = _fingerprint()
"""Changes whenever the same text may give different tokens."""
