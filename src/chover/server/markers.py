"""Up to where somebody has read: one marker for each conversation, the same on every device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.engine.ids import LogId, is_account
from chover.server.render import timestamp
from chover.wire.capabilities import Cap

if TYPE_CHECKING:
    from chover.server.session import Session


async def marker(session: Session, log: LogId) -> int:
    """Milliseconds since 1970; 0: never. A guest's ends with the connection."""
    if is_account(session.me.id):
        return await session.node.accounts.marker(session.me.id, log)
    return session.registration.markers.get(log, 0)


async def mark(session: Session, log: LogId, at: int) -> int:
    """Move it forward; where it stands then."""
    if is_account(session.me.id):
        stands = await session.node.accounts.mark(session.me.id, log, at)
        session.node.read(session.me.id, log, stands)
        return stands
    held = session.registration.markers
    held[log] = max(at, held.get(log, 0))
    return held[log]


def show(session: Session, target: str, at: int) -> None:
    session.say("MARKREAD", target, shown(at))


def shown(at: int) -> str:
    return f"timestamp={timestamp(at)}" if at else "*"


def tell_others(session: Session, target: str, at: int) -> None:
    """The other devices of the user follow."""
    line = f":{session.node.name} MARKREAD {target} {shown(at)}\r\n".encode()
    for device in session.node.fanout.sessions.get(session.me.id, ()):
        if device is not session and Cap.READ_MARKER in device.caps:
            device.send(line)
