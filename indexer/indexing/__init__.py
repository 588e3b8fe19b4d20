"""Indexing: from page files to an index. Start at `pipeline`."""
