"""What devices are told of what their account has scheduled (chover.chat/scheduled, docs/protocol.md).

Clients without that capability are told once, by a notice, of reminders and of messages that could not be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from chover.engine import lines
from chover.engine.events import Event, Said
from chover.engine.ids import UserId, is_account
from chover.ports.registry import ScheduledItem
from chover.server.delivery.render import Rendered, text_line, text_of, timestamp
from chover.server.delivery.render import moment as shown
from chover.server.history.replay import enclosed
from chover.wire import ctcp
from chover.wire.capabilities import VENDOR, Cap
from chover.wire.message import format_line

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session

LISTED: Final = f"{VENDOR}/scheduled"
"""The batch that names everything that an account has scheduled."""
NEEDED: Final = Cap.SCHEDULED | Cap.BATCH | Cap.MULTILINE
EXCERPT: Final = 200
"""Characters of a message that a reminder shows."""


class ShownItem(ScheduledItem, frozen=True, kw_only=True):
    """With what is shown of the message that a reminder is about."""

    author: str = ""


def knows(session: Session) -> bool:
    return session.caps & NEEDED == NEEDED


async def held(node: Node, account: UserId) -> list[ShownItem]:
    """Everything of an account, the next one first. Raises StoreError."""
    return [await with_excerpt(node, item) for item in await node.accounts.scheduled.of(account)]


async def with_excerpt(node: Node, item: ScheduledItem) -> ShownItem:
    """Nothing of a message that was deleted, or that is no longer theirs to read. Raises StoreError."""
    values = {name: getattr(item, name) for name in item.__struct_fields__}
    if item.kind == "say" or item.state == "refused" or not _may_read(node, item):
        return ShownItem(**values)
    event = await node.store.find(item.log, item.msgid)
    return ShownItem(**{**values, "text": excerpt(event)}, author=event.source.nick if event is not None else "")


def _may_read(node: Node, item: ScheduledItem) -> bool:
    """Members may, and those who are offline or just coming: job.py ends reminders for people who have left."""
    channel, user = node.chat.channels.get(item.log), node.chat.users.get(item.account)
    return channel is None or user is None or user.id in channel.members or not channel.banned(user)


def excerpt(event: Event | None) -> str:
    """The beginning of a message, on one line; empty if it was deleted."""
    if event is None or not isinstance(event.body, Said) or event.body.rank:
        return ""
    return excerpt_of(ctcp.action(event.body.text) or event.body.text)


# ---- lists -----------------------------------------------------------------------------------------------------------


async def tell(node: Node, account: UserId) -> None:
    """Tell all devices here what an account has scheduled now. Raises StoreError."""
    async with node.telling.of(account):
        devices = list(node.fanout.sessions.get(account, ()))
        if not devices:
            return
        items = await held(node, account)
        for device in devices:
            if knows(device):
                device.send("".join(map(text_of, _list(device, items))).encode())
        await _tell_once(node, devices, items)


async def greet(session: Session) -> None:
    """What a device is told when it has connected. Raises StoreError."""
    if not is_account(session.me.id):
        return
    items = await held(session.node, session.me.id)
    if knows(session) and items:
        show(session, items)
    await _tell_once(session.node, [session], items)


def show(session: Session, items: Sequence[ShownItem]) -> None:
    """The complete list, in answer to a command: what is not named in it does not exist."""
    session.add_each(_list(session, items))


def _list(session: Session, items: Sequence[ShownItem]) -> list[Rendered]:
    return enclosed(session, LISTED, [line for item in items for line in _lines(session, item)])


def _lines(session: Session, item: ShownItem) -> list[Rendered]:
    """``SCHEDULED <id> <target> <kind> <state> <timestamp> <msgid|*> <author|*> :<text>``, and why it was refused."""
    server = session.node.name
    words = " ".join(
        [
            *("SCHEDULED", item.id, item.target, item.kind, item.state, f"timestamp={timestamp(item.due)}"),
            *(item.msgid or "*", item.author or "*"),
        ]
    )
    whole = text_line(words, item.text, item.id, lines.room(f":{server} {words} :", 0), session.new_batch, server)
    if item.state != "refused":
        return [whole]
    return [whole, Rendered("", format_line("SCHEDULED", item.id, item.target, "why", item.why, source=server))]


# ---- notices ---------------------------------------------------------------------------------------------------------


async def _tell_once(node: Node, devices: Sequence[Session], items: Sequence[ShownItem]) -> None:
    """Tell plain clients of what is new; what any device was told is not told to plain ones again."""
    for item in items:
        if item.state == "waiting" or item.told or not await node.accounts.scheduled.note_told(item.id):
            continue
        for device in devices:
            if not knows(device):
                line = format_line("NOTICE", device.nick_or_star, notice(item), source=node.name)
                device.send(text_of(Rendered("", line)).encode())


def notice(item: ShownItem) -> str:
    """What became of it, in a sentence."""
    if item.kind == "remind":
        if item.state == "refused":
            return f"Your reminder of a message in {item.target} has ended: {item.why}"
        said = f" <{item.author}> {item.text}" if item.text else " a message that was deleted"
        return f"Reminder of {item.target}:{said}"
    begins = excerpt_of(item.text)
    return f"Your message to {item.target} for {shown(item.due)} was not sent: {item.why}. It was: {begins}"


def row(item: ShownItem) -> str:
    """One of the list, for people with a plain client."""
    what = f"message to {item.target}" if item.kind == "say" else f"reminder of {item.target}"
    state = "" if item.state == "waiting" else f" ({item.state}{': ' if item.why else ''}{item.why})"
    return f"{item.id} {shown(item.due)} {what}{state}: {excerpt_of(item.text)}"


def excerpt_of(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1].rstrip()}…"
