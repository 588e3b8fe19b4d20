"""All that touches Whoosh.

Of Whoosh we use the table of contents, generations, segments and the schema (`commits`, `table_of_contents`, `schema`,
`codec`). `terms_reader`, `per_document_reader` and `field_terms` exist so that Whoosh's own `Searcher` answers from the
same index; the tests use it as an oracle, our own search never calls them.
"""

import warnings

with warnings.catch_warnings():
    # Python warns about the spelling of its regular expressions when it compiles Whoosh, which readers can't mend.
    warnings.simplefilter("ignore")
    import whoosh.index as _index  # noqa: F401
