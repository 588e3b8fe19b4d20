"""Find what a text that stands nowhere in an archive may be a misspelling of: texts one edit away that do stand there.

The candidates are words of the index, texts with a letter that sounds or looks alike, and texts that differ in any one
letter. Names seldom are words (jieba cuts 王砚秋 apart), so letters around and between what is left of the text are
looked at too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from functools import cache

from indexer.engines.base import Reader
from indexer.engines.near_texts import shorter_or_swapped
from indexer.model import Phrase, Request, TextCount
from indexer.text.bulk_folding import SEPARATOR, fold_lines
from indexer.text.folding import fold
from indexer.text.lookalikes import similar_characters
from indexer.text.tables import table_lines
from indexer.text.tokenizer import folded_query_words, is_in_dictionary

LENGTHS = range(2, 13)
"""Texts of these lengths have near spellings. Shorter ones are near to too much, longer ones are no words or names."""

_TERMS = 40
_LETTERS = 4  # between two parts of the text, at each place
_SAMPLE = 16  # newest articles whose texts are read for what stands before and after a part
_LEAST_CERTAIN = 4  # letters; a text this long differs from another by a letter for one reason only
_BLURRED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
_FIRST_BLURRED = {"l": "n", "f": "h", "r": "l"}


def near_spellings(reader: Reader, text: str, limit: int) -> tuple[TextCount, ...]:
    """Return texts near a folded text and how many articles hold each, the likeliest first.

    First come those with a letter that is read the same or looks alike, then one that is read nearly the same, then
    all others, each by count descending. The text itself should be in no article.
    """
    if len(text) not in LENGTHS:
        return ()
    terms = {one.text for one in reader.near_terms(text, _TERMS)}
    held = _held_parts(reader, text)
    alike = _alike(text, [place for place in range(len(text)) if {text[:place], text[place + 1 :]} <= held])
    candidates = dict.fromkeys((*alike, *terms, *shorter_or_swapped(text), *_with_other_letters(reader, text, held)))
    candidates.pop(text, None)
    likely = [other for other in candidates if _is_likely(other, text, is_term=other in terms, is_alike=other in alike)]
    counts = zip(likely, reader.holding(likely), strict=True)
    found = [TextCount(other, count) for other, count in counts if count]
    found.sort(key=lambda one: (alike.get(one.text, 2), -one.count, one.text))
    return tuple(_apart(found)[:limit])


def _apart(found: Iterable[TextCount]) -> list[TextCount]:
    """Return texts without those that are part of a likelier one."""
    kept: list[TextCount] = []
    for one in found:
        if not any(one.text in likelier.text for likelier in kept):
            kept.append(one)
    return kept


def _held_parts(reader: Reader, text: str) -> set[str]:
    """Return the beginnings and ends of a text that stand in an article; those of less than two letters as well."""
    parts = [part for place in range(1, len(text)) for part in (text[:place], text[place:])]
    longer = [part for part in parts if len(part) > 1]
    counts = zip(longer, reader.holding(longer), strict=True)
    return {"", *(part for part in parts if len(part) == 1), *(part for part, count in counts if count)}


def _is_likely(text: str, typed: str, *, is_term: bool, is_alike: bool) -> bool:
    """Return whether a text may be meant by itself, not only a stretch of words that happen to meet (妇联举)."""
    if len(text) < LENGTHS.start:
        return False
    if is_term or len(text) >= _LEAST_CERTAIN or is_in_dictionary(text):
        return True
    if len(text) == LENGTHS.start:
        return False
    if is_alike:
        return True
    if len(text) == len(typed) and (text[1:] == typed[1:] or text[:-1] == typed[:-1]):
        kept = text[1:] if text[1:] == typed[1:] else text[:-1]
        return not is_in_dictionary(kept)
    return not any(len(word) > 1 and is_in_dictionary(word) for word in folded_query_words(text))


# --- letters that are alike


def _alike(text: str, places: Iterable[int]) -> dict[str, int]:
    """Return the texts with a letter that sounds or looks alike in one place, and how far it is from that letter.

    It is 0 for the same sound or the same look, 1 for nearly the same sound.
    """
    found: dict[str, int] = {}
    for place in places:
        for other, distance in _similar(text[place]).items():
            found[text[:place] + other + text[place + 1 :]] = distance
    return found


@cache
def _similar(letter: str) -> dict[str, int]:
    """Return letters that are read or look like a letter (0), or are read nearly so (1)."""
    syllables = _syllables().get(letter, ())
    blurred = {other for syllable in syllables for other in _by_blurred_sound().get(_blurred(syllable), "")}
    same = {other for syllable in syllables for other in _by_sound()[syllable]}
    same |= set(map(fold, similar_characters(letter)))
    return {other: 0 if other in same else 1 for other in sorted(blurred | same) if other != letter}


def _blurred(syllable: str) -> str:
    """Return a syllable without what many speakers don't tell apart.

    >>> _blurred("cheng"), _blurred("cen"), _blurred("liu"), _blurred("niu")
    ('cen', 'cen', 'niu', 'niu')
    """
    for exact, blurred in _BLURRED:
        syllable = syllable.replace(exact, blurred)
    return _FIRST_BLURRED.get(syllable[0], syllable[0]) + syllable[1:]


@cache
def _by_sound() -> dict[str, str]:
    """Return the letters that are read as each syllable."""
    return dict(line.split("\t") for line in table_lines("indexer.search", "sounds.tsv"))


@cache
def _by_blurred_sound() -> dict[str, str]:
    found: dict[str, str] = {}
    for syllable, letters in _by_sound().items():
        found[_blurred(syllable)] = found.get(_blurred(syllable), "") + letters
    return found


@cache
def _syllables() -> dict[str, tuple[str, ...]]:
    """Return the syllables that each letter is read as."""
    found: dict[str, tuple[str, ...]] = {}
    for syllable, letters in _by_sound().items():
        for letter in letters:
            found[letter] = (*found.get(letter, ()), syllable)
    return found


# --- any other letter


def _with_other_letters(reader: Reader, text: str, held: Set[str]) -> Iterator[str]:
    """Yield texts of the archive with another letter in one place, or with one letter more.

    A text that stands nowhere can't stand with a letter more at an end.
    """
    for place in range(1, len(text)):
        before, after = text[:place], text[place:]
        for behind in (after, after[1:]):
            if before in held and behind in held:
                yield from (before + one.text + behind for one in _letters(reader, before, behind))
    if len(text) > LENGTHS.start:
        yield from (letter + text[1:] for letter in _letters_beside(reader, text[1:], before=True))
        yield from (text[:-1] + letter for letter in _letters_beside(reader, text[:-1], before=False))


def _letters(reader: Reader, before: str, after: str) -> Iterable[TextCount]:
    return [one for one in reader.letters_between(before, after, _LETTERS) if one.text.isalnum()]


def _letters_beside(reader: Reader, part: str, *, before: bool) -> list[str]:
    """Return the letters that most often stand before or after a part of the text, in the newest articles with it."""
    newest = reader.search(Request(Phrase(part, ()), sort="newest", size=_SAMPLE, facets=())).hits
    found: Counter[str] = Counter()
    for hit in newest:
        for line in fold_lines(hit.document.article.lines).folded.split(SEPARATOR):
            pieces = line.split(part)
            found.update(piece[-1:] if before else piece[:1] for piece in (pieces[:-1] if before else pieces[1:]))
    return [letter for letter, _ in found.most_common() if letter.isalnum()][:_LETTERS]
