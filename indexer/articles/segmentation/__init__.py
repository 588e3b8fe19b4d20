"""Which lines make an article: boundaries, headlines, articles that continue on another page."""
