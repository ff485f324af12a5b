"""Blocked people, whose private messages are dropped: kept by the server, for a guest while connected.

The list is one of masks (SILENCE). A mask that names one nick or one account is seen from its other side, too: as the
private metadata ``soju.im/blocked`` of that nick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from chover.engine import verbs
from chover.engine.metadata import BLOCKED
from chover.names import ACCOUNT, complete_mask
from chover.ports import Denied
from chover.server.profile import metadata
from chover.server.users.nick_ownership import folded_nick, owner
from chover.wire.message import format_line

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session

MOST: Final = 100
"""The maximum length of a user's list."""
MASK_BYTES: Final = 200
_ANYWHERE: Final = "!*@*"

Masks = tuple[str, ...]


def of(session: Session) -> Masks:
    return session.node.chat.blocks.get(session.me.id, ())


async def add(session: Session, mask: str, *, apart: bool = False) -> bool:
    """Add a mask. Returns whether it is new. ``apart``: the caller tells the session. Raises Denied at the limit."""
    held = of(session)
    if mask in held:
        return False
    if len(held) >= MOST:
        raise Denied("LIST_FULL", f"You already block {MOST}, which is the limit; unblock somebody first")
    if len(mask.encode()) > MASK_BYTES:
        raise Denied("INVALID", f"A mask has at most {MASK_BYTES} bytes")
    await _change(session, lambda masks: (*(other for other in masks if other != mask), mask))
    _tell(session, "+", mask, apart=apart)
    return True


async def remove(session: Session, mask: str, *, apart: bool = False) -> bool:
    """Remove a mask. Returns whether it was there."""
    if mask not in of(session):
        return False
    await _change(session, lambda masks: tuple(other for other in masks if other != mask))
    _tell(session, "-", mask, apart=apart)
    return True


async def _change(session: Session, how: Callable[[Masks], Masks]) -> None:
    node = session.node
    account, masks = node.accounts.get(session.me.id), how(of(session))
    if account is not None:
        kept = await node.accounts.change(
            account.id, lambda held: msgspec.structs.replace(held, blocked=how(held.blocked))
        )
        masks = kept.settings.blocked
    await session.commit(partial(verbs.set_blocks, session.me, masks))


def _tell(session: Session, sign: str, mask: str, *, apart: bool) -> None:
    """Tell all devices, so that each knows whose lines to hide."""
    session.say_as(session.me.mask, "SILENCE", sign + mask)
    devices = session.node.fanout.sessions.get(session.me.id, ())
    show([device for device in devices if device is not session], sign, mask)
    for name in named(session.node, mask):
        metadata.tell_own(session, name, {BLOCKED: "1" if sign == "+" else "0"}, apart=apart)


def show(devices: Iterable[Session], sign: str, mask: str) -> None:
    """Tell devices that a mask was added (``+``) or removed (``-``)."""
    for device in devices:
        device.send(f"{format_line('SILENCE', sign + mask, source=device.me.mask)}\r\n".encode())


# ---- by name ---------------------------------------------------------------------------------------------------------


def masks_of(node: Node, nick: str) -> Masks:
    """The masks that name the owner of a nick: the account's, if there is one, and the nick's.

    The first is the best.
    """
    user = node.chat.nicks.get(folded_nick(node.chat, nick))
    account = owner(node, nick) if user is None else None
    name = user.account if user is not None else account.name if account is not None else ""
    by_account = (complete_mask(f"{ACCOUNT}{name}"),) if name else ()
    return (*by_account, complete_mask(nick))


def named(node: Node, mask: str) -> list[str]:
    """The names under which a mask is shown: none for one that covers a network, or many people."""
    name = mask.removeprefix(ACCOUNT) if mask.startswith(ACCOUNT) else mask.removesuffix(_ANYWHERE)
    if not name or set("*?!@:") & set(name):
        return []
    if mask.startswith(ACCOUNT):
        account = owner(node, name)
        user = node.chat.users.get(account.id) if account is not None else None
        own = account.name if account is not None else name
        return [own] if user is None or user.folded == folded_nick(node.chat, own) else [own, user.nick]
    user = node.chat.nicks.get(folded_nick(node.chat, name))
    return [user.nick if user is not None else name]


def names(session: Session) -> Iterator[str]:
    """The people whom a session's user blocks by name."""
    for mask in of(session):
        yield from named(session.node, mask)


def blocks(session: Session, nick: str) -> bool:
    held = of(session)
    return bool(held) and not set(held).isdisjoint(masks_of(session.node, nick))


async def put(session: Session, nick: str, *, on: bool) -> None:
    """Block the owner of a nick, or unblock them. Raises Denied, NotKept and StoreError."""
    masks = masks_of(session.node, nick)
    if on:
        await add(session, masks[0], apart=True)
        return
    for mask in masks:
        await remove(session, mask, apart=True)
