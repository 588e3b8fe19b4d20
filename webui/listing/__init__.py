"""What lists of results show: hits, a chart of time, and where an article stands among the hits."""
