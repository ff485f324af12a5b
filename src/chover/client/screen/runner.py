"""Executes actions, and handles their consequences."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from chover.client.connection.connection import Connection
from chover.client.local.host import ClientHost
from chover.client.local.local_data import LocalData
from chover.client.screen.status import ScreenStatus
from chover.client.state.actions import CannotDo


class Runner:
    """``act`` is for handlers of keys and clicks; what they do calls ``attempt`` where it may fail."""

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
        """Change the state; then store, send and paint what follows from that."""
        self._connection.state.now = self._host.now()
        self._status.word = ""
        self.attempt(action)
        self._local_data.write()
        self._connection.flush()
        self._refresh()

    async def after(self, work: Coroutine[object, object, None]) -> None:
        """Do some work, and what follows from it, as after a key."""
        await work
        self.act(lambda: None)

    def attempt(self, action: Callable[[], object]) -> bool:
        """Run an action. Returns False if it is impossible; the reason has been shown."""
        try:
            action()
        except CannotDo as reason:
            self._status.tell(str(reason))
            return False
        return True
