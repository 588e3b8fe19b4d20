"""Correcting articles: the form, the changes that it shows, and the mail by which an error is reported."""
