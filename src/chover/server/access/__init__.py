"""Who may connect: limits, cloaks, bans, and the connection log."""
