"""Take articles away: all results of a search, or a clipping list, with the day and the version of the archive."""
