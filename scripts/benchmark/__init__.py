"""What `scripts/bench` is made of.

`corpus` makes articles of any number and `shards` keeps them tokenised; `queries` asks; `engines` are the contestants;
`indexing`, `latency`, `cold`, `memory` and `throughput` measure; `report` and `plots` tell.
"""
