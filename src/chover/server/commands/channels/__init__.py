"""Handlers: joining, leaving, and the modes of channels."""
