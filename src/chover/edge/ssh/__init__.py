"""SSH: the terminal client for those who have nothing but ssh. ``worker_end`` and what it knows are other processes."""
