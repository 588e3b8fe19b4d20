"""Read the HTML of e-papers: what of a page is an article, and what its tags say each line is."""
