"""Listeners that are called when the state of a connection may have changed."""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[], None]


class ChangeListeners:
    """Called in the order of their subscription, once for everything that one read brought."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()

    def subscribe(self, listener: Listener) -> Listener:
        """Have a listener called after each change. Returns a function that ends it."""
        self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            self._listeners = tuple(other for other in self._listeners if other is not listener)

        return unsubscribe

    def tell(self) -> None:
        for listener in self._listeners:
            listener()
