"""The engine for one machine: an index in a folder.

`engine` opens or refuses the index, `reader` answers requests, `writer` commits changes. `segment` is the file format,
`indexing` writes and merges segments, `search` answers from them, and `adapter` is all that touches Whoosh.
"""
