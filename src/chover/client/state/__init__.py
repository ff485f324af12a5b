"""What a client knows, and what happens to it. No I/O, no clock, no randomness."""

from chover.client.state.model.state import State

__all__ = ["State"]
