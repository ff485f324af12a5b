"""Delivery: events are rendered once for each kind of reader, and written once to each reader."""
