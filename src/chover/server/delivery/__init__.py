"""Delivery: what is committed is rendered once for each kind of reader and written once to each."""
