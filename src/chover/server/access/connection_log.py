"""The connection log for operators: who was connected from where. It is written in groups, outside the message path."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from ipaddress import ip_network
from typing import Any, Final, Generic

import msgspec

from chover.engine.ids import UserId
from chover.engine.state import ChatState
from chover.names import BadName
from chover.ports import ConnectionQuery, ConnectionRecord, Records, StoreError
from chover.server.access.ban_syntax import target_of
from chover.server.access.bans import now
from chover.server.delivery.recipient import C
from chover.server.pipeline.live_settings import LiveSettings

_log = logging.getLogger(__name__)

GROUP_SECONDS: Final = 2.0
"""What a crash may lose. Five hundred connections at once are one write, not five hundred."""
WAITING: Final = 50_000
"""Rows that wait while the disk is full; any more are dropped."""


class ConnectionLog(Generic[C]):
    """One row for each session under one nick and account: a new nick ends a row and begins the next."""

    def __init__(
        self,
        settings: LiveSettings,
        records: Records,
        chat: ChatState,
        sessions: Mapping[UserId, Sequence[C]],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._settings = settings
        self._records = records
        self._chat = chat
        self._sessions = sessions
        self._spawn = spawn
        self._numbers = itertools.count(1)
        self._open: dict[C, ConnectionRecord] = {}
        self._waiting: dict[int, ConnectionRecord] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def begin(self) -> None:
        """Continue after the last run. Raises StoreError."""
        self._numbers = itertools.count(await self._records.last_connection() + 1)
        await self._records.close_connections(now())

    # ---- who comes and goes --------------------------------------------------------------------------------------

    def came(self, session: C) -> None:
        """A session has become a user."""
        if not self._settings.now.records.connection_days:
            return
        user, peer = session.me, session.peer
        record = ConnectionRecord(
            now(), user.nick, user.folded, peer.address, session.host, peer.protocol, user.account, peer.via,
            session.version, no=next(self._numbers),
        )  # fmt: skip
        self._open[session] = record
        self._keep(record)

    def gone(self, session: C) -> None:
        record = self._open.pop(session, None)
        if record is not None:
            self._keep(msgspec.structs.replace(record, until=now()))

    def relabelled(self, user: UserId) -> None:
        """A user has another nick, or another account."""
        for session in self._sessions.get(user, ()):
            self.moved(session)

    def moved(self, session: C) -> None:
        """A session was attached to another user."""
        if session in self._open:
            self.gone(session)
            self.came(session)

    # ---- keeping -------------------------------------------------------------------------------------------------

    def _keep(self, record: ConnectionRecord) -> None:
        if len(self._waiting) < WAITING:
            self._waiting[record.no] = record
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GROUP_SECONDS, self._due)

    def _due(self) -> None:
        self._timer = None
        self._spawn(self.flush())

    async def flush(self) -> None:
        """Write the waiting rows."""
        group, self._waiting = self._waiting, {}
        if not group:
            return
        try:
            await self._records.keep_connections(list(group.values()))
        except StoreError as error:
            _log.error("could not write %d rows of the connection log yet: %s", len(group), error)
            self._waiting = {**group, **self._waiting}

    async def close(self) -> None:
        """End the open rows, and write everything."""
        if self._timer is not None:
            self._timer.cancel()
        for session in list(self._open):
            self.gone(session)
        if self._timer is not None:
            self._timer.cancel()
        await self.flush()

    # ---- asking --------------------------------------------------------------------------------------------------

    async def find(self, text: str, limit: int) -> list[ConnectionRecord]:
        """Past and present connections, the newest first: all, or by nick, account:name, address, range or cloak.

        Raises BadBan for what is none of these, and StoreError.
        """
        await self.flush()
        return await self._records.connections(self._sought(text), limit)

    def _sought(self, text: str) -> ConnectionQuery:
        if not text:
            return ConnectionQuery()
        target = target_of(text)
        match target.kind:
            case "account":
                return ConnectionQuery(account=target.what)
            case "address":
                return ConnectionQuery(address=str(ip_network(target.what)))
            case "cloak":
                return ConnectionQuery(host=target.what)
            case "mask":
                return ConnectionQuery(host=target.what.rpartition("@")[2])
        try:
            return ConnectionQuery(folded=self._chat.rules.same_nick(target.what))
        except BadName:
            return ConnectionQuery(folded=target.what)
