"""Accounts: who somebody is, and how that is proved. The server knows this room by ports.Accounts alone."""
