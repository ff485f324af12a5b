"""A row of the table of keys."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from chover.client.screen.context import ScreenContext

Do = Callable[[ScreenContext], object]


class KeyBinding(msgspec.Struct, frozen=True):
    """``keys`` are prompt_toolkit's names. Alternatives are separated by spaces, keys of a chord by >."""

    shown: str
    keys: str
    help: str
    run: Do
