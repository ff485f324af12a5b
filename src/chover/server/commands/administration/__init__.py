"""Handlers: the server, its operators, and help."""
