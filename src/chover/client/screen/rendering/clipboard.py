"""Copying through the terminal (OSC 52): it works over SSH, and needs no program on either side."""

from __future__ import annotations

import base64
from typing import Final

from chover.client.screen.rendering.painter import Raw

MOST: Final = 50_000
"""Longest text in bytes; terminals refuse much longer ones."""


def copy(output: Raw, text: str) -> None:
    """Copy a text. It reaches the terminal only as base64."""
    data = base64.b64encode(text.encode(errors="replace")[:MOST]).decode()
    output.write_raw(f"\x1b]52;c;{data}\x1b\\")
    output.flush()
