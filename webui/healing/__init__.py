"""Heal links that chats, mail programs and notes damaged.

`encodings` reads bytes as text, `query` reads the parameters of a search, `paths` finds the page that a path without a
page stands for. A healthy link passes all of them unchanged.
"""
