"""The devices of a user: staying online, being away, and when a device left."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from chover.engine import verbs
from chover.engine.append import Append
from chover.engine.ids import UserId, is_account
from chover.engine.model import User
from chover.ports import Account, Denied, StoreError
from chover.server.access.departures import quitting
from chover.server.pipeline.ledger import NotKept
from chover.server.presence.notes import Order
from chover.wire.numerics import Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session

_log = logging.getLogger(__name__)

HOW_TO_GET_IN: Final = "QUIT there, or use /msg NickServ GHOST <account> <password>, then log in again"
REVOKED: Final = "What this device logged in with was revoked"
OTHER_PROOF: Final = "The password of this account was changed: log in again"
PUT_OUT: Final = "Another device of this account asked for it"
GONE: Final = "Not connected"
"""The away message of somebody who is always on and has no device connected."""


def always_on(node: Node, user: User) -> bool:
    """Whether the user stays when the last device leaves: ``accounts.always_on``, and the account's choice."""
    if not is_account(user.id):
        return False
    policy = node.config.accounts.always_on
    account = node.accounts.get(user.id)
    if account is None or account.suspended or policy == "off" or node.moderation.bans.of_account(account.folded):
        return False
    wish = account.settings.always_on
    return wish if wish is not None else policy == "opt-out"


def require_room(session: Session, account: Account) -> None:
    """Raises Denied for a second device of an account that allows only one."""
    held = session.node.accounts.get(account.id)
    others = [device for device in session.node.fanout.sessions.get(account.id, ()) if device is not session]
    if (others or session.node.presence.devices(account.id)) and held is not None and not held.settings.multiclient:
        raise Denied(
            "IN_USE", f"{account.name} is online with another device and allows only one at a time: {HOW_TO_GET_IN}"
        )


def still_has_room(session: Session, account: Account) -> bool:
    """Check again under the account's lock, because another device may have logged in meanwhile."""
    try:
        require_room(session, account)
    except Denied as denied:
        session.end(str(denied))
        return False
    return True


def put_out_others(session: Session, account: UserId, words: str = PUT_OUT) -> int:
    """End the other devices of an account. Returns how many there were."""
    return end_sessions(session.node, account, words, but=session)


def end_sessions(node: Node, account: UserId, words: str, by: str = "", but: Session | None = None) -> int:
    """End the sessions of an account, optionally only those that ``by`` logged in (ports.Login). Returns how many.

    Includes sessions that have logged in and are not registered yet. A user who is always on stays. Those on other
    nodes end a moment later; of those that ``by`` logged in nobody knows the number.
    """
    return _end_here(node, account, words, by, but) + node.presence.end_elsewhere(account, words, by)


def carry_out(node: Node, order: Order) -> None:
    """Another node wants sessions ended."""
    for session in list(node.fanout.sessions.get(order.user, ())) if not order.by else ():
        session.end(order.words)
    _end_here(node, order.user, order.words, order.by, None)


def _end_here(node: Node, account: UserId, words: str, by: str, but: Session | None) -> int:
    found = [each for each in list(node.sessions) if each is not but and _logged_in(each, account, by)]
    for session in found:
        session.end(words)
    return len(found)


def _logged_in(session: Session, account: UserId, by: str) -> bool:
    login = session.registration.login
    return login is not None and login.account.id == account and (not by or login.by == by)


def came(session: Session) -> None:
    """A device has connected: a user who was away because there was none is back.

    The away message of somebody who is always on belongs to the user, not to a device: it stays until it is removed.
    """
    node, user = session.node, session.me
    if not session.away and user.away not in {"", GONE} and always_on(node, user):
        session.away = user.away
        session.reply(Rpl.NOWAWAY, "You are still marked as being away; AWAY without a text ends that")
    node.spawn(settle_away(node, user))


def gone(session: Session, user: User) -> None:
    """A device has disconnected: when it comes back, it is shown what it missed."""
    node = session.node
    if is_account(user.id):
        node.spawn(_note_departure(node, user, session.registration.device))
        node.spawn(settle_away(node, user))


async def _note_departure(node: Node, user: User, device: str) -> None:
    try:
        await node.accounts.login.departures.put(user.id, device, now())
    except StoreError as error:
        _log.warning("could not save when a device of %s disconnected: %s", user.nick, error)


async def settle_away(node: Node, user: User) -> None:
    """Make the user away if every device is, with the message of the last one."""
    await keep_realname(node, user)
    with suppress(NotKept):  # presence is kept by nobody; the next device settles it again
        await node.ledger.commit(partial(_settling, node, user))
    await keep_away(node, user)


async def keep_realname(node: Node, user: User) -> None:
    """For users who are always on: presence is in no log, and a restart would lose it."""
    account = node.accounts.get(user.id)
    if account is None or account.settings.realname == user.realname or not always_on(node, user):
        return
    try:
        await node.accounts.change(account.id, lambda held: msgspec.structs.replace(held, realname=user.realname))
    except (Denied, StoreError) as error:
        _log.warning("could not save the real name of %s: %s", user.nick, error)


async def keep_away(node: Node, user: User) -> None:
    """For users who are always on, as with the real name."""
    account = node.accounts.get(user.id)
    away = user.away if user.away != GONE and always_on(node, user) else ""
    if account is None or account.settings.away == away:
        return
    try:
        await node.accounts.change(account.id, lambda held: msgspec.structs.replace(held, away=away))
    except (Denied, StoreError) as error:
        _log.warning("could not save that %s is away: %s", user.nick, error)


def _settling(node: Node, user: User) -> Append:
    text = _away(node, user)
    settled = user.id not in node.chat.users or text == user.away
    return Append([]) if settled else verbs.set_away(node.chat, user, text)


def _away(node: Node, user: User) -> str:
    """The message of the last device, if all are away, on this node and on others."""
    here = [session.away for session in node.fanout.sessions.get(user.id, ())]
    elsewhere = [devices.away for devices in node.presence.devices(user.id)]
    if not all(here) or not all(elsewhere):
        return ""
    if elsewhere and user.away not in {"", GONE}:
        return user.away
    return next(reversed([*elsewhere, *here]), user.away or GONE)


def nobody_left(node: Node, user: User) -> bool:
    """Whether nothing keeps the user here: no device, and not always on."""
    return user.id not in node.fanout.sessions and user.id in node.chat.users and not always_on(node, user)


async def leave_if_alone(node: Node, user: User, reason: str) -> None:
    """A session was attached to another user: the previous one leaves if that was the last. Raises NotKept."""
    if nobody_left(node, user):
        await leave_if_last(node, user, reason)


async def leave_if_last(node: Node, user: User, reason: str) -> None:
    """The user has no device on this node any more, and leaves if there is none on another. Raises NotKept."""
    if not is_account(user.id):
        if await node.presence.claims.let_go(user):
            await node.ledger.commit(partial(quitting, node.chat, user, reason))
        return
    async with node.entrances.of(user.id), node.presence.claims.entrance(user.id):
        if user.id not in node.fanout.sessions and await node.presence.claims.let_go(user):
            await node.ledger.commit(partial(quitting, node.chat, user, reason))


@asynccontextmanager
async def entering(node: Node, account: UserId) -> AsyncIterator[None]:
    """While it lasts, no other device of the account comes or goes, on any node. Raises NotKept."""
    async with node.entrances.of(account), node.presence.claims.entrance(account) as there:
        user = node.chat.users.get(account)
        if user is None or (account not in node.fanout.sessions and not always_on(node, user)):
            await node.presence.where.heard(account, there=there)
        yield


async def set_away(session: Session, text: str) -> None:
    """The device is away, or back; the user is away if every device is."""
    node, user = session.node, session.me
    session.away = text
    here = node.fanout.sessions.get(user.id, ())
    if not text and always_on(node, user):
        # A user's message is removed on every device.
        for device in here:
            device.away = ""
    elsewhere = node.presence.devices(user.id)
    if not text or (all(device.away for device in here) and all(device.away for device in elsewhere)):
        await session.commit(lambda: verbs.set_away(node.chat, user, text))
        await keep_away(node, user)
    # Afterwards: until then the other nodes would take another message for that of the user.
    node.presence.changed(user.id)


async def put_out(node: Node, account: UserId, words: str) -> None:
    """End all devices of an account, and remove its user, even one who was always on. Raises NotKept."""
    node.presence.end_elsewhere(account, words)
    await put_out_here(node, account, words)


async def put_out_here(node: Node, account: UserId, words: str) -> None:
    """The same on this node; every node does it."""
    for session in list(node.fanout.sessions.get(account, ())):
        session.end(words)
    user = node.chat.users.get(account)
    if user is not None and account not in node.fanout.sessions:
        await node.ledger.commit(partial(quitting, node.chat, user, words))


def idle_seconds(node: Node, user: User) -> float:
    """Since a user last said something; for devices on other nodes, since that was heard in a channel."""
    here = [time.monotonic() - session.last_spoke for session in node.fanout.sessions.get(user.id, ())]
    since = [devices.since for devices in node.presence.devices(user.id)]
    if since:
        spoke = [channel.members[user.id].spoke_at for channel in user.channels.values()]
        here.append(max(0, now() - max([*since, *spoke])) / 1000)
    return min(here, default=0)


class AccountResidents:
    """Implements whereabouts.Residents."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def rests(self, user: User) -> str | None:
        account = self._node.accounts.get(user.id)
        return (account.settings.away or GONE) if account is not None and always_on(self._node, user) else None

    def settle(self, user: User) -> None:
        self._node.spawn(settle_away(self._node, user))


def now() -> int:
    return time.time_ns() // 1_000_000
