"""Sessions that survive a restart: idle in one process, continued by the next one (``chover restart``).

The store has messages and memberships. It does not have presence: the nick on each connection, and the capabilities
that the connection has negotiated. This is serialized here and read again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final

import msgspec

from chover.engine.effects.users import mark_modes, meet, show_as
from chover.engine.events import Source
from chover.engine.ids import LogId, UserId
from chover.engine.metadata import DISPLAY_NAME
from chover.engine.model import User
from chover.ports import ConversationPreference, Login, OpenSession, Peer, Sink
from chover.server.operators import privileges
from chover.server.session.session import Node, Session
from chover.wire.capabilities import Cap

_log = logging.getLogger(__name__)

CANNOT_GO_ON: Final = "The server has restarted and cannot go on with this session; connect again"
REST_SECONDS: Final = 2.0
"""Time for pending work; a peer that has not accepted everything by then has to reconnect."""
LOOK_SECONDS: Final = 0.01
"""Interval of the check whether all sessions that stay are idle."""


class KeptUser(msgspec.Struct, frozen=True, omit_defaults=True):
    """A user's state that is not in the store."""

    source: Source
    realname: str
    away: str = ""
    modes: tuple[str, ...] = ()
    metadata: dict[str, str] = {}
    accepts: tuple[UserId, ...] = ()
    blocks: tuple[str, ...] = ()


class KeptSession(msgspec.Struct, frozen=True, omit_defaults=True):
    """A session's state that is nowhere else. Times are in ms since 1970."""

    user: KeptUser
    caps: int
    since: int
    cap_version: int = 0
    version: str = ""
    away: str = ""
    silent_seconds: float = 0.0
    username: str = ""
    user_device: str = ""
    device: str = ""
    """The device that it logged in as, if it belongs to an account."""
    left_at: int = 0
    operator: str = ""
    markers: dict[LogId, int] = {}
    markers_by_name: dict[str, int] = {}
    preferences: dict[str, ConversationPreference] = {}
    subscribed: tuple[str, ...] = ()
    monitored: dict[str, str] = {}
    unread: bytes = b""
    """What the peer has sent and nobody has processed yet."""
    operator_account: UserId | None = None
    """The account that makes it an operator of the server."""


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(KeptSession).decode


class Handover:
    """Implements ports.SessionHandover."""

    def __init__(self, node: Node, open_session: Callable[[Peer, Sink], Session]) -> None:
        self._node = node
        self._open_session = open_session
        self._coming: dict[bytes, KeptSession] = {}
        """The sessions whose connections have not been continued yet, by their serialized form."""

    async def come_to_rest(self, reason: str, bound: float) -> None:
        """End every session that cannot continue, and bring the others to a point where nothing is pending.

        Returns after ``bound`` seconds and twice ``REST_SECONDS`` at the latest.
        """
        staying = [session for session in self._node.sessions if _goes_on(session)]
        for session in staying:
            session.sink.pause()
        with suppress(TimeoutError):
            await asyncio.wait_for(_end_others(self._node, reason), bound)
        with suppress(TimeoutError):
            await asyncio.wait_for(_rest(self._node, staying), REST_SECONDS)
        for session in staying:
            if not _rests(session):
                session.end(reason)
        with suppress(TimeoutError):
            await asyncio.wait_for(_rest(self._node, [one for one in staying if not one.ending]), REST_SECONDS)

    def freeze(self, session: OpenSession) -> bytes | None:
        assert isinstance(session, Session)
        if not _goes_on(session) or not _rests(session):
            return None
        state = _encode(_kept(session))
        self._node.sessions.discard(session)
        self._node.fanout.detach(session, session.me.id)
        session.keepalive.stop()
        session.lines.clear()
        return state

    def bring_back(self, kept: Sequence[bytes]) -> set[UserId]:
        """Make the users of these sessions present, under their names. Returns their ids.

        This happens before the store is read, because its data about a nick may be older. Another version may have
        written data that this one cannot read; such a session ends when its connection is continued.
        """
        for state in kept:
            try:
                self._coming[state] = _decode(state)
            except msgspec.MsgspecError as error:
                _log.error("a session of the last run cannot go on, and has to connect again: %s", error)
        for one in self._coming.values():
            if one.user.source.id not in self._node.chat.users:
                meet(self._node.chat, one.user.source, one.user.realname)
        return {one.user.source.id for one in self._coming.values()}

    def give_back(self) -> None:
        """Restore everything else of these users, after the store was read and always-on users are present."""
        for one in self._coming.values():
            _give_back(self._node, one.user)

    def admit(self, address: str) -> None:
        self._node.gate.count(address)

    def adopt(self, peer: Peer, sink: Sink, state: bytes) -> Session:
        session, kept = self._open_session(peer, sink), self._coming.pop(state, None)
        if kept is None:
            session.end(CANNOT_GO_ON)
        else:
            _adopt(session, kept)
        return session


# ---- in the process that ends ----------------------------------------------------------------------------------------


def _goes_on(session: Session) -> bool:
    """Whether another process can continue its connection: TLS and frames have state of their own."""
    peer = session.peer
    plain = peer.protocol == "irc" and not peer.tls and not session.registration.gateway
    return plain and session.user is not None and not session.ending


async def _end_others(node: Node, reason: str) -> None:
    await node.ledger.drained()
    for session in [session for session in node.sessions if not _goes_on(session)]:
        session.end(reason)
    node.outbox.flush()


async def _rest(node: Node, staying: Iterable[Session]) -> None:
    """Wait until everybody has been told who left, and has all pending answers."""
    await node.ledger.drained()
    await node.tasks.done()
    node.outbox.flush()
    while not all(_rests(session) or session.ending for session in staying):
        await asyncio.sleep(LOOK_SECONDS)
        node.outbox.flush()


def _rests(session: Session) -> bool:
    under_way = session.lines.busy or session.lines.pending or session.replies or session.gathering or session.out
    return not under_way and not session.sink.backlog()


def _kept(session: Session) -> KeptSession:
    said = session.registration
    return KeptSession(
        _kept_user(session.node, session.me),
        session.caps.value,
        session.since,
        session.cap_version,
        session.version,
        session.away,
        session.keepalive.silent_seconds,
        said.username,
        said.user_device,
        said.login.device if said.login is not None else "",
        said.left_at,
        said.operator.name if said.operator is not None else "",
        said.markers,
        said.markers_by_name,
        said.marks,
        tuple(said.subscribed),
        session.node.fanout.monitor.watched(session),
        session.lines.unread,
        said.operator_account,
    )


def _kept_user(node: Node, user: User) -> KeptUser:
    return KeptUser(
        user.source,
        user.realname,
        user.away,
        tuple(sorted(user.modes)),
        user.metadata,
        tuple(node.chat.accepts.get(user.id, ())),
        tuple(node.chat.blocks.get(user.id, ())),
    )


# ---- in the process that begins --------------------------------------------------------------------------------------


def _give_back(node: Node, kept: KeptUser) -> None:
    user = node.chat.users[kept.source.id]
    user.realname, user.away = kept.realname, kept.away
    user.modes = user.modes.union(kept.modes)
    before = user.metadata.get(DISPLAY_NAME, "")
    user.metadata.update(kept.metadata)
    show_as(node.chat, user, before)
    mark_modes(node.chat, user)
    if kept.accepts:
        node.chat.accepts[user.id] = dict.fromkeys(kept.accepts)
    if kept.blocks:
        node.chat.blocks[user.id] = kept.blocks


def _adopt(session: Session, kept: KeptSession) -> None:
    """Turn a new session into the serialized one, and process what its peer has sent meanwhile."""
    node, user = session.node, session.node.chat.users[kept.user.source.id]
    session.change_caps(Cap(kept.caps))
    session.cap_version, session.version, session.since = kept.cap_version, kept.version, kept.since
    session.announced = True
    _register(session, kept, user)
    session.user = user
    session.away = kept.away
    node.gate.registered(session.peer.address)
    node.fanout.attach(session, user.id)
    for folded, nick in kept.monitored.items():
        node.fanout.monitor.watch(session, folded, nick)
    session.keepalive.go_on(kept.silent_seconds, node.config.limits.ping_seconds)
    node.connections.came(session)
    if kept.unread:
        session.lines.put(kept.unread)


def _register(session: Session, kept: KeptSession, user: User) -> None:
    said, node = session.registration, session.node
    said.nick = said.wanted = user.nick
    said.username, said.user_device, said.realname = kept.username, kept.user_device, user.realname
    said.left_at = kept.left_at
    said.markers, said.markers_by_name, said.marks = kept.markers, kept.markers_by_name, kept.preferences
    said.subscribed.update(dict.fromkeys(kept.subscribed))
    account = node.accounts.get(user.id)
    said.login = Login(account, kept.device) if account is not None else None
    said.operator = privileges.named(node, kept.operator, kept.operator_account) if kept.operator else None
    said.operator_account = kept.operator_account if said.operator is not None else None
