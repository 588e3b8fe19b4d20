"""What is known about a page and its articles: paper, date, page, ids, kinds, text quality."""
