"""The wire between nodes."""
