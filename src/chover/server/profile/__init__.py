"""What a user keeps: metadata, preferences, drafts, blocks."""
