"""From a cleaned page to its articles. Start at `page_reader`.

The rooms, in the order in which a page passes through them: `page_lines` (what each line is), `segmentation` (which
lines make an article), `reading_order` (in which order they were printed, judged by `language_model`), `metadata`
(whose page it is, ids, kinds, quality) and `places` (where the news happened).
"""
