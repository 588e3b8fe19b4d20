"""`<page>.corrections.jsonl`: what librarians corrected, withdrew and withheld on a page, beside its page file.

Each line is a `Correction` as JSON. Lines are only appended; a correction is taken back by another line that undoes it,
and an undo can be undone like any other line. The files are the truth about corrections: whatever an index holds of
them is made from here again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, get_args

import msgspec
from msgspec import Struct

from indexer.archive.appended_lines import AppendedLines
from indexer.model import Kind
from indexer.readers.names import stem_and_suffix

SUFFIX = ".corrections.jsonl"

Action = Literal["set", "split", "join", "withdraw", "withhold", "undo"]
Value = str | tuple[str | dict[str, str], ...]
"""A text, the paths of localities, or the names of a byline with their roles."""

TEXTS = ("headline", "kicker", "subtitle", "section")
FIELDS = (*TEXTS, "text", "byline", "date", "page", "localities", "kind")
"""What can be set. `text` is a place in a paragraph or caption; the others are set as a whole."""
FIELDS_OF_PAGES = ("date", "page", "section")
"""What can be set for all articles of a page at once."""
_LONGEST_LABEL = 20


class Traits(Struct, frozen=True):
    """What an article is found again by when its id is another one in a new scan."""

    headline: str
    lead: str


class Correction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a corrections file, or what is to become one.

    `n` is its number in the file. `article` is the id that the article had at the time, "" where the line is about the
    whole page; `becomes` is the id that it had afterwards, where that differs. `before` and `after` are

    - set: the value of the field; for `text`, a place in a paragraph, and what should stand there
    - split: the first words of the paragraph that begins another article, and the headline of that article
    - join: the id or headline of the article that becomes part of this one
    - withhold: the passage that is not shown

    `reason` is for librarians; of a withdrawn article or a withheld passage, readers see `public_reason` instead.
    `of` is the number of the line that an undo takes back.
    """

    n: int = 0
    time: str = ""
    author: str = ""
    reason: str = ""
    article: str = ""
    becomes: str = ""
    action: Action
    field: str = ""
    before: Value = ""
    after: Value = ""
    public_reason: str = ""
    of: int = 0
    find: Traits | None = None

    @property
    def told(self) -> str:
        """The reason that readers are shown."""
        return self.public_reason if self.action in ("withdraw", "withhold") else self.reason


class CorrectionLines(Struct, frozen=True):
    """The lines of a corrections file that can be read, and a sentence about each that can't."""

    lines: tuple[Correction, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def undone(self) -> frozenset[int]:
        """The numbers of the lines that are not in force.

        >>> first, second = Correction(n=1, action="withdraw"), Correction(n=2, action="undo", of=1)
        >>> sorted(CorrectionLines((first, second)).undone)
        [1]
        >>> sorted(CorrectionLines((first, second, Correction(n=3, action="undo", of=2))).undone)
        [2]
        """
        off = set[int]()
        for line in reversed(self.lines):
            if line.action == "undo" and line.n not in off:
                off.add(line.of)
        return frozenset(off)

    @property
    def kept_back(self) -> frozenset[str]:
        """The ids of articles of which something must not be seen: those withdrawn, those with withheld passages."""
        undone = self.undone
        lines = [line for line in self.lines if line.action in ("withdraw", "withhold") and line.n not in undone]
        return frozenset(one for line in lines for one in (line.article, line.becomes) if one)


_decode = msgspec.json.Decoder(Correction).decode
_encode = msgspec.json.Encoder().encode


def beside(page: Path) -> Path:
    """Return the path of the corrections file of a page file.

    >>> str(beside(Path("demo/2019-03-08/A05.txt")))
    'demo/2019-03-08/A05.corrections.jsonl'
    """
    return page.with_name(stem_and_suffix(page.name)[0] + SUFFIX)


def read(path: Path) -> CorrectionLines:
    """Read a corrections file, which need not exist. Raises ArchiveError when it can't be opened."""
    lines: list[Correction] = []
    problems: list[str] = []
    numbers = set[int]()
    file = AppendedLines(path)
    for place, raw in enumerate(file.raw(), 1):
        if not raw.strip():
            continue
        try:
            line = _decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            problems.append(f"line {place} of {path.name} is no correction ({error}); repair it or take it out")
            continue
        problem = problem_with(line)
        if line.n <= (lines[-1].n if lines else 0):
            problem = f"its number is {line.n}, but numbers only rise"
        elif line.action == "undo" and line.of not in numbers:
            problem = f"there is no line {line.of} before it to undo"
        if problem:
            problems.append(f"line {place} of {path.name} is not in force: {problem}")
        else:
            lines.append(line)
            numbers.add(line.n)
    return CorrectionLines(tuple(lines), tuple(problems))


def append(path: Path, lines: Iterable[Correction]) -> None:
    """Append lines permanently: when this returns, they are on the disk. Raises ArchiveError when they can't be."""
    AppendedLines(path).append("".join(_encode(line).decode() + "\n" for line in lines))


def problem_with(line: Correction) -> str:
    """Say what is wrong with a correction, whatever it is applied to; "" if nothing is.

    >>> problem_with(Correction(action="set", field="date", after="2019-02-30"))
    '“2019-02-30” is not a date; write it as 2019-03-08, or leave it empty for none'
    """
    match line.action:
        case "set":
            return _problem_with_value(line)
        case "split":
            return "" if line.before and isinstance(line.before, str) else "it doesn't say where the article is split"
        case "join":
            return "" if line.before and isinstance(line.before, str) else "it doesn't say which article to join"
        case "withhold":
            has_letters = isinstance(line.before, str) and any(map(str.isalnum, line.before))
            return "" if has_letters else "a passage to be withheld needs letters or digits"
    return ""


def _problem_with_value(line: Correction) -> str:
    field, after = line.field, line.after
    if field not in FIELDS:
        return f"there is no field {field or '“”'}; name one of {', '.join(FIELDS)}"
    if not line.article and line.n and field not in FIELDS_OF_PAGES:
        return f"{field} can't be set for a whole page; name an article"
    if field in ("byline", "localities"):
        return _problem_with_list(field, after)
    if not isinstance(after, str):
        return f"{field} needs a text"
    if "\n" in after or "\r" in after:
        return f"{field} can't have line breaks; write it in one line"
    match field:
        case "text":
            has_words = isinstance(line.before, str) and line.before.strip()
            return "" if has_words else "it doesn't say which words to replace"
        case "date" if after and not _is_date(after):
            return f"“{after}” is not a date; write it as 2019-03-08, or leave it empty for none"
        case "page" if not after.strip() or "/" in after or len(after) > _LONGEST_LABEL:
            return f"“{after}” is not the label of a page; write it as printed: 01, A05, 2"
        case "kind" if after not in get_args(Kind):
            return f"“{after}” is not a kind of article; name one of {', '.join(get_args(Kind))}"
    return ""


def _problem_with_list(field: str, after: Value) -> str:
    if isinstance(after, str):
        return f"{field} needs a list"
    if field == "localities":
        right = all(isinstance(one, str) and all(part.strip() for part in one.split("/")) for one in after)
        return "" if right else "a locality is a path like 河南省/驻马店市"
    right = all(isinstance(one, dict) and one.keys() == {"name", "role"} and one["name"].strip() for one in after)
    return "" if right else "each name of a byline has a name and a role"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def numbered(lines: Sequence[Correction], after: CorrectionLines) -> tuple[Correction, ...]:
    """Return new lines with the numbers that follow those of a file."""
    first = after.lines[-1].n + 1 if after.lines else 1
    return tuple(msgspec.structs.replace(line, n=first + at) for at, line in enumerate(lines))
