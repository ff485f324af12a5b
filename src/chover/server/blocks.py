"""Whom somebody does not want to hear in private: kept by the server, for a guest while connected."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from chover.ports import Denied
from chover.wire.message import format_line

if TYPE_CHECKING:
    from chover.server.session import Session

MOST: Final = 100
"""Masks in the list of one user."""
MASK_BYTES: Final = 200


def of(session: Session) -> tuple[str, ...]:
    return session.node.chat.blocks.get(session.me.id, ())


async def add(session: Session, mask: str) -> bool:
    """Whether it was not there yet. Raises Denied at the limit."""
    held = of(session)
    if mask in held:
        return False
    if len(held) >= MOST:
        raise Denied("LIST_FULL", f"You block {MOST} already, which is as many as one may; take one back first")
    if len(mask.encode()) > MASK_BYTES:
        raise Denied("INVALID", f"A mask has at most {MASK_BYTES} bytes")
    await _change(session, (*held, mask))
    _tell(session, "+" + mask)
    return True


async def remove(session: Session, mask: str) -> bool:
    """Whether it was there."""
    held = of(session)
    if mask not in held:
        return False
    await _change(session, tuple(other for other in held if other != mask))
    _tell(session, "-" + mask)
    return True


async def _change(session: Session, masks: tuple[str, ...]) -> None:
    node = session.node
    account = node.accounts.get(session.me.id)
    if account is not None:
        await node.accounts.change(account.id, lambda held: msgspec.structs.replace(held, blocked=masks))
    await session.commit(partial(node.chat.set_blocks, session.me, masks))


def _tell(session: Session, change: str) -> None:
    """To all devices, so that each knows whose lines it may mark."""
    line = format_line("SILENCE", change, source=session.me.mask)
    for device in session.node.fanout.sessions.get(session.me.id, ()):
        if device is session:
            device.say_as(session.me.mask, "SILENCE", change)
        else:
            device.send(f"{line}\r\n".encode())
