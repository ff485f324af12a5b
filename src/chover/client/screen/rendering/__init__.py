"""Rows of text from what the state has: panels, entries, and what writes them."""
