"""Rows of text from what the state has: panels, entries, colours, and what writes them."""
