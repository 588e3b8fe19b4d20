"""The language that an address names."""
