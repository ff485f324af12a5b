"""Accounts: who somebody is and how they prove it. The server knows this package only as ports.Accounts."""
