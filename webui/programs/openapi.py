"""The description of all addresses for programs, as OpenAPI 3.1, made of routes, docstrings and shapes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

import msgspec
from flask import Flask

from indexer.model import CHOICES, FACETS, Kind
from indexer.search.search import MAX_PAGE, MAX_SIZE
from webui.exporting.formats import FORMATS
from webui.links import PARAMETERS, SORTS
from webui.programs.shapes import ArticleAnswer, ErrorAnswer, PaperIssuesAnswer, PapersAnswer, SearchAnswer

_PLACE = re.compile(r"<(?:any\(([^)]*)\):)?(\w+)>")
_DAY = {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$", "examples": ["2019", "2019-03", "2019-03-08"]}
_SCHEMAS: dict[str, dict[str, Any]] = {
    "q": {"type": "string", "examples": ["安全生产 工会"]},
    "kind": {"type": "array", "items": {"type": "string", "examples": list(get_args(Kind))}},
    "from": _DAY,
    "to": _DAY,
    "sort": {"enum": list(SORTS), "default": SORTS[0]},
    "size": {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": 10},
    "page": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1},
    "cursor": {"type": "string", "description": "From the Link header of the answer before, in place of page."},
    "text": {"enum": ["1"], "description": "Adds the full text."},
    "id": {"type": "array", "items": {"type": "string"}},
    "since": {
        "type": "string",
        "pattern": r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}Z)?)?)?$",
        "examples": ["2026", "2026-11-29", "2026-11-29T08:00:00Z"],
    },
}
"""Parameters that are not a list of strings."""


@dataclass(frozen=True, slots=True)
class Documented:
    """A view for programs: its parameters in the query, and what it returns: a shape, or just a content type."""

    endpoint: str
    parameters: tuple[str, ...] = ()
    returns: type | None = None
    content_type: str = "application/json"


def _exported(views: str, form: str, parameters: tuple[str, ...]) -> Documented:
    made_as = FORMATS[form]
    text = ("text",) if made_as.can_have_text else ()
    return Documented(f"{views}.{form}", (*parameters, *text), content_type=made_as.content_type)


_RESULTS = tuple(name for name in PARAMETERS if name not in ("size", "page"))
DOCUMENTED = (
    Documented("api.search", (*PARAMETERS, "cursor"), SearchAnswer),
    Documented("api.article", (), ArticleAnswer),
    Documented("api.papers", (), PapersAnswer),
    Documented("api.paper", (), PaperIssuesAnswer),
    Documented("api.description"),
    *(_exported("exports", form, _RESULTS) for form in FORMATS),
    *(_exported("clips", form, ("id", "title")) for form in FORMATS),
    Documented("exports.feed", _RESULTS, content_type="application/atom+xml"),
    Documented("new.new_feed", ("since",), content_type="application/atom+xml"),
    Documented("references.reference", content_type="*/*"),
    Documented("suggest.suggest", ("q",), content_type="application/x-suggestions+json"),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as a page shows it."""

    path: str
    summary: str
    description: str
    parameters: tuple[dict[str, Any], ...]
    content_type: str
    schema: str


def openapi(app: Flask, name: str) -> dict[str, Any]:
    """Return the description of the addresses for programs."""
    shapes = [*(one.returns for one in DOCUMENTED if one.returns), ErrorAnswer]
    _, schemas = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": "1", "description": "Reading alone; no key is needed."},
        "paths": {path: {"get": operation} for path, operation in _paths(app)},
        "components": {"schemas": schemas},
    }


def operations_of(described: dict[str, Any]) -> tuple[Operation, ...]:
    """Return the operations of a description, for a page."""
    found = []
    for path, methods in described["paths"].items():
        operation = methods["get"]
        ((content_type, content),) = operation["responses"]["200"]["content"].items()
        schema = content["schema"].get("$ref", "").rpartition("/")[2]
        parameters = tuple(operation["parameters"])
        found.append(Operation(path, operation["summary"], operation["description"], parameters, content_type, schema))
    return tuple(found)


def _paths(app: Flask) -> Iterator[tuple[str, dict[str, Any]]]:
    rules = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    for one in DOCUMENTED:
        rule = rules[one.endpoint]
        summary, _, more = (inspect.getdoc(app.view_functions[one.endpoint]) or "").partition("\n\n")
        yield (
            _PLACE.sub(r"{\2}", rule),
            {
                "operationId": one.endpoint.replace(".", "_"),
                "summary": " ".join(summary.split()),
                "description": " ".join(more.split()),
                "parameters": [*_in_path(rule), *map(_in_query, one.parameters)],
                "responses": _responses(one, has_path=bool(_PLACE.search(rule))),
            },
        )


def _in_path(rule: str) -> Iterator[dict[str, Any]]:
    for choices, name in _PLACE.findall(rule):
        schema = {"enum": [choice.strip() for choice in choices.split(",")]} if choices else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(name: str) -> dict[str, Any]:
    listed = {"type": "array", "items": {"type": "string"}} if name in CHOICES else {"type": "string"}
    schema = _SCHEMAS.get(name, listed)
    return {"name": name, "in": "query", "schema": schema, **({"explode": True} if name in FACETS else {})}


def _responses(one: Documented, *, has_path: bool) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{one.returns.__name__}"} if one.returns else {}
    responses = {
        "200": {"description": "The answer", "content": {one.content_type: {"schema": schema}}},
        "304": {"description": "Unchanged since the answer whose ETag was sent with If-None-Match"},
        "503": {"description": "There is no usable index"},
    }
    codes = {
        "400": one.endpoint in ("api.search", "new.new_feed"),
        "404": has_path,
        "409": "cursor" in one.parameters,
        "410": "article" in one.endpoint or "reference" in one.endpoint,
    }
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}
    for code in (code for code, applies in codes.items() if applies):
        is_json = one.endpoint.startswith("api.")
        responses[code] = {"description": _MEANINGS[code], **({"content": error} if is_json else {})}
    return responses


_MEANINGS = {
    "400": "A parameter can't be used; a sentence says which",
    "404": "There is nothing of that name",
    "409": "The archive was changed since the cursor was made",
    "410": "The article was withdrawn",
}
