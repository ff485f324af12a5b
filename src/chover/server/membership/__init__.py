"""Joining channels, the lobby, and channels that end."""
