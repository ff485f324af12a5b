"""What this machine keeps for the client: settings, drafts, and access to its files."""
