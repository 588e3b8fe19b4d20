"""The formats in which the articles of a list are taken away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from webui.citation.references import BIBTEX, CSL_JSON, RIS, bibtex, csl_json, ris
from webui.exporting.records import encoded, json_lines, records, table
from webui.exporting.results import Results


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, its content type, and what writes it, with the full text if that is wanted."""

    name: str
    content_type: str
    write: Callable[[Results, bool], Iterator[bytes]]
    can_have_text: bool = False


def _csv(results: Results, with_text: bool) -> Iterator[bytes]:
    return table(records(results, with_text=with_text), with_text=with_text)


def _json_lines(results: Results, with_text: bool) -> Iterator[bytes]:
    return json_lines(records(results, with_text=with_text))


def _ris(results: Results, _: bool) -> Iterator[bytes]:
    return encoded(ris(one, results.about) for one in results.cited())


def _bibtex(results: Results, _: bool) -> Iterator[bytes]:
    """Write entries, behind a line about the list."""

    def entries() -> Iterator[str]:
        yield f"% {results.about}\n\n"
        yield from (bibtex(one) + "\n" for one in results.cited())

    return encoded(entries())


def _csl_json(results: Results, _: bool) -> Iterator[bytes]:
    def items() -> Iterator[str]:
        before = "[\n"
        for one in results.cited():
            yield before + json.dumps(csl_json(one), ensure_ascii=False)
            before = ",\n"
        yield "\n]\n" if before != "[\n" else "[]\n"

    return encoded(items())


FORMATS = {
    "csv": Format("CSV", "text/csv", _csv, can_have_text=True),
    "jsonl": Format("JSON Lines", "application/jsonl", _json_lines, can_have_text=True),
    "ris": Format("RIS", RIS, _ris),
    "bib": Format("BibTeX", BIBTEX, _bibtex),
    "json": Format("CSL-JSON", CSL_JSON, _csl_json),
}
"""The formats by the end of an address."""
