"""SSH: the terminal client for those who have nothing but ssh. ``office`` and what it knows are other processes."""
