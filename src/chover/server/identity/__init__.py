"""Logging in and registering a connection."""
