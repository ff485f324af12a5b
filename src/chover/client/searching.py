"""Searches of the terminal client: what cannot be searched for is told like anything else that cannot be done."""

from __future__ import annotations

from chover.client.state.actions import CannotDo
from chover.wire import search_text
from chover.wire.search_text import EXPLAINED, Asking, BadSearch

__all__ = ["EXPLAINED", "Asking", "attributes_of"]


def attributes_of(typed: str, asking: Asking) -> dict[str, str]:
    """The attributes; empty for an empty text. Raises CannotDo for anything invalid."""
    try:
        return search_text.attributes_of(typed, asking)
    except BadSearch as error:
        raise CannotDo(str(error)) from error
