"""What a client knows, and how it changes. No I/O, no clock, no randomness."""

from chover.client.state.model.state import State

__all__ = ["State"]
