"""An article as a record for reference managers: RIS, BibTeX, CSL-JSON."""

from __future__ import annotations

import re
from datetime import date

from webui.citation.cited import Cited, Retrieval

RIS, BIBTEX = "application/x-research-info-systems", "application/x-bibtex"
CSL_JSON = "application/vnd.citationstyles.csl+json"

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}%&#_$"},
}
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9:_-]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def ris(cited: Cited, search: str = "") -> str:
    """Return an article as an RIS record, with the CRLF line ends of that format.

    `search` is a line about the search that found it.
    """
    day, retrieval = cited.date, cited.retrieval
    fields = [
        ("TY", "NEWS"),
        *(("AU", name) for name in cited.authors),
        ("TI", cited.title),
        ("T2", cited.paper),
        ("DA", f"{day:%Y/%m/%d}" if day else ""),
        ("PY", f"{day:%Y}" if day else ""),
        ("SE", cited.section),
        ("SP", ", ".join(cited.pages)),
        ("LA", "zh"),
        ("UR", cited.address),
        ("Y2", f"{retrieval.day:%Y/%m/%d}"),
        ("DB", retrieval.site),
        ("N1", version_note(retrieval)),
        ("N1", search),
    ]
    lines = [f"{tag}  - {one_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", "", ""])


def bibtex(cited: Cited, search: str = "") -> str:
    r"""Return an article as a BibTeX entry; BibLaTeX reads it too.

    >>> retrieval = Retrieval("报搜", date(2026, 11, 29), "2026-11-29.4")
    >>> day = date(2019, 3, 8)
    >>> cited = Cited("demo-1", "50% & 更多", ("王", "李"), "甲报", day, ("01",), "", "http://a/b", retrieval)
    >>> print(bibtex(cited))
    @article{demo-1,
      author = {{王} and {李}},
      title = {{50\% \& 更多}},
      journal = {甲报},
      entrysubtype = {newspaper},
      date = {2019-03-08},
      year = {2019},
      pages = {01},
      url = {http://a/b},
      urldate = {2026-11-29},
      note = {报搜，版本 2026-11-29.4},
      langid = {chinese},
    }
    <BLANKLINE>
    """
    day, retrieval = cited.date, cited.retrieval
    notes = "；".join(filter(None, (version_note(retrieval), search)))
    fields = [
        ("author", " and ".join(f"{{{_escaped(name)}}}" for name in cited.authors)),
        ("title", f"{{{_escaped(cited.title)}}}"),
        ("journal", _escaped(cited.paper)),
        ("entrysubtype", "newspaper"),
        ("date", day.isoformat() if day else ""),
        ("year", f"{day:%Y}" if day else ""),
        ("pages", _escaped(", ".join(cited.pages))),
        ("url", cited.address),
        ("urldate", retrieval.day.isoformat()),
        ("note", _escaped(notes)),
        ("langid", "chinese"),
    ]
    lines = [f"  {name} = {{{value}}}," for name, value in fields if value]
    return "\n".join([f"@article{{{_NOT_IN_KEYS.sub('-', cited.id)},", *lines, "}", ""])


def csl_json(cited: Cited) -> dict[str, object]:
    """Return an article as an item of CSL-JSON, without the fields that it lacks."""
    retrieval = cited.retrieval
    item: dict[str, object] = {
        "id": cited.id,
        "type": "article-newspaper",
        "title": cited.title,
        "author": [{"literal": name} for name in cited.authors],
        "container-title": cited.paper,
        "issued": _date_parts(cited.date) if cited.date else None,
        "page": ", ".join(cited.pages),
        "section": cited.section,
        "URL": cited.address,
        "accessed": _date_parts(retrieval.day),
        "archive": retrieval.site,
        "version": retrieval.version,
        "language": "zh-CN",
    }
    return {name: value for name, value in item.items() if value}


def version_note(retrieval: Retrieval) -> str:
    """Return the name of the site and the version of the archive."""
    return f"{retrieval.site}，版本 {retrieval.version}"


def one_line(text: str) -> str:
    """Return a text without line breaks and control characters, which would end a field early."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in one_line(text))


def _date_parts(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}
