"""What is kept for a user: metadata, preferences, drafts, blocks."""
