"""Answers for programs: their shapes, and the description of all of them that is made from these (OpenAPI)."""
