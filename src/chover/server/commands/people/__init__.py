"""Handlers: who is here, and what is known of them."""
