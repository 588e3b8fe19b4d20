"""Brings loose files into an archive: by a table that says where each belongs, or by the folders they lie in."""
