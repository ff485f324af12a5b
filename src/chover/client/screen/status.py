"""The status line, and notes in the current conversation."""

from __future__ import annotations

from collections.abc import Callable

from chover.client.local.host import ClientHost
from chover.client.state import State


class ScreenStatus:
    def __init__(self, host: ClientHost, state: State, refresh: Callable[[], None]) -> None:
        self.trouble = ""
        """Why there is no connection."""
        self.uploads: dict[str, tuple[int, int]] = {}
        """Uploads in progress: bytes sent, and total bytes."""
        self.word = ""
        """A message for somebody who is in no conversation; removed by the next key."""
        self._host = host
        self._state = state
        self._refresh = refresh

    def tell(self, text: str) -> None:
        for line in text.split("\n"):
            if self._state.current is not None:
                self._state.now = self._host.now()
                self._state.note(line)
            else:
                self.word = line
        self._refresh()
