"""What of a paper is held, and what is missing."""
