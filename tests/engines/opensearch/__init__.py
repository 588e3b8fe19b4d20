"""The engine on a real OpenSearch cluster."""
