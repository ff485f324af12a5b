"""Joining a channel, and what a session is told about it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

import msgspec

from chover.engine import verbs
from chover.engine.append import Append
from chover.engine.events import Joined
from chover.engine.metadata import SHARED_PINS
from chover.engine.model import Channel
from chover.engine.refusals import Refusal, Why
from chover.ports import AccountSettings
from chover.server.delivery import pin_lines
from chover.server.history import read_markers
from chover.server.history.playback import play_channel
from chover.server.history.replay import replay
from chover.server.operators.reporting import remind
from chover.server.pipeline.ledger import NotKept
from chover.server.profile import metadata
from chover.server.session.channel_introduction import introduce
from chover.wire.capabilities import Cap
from chover.wire.numerics import Err

if TYPE_CHECKING:
    from chover.server.session.session import Session

CANNOT_JOIN: Final = "You cannot join that channel and are sent to another one"
FORWARDED: Final = frozenset({Why.BANNED, Why.INVITE_ONLY, Why.ACCOUNT_NEEDED, Why.BAD_KEY, Why.FULL, Why.THROTTLED})
"""Refusals after which +f forwards to another channel."""
AGAIN_SECONDS: Final = 2.0
"""Delay before another attempt to join, if the disk could not store the first one."""


async def join_each(session: Session, names: Sequence[str], keys: Sequence[str] = ()) -> None:
    """Join channels one after another, each with its key; each refusal is answered."""
    for name, key in zip_longest(names, keys[: len(names)], fillvalue=""):
        try:
            await enter(session, name, key)
        except Refusal as refusal:
            await _led_elsewhere(session, name, refusal)


async def join_by_itself(session: Session, names: Sequence[str]) -> None:
    """Join the channels that everybody joins. If that cannot be stored, say so, and try again until it can."""
    try:
        await join_each(session, names)
    except NotKept as error:
        session.fail("*", "CANNOT_SAVE", text=str(error))
        session.node.spawn(_join_again(session, names))


async def _join_again(session: Session, names: Sequence[str]) -> None:
    """Join the lobby later for somebody who connected while the disk was full."""
    await asyncio.sleep(AGAIN_SECONDS)
    while session in session.node.sessions:
        try:
            await join_each(session, names)
        except NotKept:
            await asyncio.sleep(AGAIN_SECONDS)
        else:
            return


async def _led_elsewhere(session: Session, name: str, refusal: Refusal) -> None:
    """Send a session that cannot join to the channel that +f names, or tell it why it cannot join."""
    target = _elsewhere(session, name, refusal)
    if not target:
        session.refuse(refusal)
        return
    text = "The channel has been renamed" if refusal.why is Why.CHANNEL_RENAMED else CANNOT_JOIN
    session.reply(Err.LINKCHANNEL, name, target, text)
    try:
        await enter(session, target)
    except Refusal as further:
        session.refuse(further)


def _elsewhere(session: Session, name: str, refusal: Refusal) -> str:
    """The channel to go to instead; empty for none. Clients that know the new name go there by themselves."""
    chat = session.node.chat
    if refusal.why is Why.CHANNEL_RENAMED:
        return "" if Cap.CHANNEL_RENAME in session.caps else refusal.subject[-1]
    channel = chat.by_name.get(chat.rules.same_channel(name)) if refusal.why in FORWARDED else None
    return channel.modes.get("f", "") if channel is not None else ""


async def enter(session: Session, name: str, key: str = "") -> None:
    """Join one channel and be told about it. Raises Refusal."""
    await entered(session, await session.commit(partial(verbs.join, session.node.chat, session.me, name, key)))


async def entered(session: Session, done: Append) -> None:
    """Tell a session, and the user's other devices, of the channel that was joined, if one was."""
    joined = next((event for event in done.events if isinstance(event.body, Joined)), None)
    channel = session.node.chat.channels.get(joined.log) if joined is not None else None
    if channel is None:
        return
    await remember(session, channel, parted=False)
    await show(session, channel)
    await remind(session, channel)
    for device in session.node.fanout.sessions.get(session.me.id, ()):
        if device is not session:
            await introduce_to(device, channel)


async def remember(session: Session, channel: Channel, *, parted: bool) -> None:
    """A channel that everybody joins is no longer joined automatically after an account has left it."""
    account = session.node.accounts.get(session.me.id)
    if account is None or channel.folded not in session.node.chat.rules.permanent:
        return
    if (channel.folded in account.settings.parted) is not parted:
        await session.node.accounts.change(account.id, partial(_noted, channel.folded, parted=parted))


def _noted(folded: str, settings: AccountSettings, *, parted: bool) -> AccountSettings:
    left = tuple(name for name in settings.parted if name != folded)
    return msgspec.structs.replace(settings, parted=(*left, folded) if parted else left)


async def show(session: Session, channel: Channel) -> None:
    """What a session is told about a channel that it has joined."""
    await introduce_to(session, channel)
    await replay(session, channel)
    if session.registration.playing is not None:
        await play_channel(session, channel)


async def introduce_elsewhere(devices: Sequence[Session], channel: Channel) -> None:
    """The user of these devices has joined a channel with a device on another node."""
    for device in list(devices):
        await introduce_to(device, channel)


async def introduce_to(session: Session, channel: Channel) -> None:
    if Cap.READ_MARKER in session.caps:
        read_markers.show(session, channel.name, await read_markers.marker(session, channel.log, channel.folded))
    introduce(session, channel)
    metadata.show_channel(session, channel)
    if held := channel.metadata.get(SHARED_PINS):
        pin_lines.tell((session,), channel.name, held)
