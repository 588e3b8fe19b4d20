"""Pictures of the site: what a chat shows of an article or a search, and the code on a printed page."""
