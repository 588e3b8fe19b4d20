"""The archive on disk: its papers, issues and page files, paper.toml, redirects.tsv."""
