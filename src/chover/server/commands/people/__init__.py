"""Handlers: people who are online, and what is known about them."""
