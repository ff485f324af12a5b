"""An index of names by their visual form (names.looks)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from chover import names

Bearer = TypeVar("Bearer")


class Looks(Generic[Bearer]):
    """Names and who bears them: several where two look alike, and somebody as often as their own names do."""

    def __init__(self) -> None:
        self._bearers: dict[str, list[Bearer]] = {}

    def __len__(self) -> int:
        """How many looks are borne."""
        return len(self._bearers)

    def add(self, name: str, bearer: Bearer) -> None:
        for look in names.looks(name):
            self._bearers.setdefault(look, []).append(bearer)

    def remove(self, name: str, bearer: Bearer) -> None:
        """Once for each time that it was added."""
        for look in names.looks(name):
            held = self._bearers.get(look, [])
            if bearer in held:
                held.remove(bearer)
            if not held:
                self._bearers.pop(look, None)

    def another(self, looks: Iterable[str], bearer: Bearer | None) -> Bearer | None:
        """Somebody else who is seen as one of these, or None."""
        for look in looks:
            for other in self._bearers.get(look, ()):
                if other != bearer:
                    return other
        return None
