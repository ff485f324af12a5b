"""MARKREAD, PERSISTENCE: state that the devices of an account share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from chover.engine.ids import NOWHERE, LogId, is_account, pair_log
from chover.engine.model import visible_to
from chover.names import BadName, is_channel
from chover.ports import StoreError
from chover.server.commands.conversations.history import moment
from chover.server.history import read_markers
from chover.server.history.conversations import former
from chover.server.session.command import Command, Fault
from chover.server.users import devices
from chover.wire.capabilities import Cap
from chover.wire.message import Message

if TYPE_CHECKING:
    from chover.server.session.session import Session

MARKERS_OF_A_GUEST: Final = 1000


async def markread(session: Session, message: Message) -> None:
    """https://ircv3.net/specs/extensions/read-marker"""
    if not message.params or not message.params[0]:
        session.fail("MARKREAD", "NEED_MORE_PARAMS", text="Missing parameters; usage: MARKREAD <target> [timestamp=…]")
        return
    target = message.params[0]
    try:
        talk = await _conversation(session, target)
        at = moment("MARKREAD", message.params[1]) if len(message.params) > 1 else 0
    except Fault as fault:
        session.fail("MARKREAD", "INVALID_PARAMS", target, text=fault.text)
        return
    try:
        await _marked(session, target, talk, at)
    except StoreError as error:
        session.fail("MARKREAD", "INTERNAL_ERROR", target, text=f"The read timestamp could not be set: {error}")


class Marked(NamedTuple):
    """The target of a marker. ``open``: it may be moved; otherwise only its position is reported."""

    log: LogId
    channel: str = ""
    """Its folded name."""
    open: bool = True


async def _marked(session: Session, target: str, talk: Marked, at: int) -> None:
    before = await read_markers.marker(session, talk.log, talk.channel)
    full = len(session.registration.markers) >= MARKERS_OF_A_GUEST and not before
    if not talk.open or at <= before or full:
        read_markers.show(session, target, before)
        return
    # Nobody can have read a message that has not been sent yet.
    stands = await read_markers.mark(session, talk.log, min(at, session.node.ledger.clock.now()), talk.channel)
    read_markers.show(session, target, stands)
    if stands > before:
        read_markers.tell_others(session, target, stands)


async def _conversation(session: Session, target: str) -> Marked:
    """Mark nothing in a conversation that is missing or may not be read. Raises Fault for an invalid name."""
    chat, rules = session.node.chat, session.node.chat.rules
    try:
        folded = rules.same_channel(target) if is_channel(target) else rules.fold_nick(target)
    except BadName:
        raise Fault("INVALID_PARAMS", target, text="That is neither a channel nor a nick") from None
    if is_channel(target):
        channel = chat.by_name.get(folded)
        inside = channel is not None and session.me.id in channel.members
        shown = channel is not None and visible_to(channel, session.me)
        return Marked(channel.log if channel is not None and shown else NOWHERE, folded, open=inside)
    user = chat.nicks.get(folded)
    gone = await former(session, target) if user is None else None
    log = pair_log(session.me.id, user.id) if user is not None else gone.log if gone is not None else NOWHERE
    return Marked(log, open=bool(log))


async def persistence(session: Session, message: Message) -> None:
    """draft/persistence as in ergo 2.19: whether a user stays while no device is connected."""
    account = session.node.accounts.get(session.me.id) if is_account(session.me.id) else None
    if account is None:
        session.fail("PERSISTENCE", "ACCOUNT_REQUIRED", text="You're not logged into an account")
        return
    words = [word.upper() for word in message.params]
    if words[:1] == ["SET"] and len(words) > 1 and words[1] in _WISHES:
        wish = _WISHES[words[1]]
        await session.node.accounts.change(account.id, lambda held: msgspec.structs.replace(held, always_on=wish))
        await devices.keep_realname(session.node, session.me)
        report(session, others=wish is not account.settings.always_on)
    elif words == ["GET"]:
        report(session, others=False)
    else:
        session.fail("PERSISTENCE", "INVALID_PARAMS", text="PERSISTENCE GET, or PERSISTENCE SET ON|OFF|DEFAULT")


def report(session: Session, *, others: bool) -> None:
    account = session.node.accounts.get(session.me.id)
    if account is None:
        return
    wish = next(word for word, value in _WISHES.items() if value is account.settings.always_on)
    effective = "ON" if devices.always_on(session.node, session.me) else "OFF"
    session.say("PERSISTENCE", "STATUS", wish, effective)
    line = f":{session.node.name} PERSISTENCE STATUS {wish} {effective}\r\n".encode()
    for device in session.node.fanout.sessions.get(session.me.id, ()) if others else ():
        if device is not session and Cap.PERSISTENCE in device.caps:
            device.send(line)


_WISHES: Final = {"DEFAULT": None, "ON": True, "OFF": False}

# fmt: off
ROWS: Final = (
    Command("MARKREAD", markread, "MARKREAD <#channel|nick> [timestamp=…]", "shows or sets how far you have read"),
    Command("PERSISTENCE", persistence, "PERSISTENCE GET | SET ON|OFF|DEFAULT", "keeps you online without a device", 1),
)
# fmt: on
