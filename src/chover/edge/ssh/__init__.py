"""SSH: the terminal client for people who have only ssh. ``worker`` and what it imports run in other processes."""
