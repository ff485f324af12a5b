"""History: pages, replay, read markers, edits."""
