"""Text on its way to a terminal, for all front ends: made harmless, measured and wrapped, and coloured."""
