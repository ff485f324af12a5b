"""Does what is asked for, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable

from chover.client.connection.connection import Connection
from chover.client.local.host import ClientHost
from chover.client.local.local_data import LocalData
from chover.client.screen.status import ScreenStatus
from chover.client.state.actions import CannotDo


class Runner:
    """``act`` is for whoever takes a key or a click; what that key does calls ``attempt`` where it may fail."""

    def __init__(
        self,
        host: ClientHost,
        connection: Connection,
        local_data: LocalData,
        status: ScreenStatus,
        refresh: Callable[[], None],
    ) -> None:
        self._host = host
        self._connection = connection
        self._local_data = local_data
        self._status = status
        self._refresh = refresh

    def act(self, action: Callable[[], object]) -> None:
        """Do something to the state; what follows from it is kept, written and painted."""
        self._connection.state.now = self._host.now()
        self._status.word = ""
        self.attempt(action)
        self._local_data.write()
        self._connection.flush()
        self._refresh()

    def attempt(self, action: Callable[[], object]) -> bool:
        """False: it cannot be done, and the reason has been told."""
        try:
            action()
        except CannotDo as reason:
            self._status.tell(str(reason))
            return False
        return True
