"""An index on a cluster of OpenSearch: for archives that outgrow one machine."""
