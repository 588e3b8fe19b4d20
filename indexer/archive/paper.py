"""`paper.toml`: the settings that the archive's maintainers give for a newspaper."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import cast, get_args

from indexer.errors import SettingsError
from indexer.model import Paper, Rights

FILE_NAME = "paper.toml"

_RIGHTS: tuple[Rights, ...] = get_args(Rights)
_RIGHTS_LINE = re.compile(r"""^[ \t]*["']?(?P<key>[\w-]+)["']?[ \t]*=[ \t]*["']*(?P<value>[^"'#\n]*)""", re.MULTILINE)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_RHYTHM = ("weekdays", "pages")


def parse_paper(data: bytes, name: str, source: str) -> tuple[Paper, tuple[str, ...]]:
    """Parse the settings of a paper; return them with a warning per unknown key.

    `source` is the file's path inside the archive, for messages. Raises SettingsError for an invalid value.

    >>> paper, warnings = parse_paper(b'title = "Demo"\\nplase = "x"', "demo", "demo/paper.toml")
    >>> paper.title, warnings
    ('Demo', ('demo/paper.toml: unknown key “plase”; did you mean “place”?',))
    """
    table = _parse_toml(data, source)
    read: dict[str, Callable[[str, object], object]] = {
        "title": _text,
        "place": _place,
        "former_titles": _texts,
        "places": _places,
        "sections": _names,
        "rhythm": _rhythm,
        "rights": _rights,
        "contact": _contact,
    }
    values: dict[str, object] = {}
    for key in [key for key in table if key in read]:
        try:
            values[key] = read[key](key, table[key])
        except ValueError as problem:
            raise SettingsError(source, f"{problem}; until then the paper goes by default settings") from None
    rhythm = cast("Mapping[str, object]", values.get("rhythm", {}))
    warnings = _unknown(table, read, source) + _unknown(rhythm, _RHYTHM, source, "rhythm.")
    digest = hashlib.sha256(data).hexdigest()
    misspelt = [value for key, value in table.items() if key not in read and value in _RIGHTS]
    values.setdefault("rights", misspelt[0] if misspelt else "public")
    return Paper(name=name, digest=digest, **values), warnings  # type: ignore[arg-type]  # checked key by key above


def rights_meant(data: bytes) -> Rights:
    """Return the rights that settings which can't be used seem to give, rather too few than too many.

    >>> rights_meant(b'title = "Demo'), rights_meant(b'rights = "in-house"'), rights_meant(b'rigths = "metadata"')
    ('public', 'inhouse', 'metadata')
    """
    lines = list(_RIGHTS_LINE.finditer(data.decode("utf-8", "replace")))
    values = {line["value"].strip() for line in lines}
    if "metadata" in values:
        return "metadata"
    others = {line["value"].strip() for line in lines if line["key"] == "rights"} - {"public"}
    return "inhouse" if others or "inhouse" in values else "public"


def _parse_toml(data: bytes, source: str) -> dict[str, object]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SettingsError(source, "it is not UTF-8; save it again as UTF-8") from None
    except tomllib.TOMLDecodeError as problem:
        hint = 'text stands in straight quotes, as in title = "驻马店日报"'
        raise SettingsError(source, f"it is not valid TOML: {problem}; put it right ({hint})") from None
    except (ValueError, RecursionError, OverflowError):
        raise SettingsError(
            source, "it holds a number of thousands of digits, or hundreds of lists one in another; take that out"
        ) from None


def _unknown(table: Iterable[str], known: Iterable[str], source: str, prefix: str = "") -> tuple[str, ...]:
    warnings = []
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            remedy = f"did you mean “{prefix}{close[0]}”?" if close else f"known are {', '.join(known)}"
            warnings.append(f"{source}: unknown key “{prefix}{key}”; {remedy}")
    return tuple(warnings)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f'{key} must be text in quotes, not {_shown(value)}; write {key} = "…"')
    return value.strip()


def _texts(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f'{key} must be a list, not {_shown(value)}; write {key} = ["…", "…"]')
    return tuple(_text(f"each of {key}", item) for item in value)


def _place(key: str, value: object) -> str:
    parts = [part.strip() for part in _text(key, value).split("/")]
    if value and not all(parts):
        raise ValueError(f"{key} must be a path of places, not {_shown(value)}; write it like 河南省/驻马店市")
    return "/".join(parts)


def _places(key: str, value: object) -> dict[str, str]:
    return {alias: _place(f"{key}.{alias}", path) for alias, path in _table(key, value).items()}


def _names(key: str, value: object) -> dict[str, str]:
    return {alias: _text(f"{key}.{alias}", name) for alias, name in _table(key, value).items()}


def _table(key: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f'{key} must be a table, not {_shown(value)}; write [{key}] and below it lines of "…" = "…"')
    return value


def _rhythm(key: str, value: object) -> dict[str, object]:
    table = _table(key, value)
    days = table.get("weekdays", [])
    if not isinstance(days, list) or not all(type(day) is int and 1 <= day <= 7 for day in days):
        raise ValueError(
            f"{key}.weekdays must list days from 1 (Monday) to 7 (Sunday), not {_shown(days)}; write [1, 2, 3]"
        )
    pages = table.get("pages", 1)
    if type(pages) is not int or pages < 1:
        raise ValueError(f"{key}.pages must be how many pages an issue has, not {_shown(pages)}; write pages = 4")
    return table


def _rights(key: str, value: object) -> Rights:
    if value not in _RIGHTS:
        raise ValueError(f"{key} must be one of {', '.join(_RIGHTS)}, not {_shown(value)}")
    return value


def _contact(key: str, value: object) -> str:
    address = _text(key, value)
    if address and not _ADDRESS.fullmatch(address):
        raise ValueError(f'{key} must be one mail address, not {_shown(value)}; write it like "errata@example.cn"')
    return address


_LONGEST_SHOWN = 80


def _shown(value: object) -> str:
    """Return a value for a message, cut short if it is long."""
    try:
        text = f"“{value}”" if isinstance(value, str) else repr(value)
    except (ValueError, RecursionError):  # a hexadecimal number of thousands of digits has no decimal form
        return "a value too long to show"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
