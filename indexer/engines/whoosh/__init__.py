"""The engine for one machine: a Whoosh index in a folder.

In reading order: `schema` says what a document becomes, `build` and `writer` how it gets onto the disk, `storage` how it
is committed, `flat` reads it back; `evaluate` finds, with `places` for phrases, `counting` chooses and counts, `rank`
and `order` tell the best, `reader` puts these together, `engine` opens and refuses.
"""
