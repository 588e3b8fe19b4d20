"""The modules of `scripts/bench`.

- `corpus` generates any number of articles, `shards` stores them tokenised, and `pages` writes them as page files.
- `queries` generates the queries, and `contestants` has the search engines.
- `running` runs everything; `children`, `latency`, `memory` and `throughput` measure.
- `results` stores the figures; `report` and `plots` present them.
"""
