"""Storage in one SQLite database: one thread that writes, readers beside it."""
