"""The host: sessions, the command table, delivery. Knows no socket and no file."""
