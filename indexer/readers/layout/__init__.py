"""From lines and their places on a page to a page's text: the order of reading, paragraphs, and what each line is."""
