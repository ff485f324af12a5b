"""Keeps what was fetched for a while: bounded in number, in bytes and in time. No clock and no I/O."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, NamedTuple, TypeVar

V = TypeVar("V")


class _Kept(NamedTuple, Generic[V]):
    value: V
    size: int
    until: float


class Cache(Generic[V]):
    """What was not used for the longest time goes first. ``most`` is the sum of the sizes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, _Kept[V]] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str, now: float) -> _Kept[V] | None:
        """What is kept and not too old."""
        found = self._kept.get(key)
        if found is None:
            return None
        if found.until <= now:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return found

    def keep(self, key: str, value: V, *, until: float, size: int = 1) -> None:
        """Keep a value, unless it alone is larger than all may be."""
        self._drop(key)
        if size > self._most:
            return
        self._kept[key] = _Kept(value, size, until)
        self.size += size
        while self.size > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        gone = self._kept.pop(key, None)
        self.size -= gone.size if gone is not None else 0
