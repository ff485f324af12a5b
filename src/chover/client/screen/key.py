"""A row of the table of keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen

Do = Callable[["FullScreen"], object]


class KeyBinding(msgspec.Struct, frozen=True):
    """``keys`` are prompt_toolkit's names, several for one thing separated by spaces, a chord joined by >."""

    shown: str
    keys: str
    help: str
    run: Do
