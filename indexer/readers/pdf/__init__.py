"""From PDF files to pages: characters with their places, without those drawn twice, then lines."""
