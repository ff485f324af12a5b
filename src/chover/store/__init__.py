"""The memory: what happened, as SQLite keeps it, and the state that follows from it."""
