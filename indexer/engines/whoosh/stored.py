"""A document as JSON and back, read off the types of `model`: a new field there needs no line here."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from operator import attrgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

from indexer.model import Document


def to_json(document: Document) -> str:
    """A document as one line of JSON: every dataclass as the list of its fields' values, every date in ISO form."""
    return _encode(_flattener(Document)(document))


def from_json(text: str) -> Document:
    """The document that `to_json` made the text from. Raises ValueError for a text that it did not make."""
    document: Document = _builder(Document)(json.loads(text))
    return document


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _as_it_is(value: Any) -> Any:
    return value


@cache
def _flattener(kind: Any) -> Callable[[Any], Any]:
    """How to make plain values of a type, worked out once a type: it is done for every document that is indexed."""
    if isinstance(kind, type) and is_dataclass(kind):
        return _record_flattener(kind)
    arguments = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        flatten_some = _flattener(_some(arguments))
        return lambda value: None if value is None else flatten_some(value)
    if get_origin(kind) is tuple and arguments[-1] is Ellipsis:
        flatten = _flattener(arguments[0])
        return _as_it_is if flatten is _as_it_is else lambda values: [flatten(value) for value in values]
    return date.isoformat if kind is date else _as_it_is


def _record_flattener(kind: type) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    values_of = attrgetter(*names)
    flatteners = [(place, _flattener(hints[name])) for place, name in enumerate(names)]
    needed = [(place, flatten) for place, flatten in flatteners if flatten is not _as_it_is]

    def flatten_record(record: Any) -> list[Any]:
        values = list(values_of(record))
        for place, flatten in needed:
            values[place] = flatten(values[place])
        return values

    return flatten_record


def _some(arguments: tuple[Any, ...]) -> Any:
    """The one type of those in an optional one that is not None."""
    (some,) = (argument for argument in arguments if argument is not type(None))
    return some


@cache
def _builder(kind: Any) -> Callable[[Any], Any]:
    """How to make a value of a type from plain JSON, worked out once a type: reading results is done often."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return _dataclass_builder(kind, [_builder(hints[field.name]) for field in fields(kind)])
    arguments = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        build_some = _builder(_some(arguments))
        return lambda value: None if value is None else build_some(value)
    if get_origin(kind) is tuple:
        return _tuple_builder(arguments)
    return date.fromisoformat if kind is date else _as_it_is


def _dataclass_builder(kind: type, builders: Sequence[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """Most fields are taken as they are, so only the others are worth a call each."""
    to_build = [(place, build) for place, build in enumerate(builders) if build is not _as_it_is]

    def build_all(values: list[Any]) -> Any:
        if len(values) != len(builders):
            raise ValueError(f"{kind.__name__} has {len(builders)} fields, not {len(values)}")
        for place, build in to_build:
            values[place] = build(values[place])
        return kind(*values)

    return build_all


def _tuple_builder(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    builders = [_builder(argument) for argument in arguments if argument is not Ellipsis]
    if all(build is _as_it_is for build in builders):
        return tuple
    if arguments[-1] is Ellipsis:
        (build,) = builders
        return lambda values: tuple(map(build, values))
    return lambda values: tuple([build(value) for build, value in zip(builders, values, strict=True)])


def fingerprint() -> str:
    """What the stored form depends on, in 8 hex digits: the names and types of all fields of a document."""
    return sha256("\n".join(_described(Document, [])).encode()).hexdigest()[:8]


def _described(kind: Any, seen: list[Any]) -> list[str]:
    if kind in seen:
        return []
    seen.append(kind)
    lines = [repr(kind)]
    if is_dataclass(kind):
        for name, hint in get_type_hints(kind).items():
            lines += [name, *_described(hint, seen)]
    for argument in get_args(kind):
        lines += _described(argument, seen)
    return lines
