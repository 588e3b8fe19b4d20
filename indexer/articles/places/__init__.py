"""Localities: the gazetteer, place names in text, and which of them an article is about."""
