"""A cluster of OpenSearch on one machine: what `scripts/opensearch` is made of. Standard library only."""
