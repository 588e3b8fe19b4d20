"""Divide a cleaned page into articles. Start at `page_reader`.

The packages, in the order in which they process a page: `page_lines` (what each line is), `segmentation` (which lines
make an article), `reading_order` (the order in which lines were printed, scored by `language_model`), `metadata` (page
identity, ids, kinds, text quality) and `places` (where the news happened).
"""
