"""Searching: from a query string to an answer with snippets. Start at `search`."""
