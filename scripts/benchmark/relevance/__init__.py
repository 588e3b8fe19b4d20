"""How well baosou ranks, beside other engines that search the same articles.

`questions` reads what is asked, `measures` scores an answer, `ours`, `lucene`, `fts5` and `bm25` answer, `comparing`
compares and `report` shows it.
"""
