"""Articles as rows of a table and as records, one a line: each says by itself which list it is from, and when."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from indexer.model import DocumentSummary
from webui.citation import pages
from webui.citation.forms import gb_t_7714
from webui.exporting.results import Results

_FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
"""Excel takes a cell that begins so for a formula; in East Asia the wide signs too."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
MOST_IN_CELL = 32_767
"""Excel spills what exceeds this over the rows below. It counts in UTF-16."""
_CUT = "……〔单元格放不下，全文见网址〕"
_ROWS_AT_ONCE = 500
COLUMNS = (
    *("number", "of", "headline", "paper", "date", "page", "section", "kind", "byline", "localities", "url"),
    *("kicker", "subtitle", "citation", "text", "id", "paper_name", "search", "query", "retrieved", "version"),
)
"""The columns of a table; the text only where it was asked for."""
_KEYS = {"paper": "paper_title", "page": "pages", "paper_name": "paper"}
"""The keys in records of columns that have other names."""


def records(results: Results, *, with_text: bool) -> Iterator[dict[str, object]]:
    """Yield what is exported of each article. `number` counts from 1, `of` is how many the list has in all."""
    for number, document in enumerate(results.documents, 1):
        yield _record(number, document, results, with_text=with_text)


def _record(number: int, document: DocumentSummary, results: Results, *, with_text: bool) -> dict[str, object]:
    article, cited = document.article, results.cite(document)
    return {
        "number": number,
        "of": results.total,
        "id": document.id,
        "kicker": article.kicker,
        "headline": article.headline,
        "subtitle": article.subtitle,
        "paper": document.paper,
        "paper_title": document.paper_title,
        "date": article.date.isoformat() if article.date else None,
        "pages": list(pages(document)),
        "section": article.section,
        "kind": article.kind,
        "byline": [{"name": person.name, "role": person.role} for person in article.byline],
        "localities": list(article.localities),
        "url": cited.address,
        "citation": gb_t_7714(cited),
        **({"text": article.text} if with_text else {}),
        "search": results.origin.address,
        "query": results.origin.line,
        "retrieved": results.retrieval.day.isoformat(),
        "version": results.retrieval.version,
    }


def json_lines(rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """Yield records as JSON, each on a line of its own."""
    return encoded(_json_line(one) for one in rows)


def _json_line(one: Mapping[str, object]) -> str:
    text = json.dumps(one, ensure_ascii=False)
    # Some programs end lines at these too.
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"


def encoded(texts: Iterable[str]) -> Iterator[bytes]:
    """Yield the bytes of some texts at a time: single ones would each be a write to the network."""
    waiting = iter(texts)
    while some := "".join(islice(waiting, _ROWS_AT_ONCE)):
        yield some.encode("utf-8", "replace")


def table(rows: Iterable[Mapping[str, object]], *, with_text: bool) -> Iterator[bytes]:
    """Yield records as a CSV table that Excel opens directly, and that runs nothing there.

    Without the byte order mark, Excel would decode UTF-8 with the code page of the machine.
    """
    columns = [name for name in COLUMNS if name != "text" or with_text]
    line = io.StringIO()
    writer = csv.writer(line)

    def written(cells: Sequence[str]) -> str:
        line.seek(0)
        line.truncate()
        writer.writerow(cells)
        return line.getvalue()

    lines = (written([_cell(one[_KEYS.get(name, name)]) for name in columns]) for one in rows)
    return encoded(chain(["\ufeff", written(columns)], lines))


def _cell(value: object) -> str:
    """Return a value as a cell: several, such as names, with spaces between them."""
    values = value if isinstance(value, list) else [value]
    several = (str(one["name"] if isinstance(one, dict) else one) for one in values if one is not None)
    text = _CONTROLS.sub("", " ".join(several).replace("\r\n", "\n"))
    # A spreadsheet would evaluate a headline that begins like a formula.
    text = f"'{text}" if text.lstrip().startswith(_FORMULA_SIGNS) else text
    return text if _units(text) <= MOST_IN_CELL else _shortened(text)


def _shortened(text: str) -> str:
    most = MOST_IN_CELL - len(_CUT)
    return text.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore") + _CUT


def _units(text: str) -> int:
    return len(text) if len(text) * 2 <= MOST_IN_CELL else len(text.encode("utf-16-le", "surrogatepass")) // 2
