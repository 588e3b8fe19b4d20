"""Text processing: folding, tokenising, dates and look-alike characters.

This package is independent of pages and indexes.
"""
