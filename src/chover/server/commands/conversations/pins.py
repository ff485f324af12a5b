"""PIN, UNPIN and PINNED (chover.chat/pins, docs/protocol.md): messages that a channel has pinned for everybody."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from chover.engine.metadata import SHARED_PINS
from chover.engine.verbs import pinning
from chover.ports import StoreError
from chover.server.delivery import pin_lines
from chover.server.delivery.render import Rendered
from chover.server.history.edits import spoken
from chover.server.session.command import Command, Fault
from chover.wire.message import Message

if TYPE_CHECKING:
    from chover.server.session.session import Session


async def pin(session: Session, message: Message) -> None:
    """Everybody who has asked for it is told, the author included."""
    target, msgid = message.params[:2]
    try:
        found = await spoken(session, target, msgid)
    except Fault as fault:
        session.fail("PIN", fault.code, *fault.context, text=fault.text)
    except StoreError as error:
        session.fail("PIN", "INTERNAL_ERROR", target, msgid, text=f"The message could not be read: {error}")
    else:
        if found.channel is None:
            text = "Only messages of a channel can be pinned for everybody"
            session.fail("PIN", "INVALID_TARGET", target, text=text)
        else:
            await session.commit(partial(pinning.pin, found.channel, session.me, found.event.msgid))


async def unpin(session: Session, message: Message) -> None:
    target, msgid = message.params[:2]
    channel = session.node.chat.find_channel(target)
    await session.commit(partial(pinning.unpin, channel, session.me, msgid))


def pinned(session: Session, message: Message) -> None:
    channel = session.node.chat.find_channel(message.params[0])
    if session.me.id not in channel.members:
        text = "Only members can see what is pinned"
        session.fail("PINNED", "INVALID_TARGET", message.params[0], text=text)
        return
    held = channel.metadata.get(SHARED_PINS, "")
    session.add_each([Rendered("", line) for line in pin_lines.lines(session.node.name, channel.name, held)])


ROWS: Final = (
    Command("PIN", pin, "PIN <#channel> <msgid>", "pins a message for everybody in a channel", 2),
    Command("UNPIN", unpin, "UNPIN <#channel> <msgid>", "unpins a message for everybody", 2),
    Command("PINNED", pinned, "PINNED <#channel>", "lists the messages that are pinned for everybody", 1),
)
