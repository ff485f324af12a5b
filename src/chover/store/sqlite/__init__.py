"""Storage in one SQLite database: one thread writes, and readers run beside it."""
