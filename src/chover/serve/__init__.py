"""The server's process: how it is composed, how it starts and stops."""

from chover.serve.lifecycle import run
from chover.serve.listening import Ready

__all__ = ["Ready", "run"]
