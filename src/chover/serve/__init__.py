"""The server's process: what it is built of, how it starts and stops."""

from chover.serve.lifecycle import run
from chover.serve.listening import Ready

__all__ = ["Ready", "run"]
