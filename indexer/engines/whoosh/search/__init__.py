"""Searching segments: matching, ranking, ordering and counting facets."""
