"""The mapping of an index: its fields, how OpenSearch cuts their texts, and its settings.

- `words` and `headline_words` are ranked by BM25. `vocabulary` has each word once, to be counted.
- `units.<field>` are cut into pairs of letters with their places, so that a text is found wherever it stands in a
  unit, and only within one. `units.<field>.letters` are single letters. `rest` has all but paragraphs and furniture,
  so that a text that may stand anywhere is looked for in two fields.
- `stored` is the document itself. `born` and `stamp` say with which change it came.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, get_args

from indexer.engines import stored_fields
from indexer.engines.base import IndexIdentity
from indexer.model import CHOICES
from indexer.model import Field as FieldName

MAPPING_VERSION = 1
"""Raise it with every change of the mapping or of what its fields hold: older indexes are refused."""

FIELD_NAMES: tuple[FieldName, ...] = get_args(FieldName)
GAP = 16_384
"""Positions between two units, more than any distance of a query."""
LONGEST_REGEX = 10_000
"""Characters of a regular expression that words are looked for by."""

MOST_CLAUSES = 16_384
"""Clauses of a query. OpenSearch takes 1,024 unless it is told otherwise, the longest line may need some more."""
CLAUSES_SETTING = "indices.query.bool.max_clause_count"

_KEYWORD = {"type": "keyword"}
_LONG = {"type": "long"}
_INTEGER = {"type": "integer"}
_EVERYWHERE = ("kicker", "headline", "subtitle", "byline", "caption")
"""The fields whose units are in `rest`."""


def fingerprint() -> str:
    """What the form of documents depends on, in 8 hex digits.

    >>> len(fingerprint())
    8
    """
    return sha256(f"opensearch {MAPPING_VERSION} {stored_fields.fingerprint()}".encode()).hexdigest()[:8]


def settings_and_mapping(identity: IndexIdentity, shards: int, replicas: int) -> dict[str, Any]:
    """Return the body of the request that makes an index."""
    meta = {"mapping": MAPPING_VERSION, "format": fingerprint(), "rules": identity.rules, "archive": identity.archive}
    return {
        "settings": {"index": _settings(shards, replicas)},
        "mappings": {"dynamic": "strict", "_meta": meta, "properties": _fields()},
    }


def _settings(shards: int, replicas: int) -> dict[str, Any]:
    return {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "codec": "best_compression",
        "refresh_interval": "-1",  # a commit refreshes, and nothing is seen before
        "max_regex_length": LONGEST_REGEX,
        "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
        "analysis": {
            "tokenizer": {
                "spaces": {"type": "whitespace", "max_token_length": 10_000},
                "pairs": {"type": "ngram", "min_gram": 2, "max_gram": 2},
                "singles": {"type": "ngram", "min_gram": 1, "max_gram": 1},
            },
            "analyzer": {name: {"type": "custom", "tokenizer": name} for name in ("spaces", "pairs", "singles")},
        },
    }


def _fields() -> dict[str, Any]:
    words = {"type": "text", "analyzer": "spaces", "index_options": "freqs"}
    return {
        **dict.fromkeys(("id", "source", "stamp", "fingerprint", "page", "paper_title", "rights"), _KEYWORD),
        **dict.fromkeys((*CHOICES, "year"), _KEYWORD),
        **dict.fromkeys(("born", "first"), _LONG),
        **dict.fromkeys(("ordinal", "length", "day"), _INTEGER),
        "changed": {"type": "long", "index": False, "doc_values": False},
        "first_id": {"type": "keyword", "index": False, "doc_values": False},
        "words": words,
        "headline_words": words,
        "vocabulary": {"type": "keyword", "index": False},
        "units": {"properties": {name: _units(in_rest=name in _EVERYWHERE) for name in FIELD_NAMES}},
        "rest": _units(in_rest=False),
        "stored": {"type": "binary"},
    }


def _units(*, in_rest: bool) -> dict[str, Any]:
    """A field of units: pairs of letters, and in a field of its own single letters."""
    text = {"type": "text", "norms": False, "position_increment_gap": GAP}
    letters = {**text, "analyzer": "singles"}
    copied = {"copy_to": "rest"} if in_rest else {}
    return {**text, **copied, "analyzer": "pairs", "fields": {"letters": letters}}
