"""The engine for one machine: a Whoosh index in a folder.

In reading order: `schema` says what Whoosh is told, `build` and `tokens_sorted` make a segment of documents, `merge`
one of several, `layout` is the form of its file; `writer` and `storage` change and commit, `flat` reads back (`words`,
`grams`), `codec` shows it to Whoosh; `evaluate` finds, with `places` for phrases, `counting` chooses and counts, `rank`
and `order` tell the best, `reader` puts these together, `engine` opens and refuses.
"""
