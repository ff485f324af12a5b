"""What is fuzzed: a parser with what must be true of all that it makes of any bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

CORPUS = Path(__file__).parent / "corpus"


class Target(NamedTuple):
    """``run`` takes any bytes and raises for a fault; errors that the parser is meant to raise are not among them.

    ``longest`` is in bytes: somewhat more than can arrive in one piece.
    """

    run: Callable[[bytes], None]
    longest: int = 4096


def text_of(data: bytes) -> str:
    """Any text that a peer can send in UTF-8."""
    return data.decode("utf-8", "ignore")
