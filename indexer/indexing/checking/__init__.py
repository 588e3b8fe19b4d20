"""What a librarian should look at: an archive is read page by page, and compared with its index."""
