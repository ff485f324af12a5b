"""Read markers: one for each conversation, the same on every device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.engine.ids import LogId, is_account
from chover.server.delivery.render import timestamp
from chover.wire.capabilities import Cap

if TYPE_CHECKING:
    from chover.server.session.session import Session


async def marker(session: Session, log: LogId, channel: str = "") -> int:
    """Milliseconds since 1970; 0: never. A guest's markers end with the connection.

    ``channel``: the folded name, if it is a channel's.
    """
    if is_account(session.me.id):
        return await session.node.accounts.read_markers.get(session.me.id, log) if log else 0
    held = session.registration
    return max(held.markers.get(log, 0), held.markers_by_name.get(channel, 0) if channel else 0)


async def mark(session: Session, log: LogId, at: int, channel: str = "") -> int:
    """Move it forward. Returns where it is then."""
    if is_account(session.me.id):
        stands = await session.node.accounts.read_markers.move(session.me.id, log, at)
        session.node.read(session.me.id, log, stands)
        return stands
    held = session.registration.markers
    held[log] = max(at, held.get(log, 0))
    if channel:
        session.registration.markers_by_name[channel] = held[log]
    return held[log]


def show(session: Session, target: str, at: int) -> None:
    session.say("MARKREAD", target, shown(at))


def shown(at: int) -> str:
    return f"timestamp={timestamp(at)}" if at else "*"


def tell_others(session: Session, target: str, at: int) -> None:
    """Tell the user's other devices."""
    line = f":{session.node.name} MARKREAD {target} {shown(at)}\r\n".encode()
    for device in session.node.fanout.sessions.get(session.me.id, ()):
        if device is not session and Cap.READ_MARKER in device.caps:
            device.send(line)
    session.node.presence.tell_devices(session.me.id, Cap.READ_MARKER, line)
