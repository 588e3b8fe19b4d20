"""The archive on disk: papers, issues, page files, paper.toml and redirects.tsv."""
