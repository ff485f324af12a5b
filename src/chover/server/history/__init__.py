"""What was said: pages of it, replay, read markers, edits."""
