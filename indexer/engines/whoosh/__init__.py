"""The engine for one machine: a Whoosh index in a folder.

In reading order: `schema` says what a document becomes, `writer` and `storage` how it gets onto the disk and is
committed, `segment` reads it back, `evaluate` finds, `counting` filters and counts, `reader` ranks and merges, `engine`
opens and refuses.
"""

from indexer.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
