"""Handlers: messages, edits, history and search."""
