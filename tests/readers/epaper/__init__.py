"""Tests of e-paper sites: their pages, addresses, and what they are saved as."""
