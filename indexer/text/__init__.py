"""Text: folding, tokens, dates, look-alike characters. Knows nothing of pages or indexes."""
