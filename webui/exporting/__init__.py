"""Take the results of a search away: all of them, with the search, the day and the version of the archive."""
