"""Uploads: what they are, what is taken off them, where they lie, how much of them there may be."""
