"""An index of names by their visual form (names.looks)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from chover import names

Bearer = TypeVar("Bearer")


class Looks(Generic[Bearer]):
    """Names and their bearers. Two look-alikes have several bearers, and one bearer may have several names."""

    def __init__(self) -> None:
        self._bearers: dict[str, list[Bearer]] = {}

    def __len__(self) -> int:
        """The number of looks in use."""
        return len(self._bearers)

    def add(self, name: str, bearer: Bearer) -> None:
        for look in names.looks(name):
            self._bearers.setdefault(look, []).append(bearer)

    def remove(self, name: str, bearer: Bearer) -> None:
        """Remove one use; call it once for each time that it was added."""
        for look in names.looks(name):
            held = self._bearers.get(look, [])
            if bearer in held:
                held.remove(bearer)
            if not held:
                self._bearers.pop(look, None)

    def another(self, looks: Iterable[str], bearer: Bearer | None) -> Bearer | None:
        """Another bearer of one of these looks, or None."""
        for look in looks:
            for other in self._bearers.get(look, ()):
                if other != bearer:
                    return other
        return None
