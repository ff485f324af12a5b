"""The chat itself: who may do what, and what happens when they do. No I/O, no clock, no randomness."""
