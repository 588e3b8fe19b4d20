"""Read what the web sites of newspapers are saved as: pages with links to their articles, and web archives."""
