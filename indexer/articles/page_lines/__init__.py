"""What the lines of a page are: their raw spans, bylines, captions."""
