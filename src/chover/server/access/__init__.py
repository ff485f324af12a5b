"""Access to the server: limits, cloaks, bans, and the connection log."""
