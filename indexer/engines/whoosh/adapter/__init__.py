"""All that touches Whoosh.

Of Whoosh we use the table of contents, generations, segments, the write lock and the schema (`commits`, `schema`,
`codec`). `terms_reader`, `per_document_reader` and `field_terms` exist so that Whoosh's own `Searcher` answers from the
same index; the tests use it as an oracle, our own search never calls them.
"""
