"""SCHEDULE, REMIND, UNSCHEDULE and SCHEDULED (chover.chat/scheduled, docs/protocol.md)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from chover.engine.events import Said
from chover.engine.ids import is_account
from chover.engine.mentions import REPLY_TAGS, answered
from chover.ports import StoreError
from chover.ports.registry import ScheduledItem
from chover.server.delivery.render import moment, timestamp
from chover.server.scheduling import items, telling
from chover.server.session.command import Command, Fault
from chover.wire.capabilities import Cap
from chover.wire.message import Message

if TYPE_CHECKING:
    from chover.server.session.session import Session


async def schedule(session: Session, message: Message) -> None:
    """In one line, or in a draft/multiline batch, like a multi-line message."""
    target, when, text = message.params[:3]
    reply = answered(message.tags)
    said = Said(text, tags={REPLY_TAGS[0]: reply} if reply else {})

    async def keep() -> ScheduledItem:
        return await items.say_later(session, target, items.due(session, when), said)

    await _keep(session, "SCHEDULE", target, keep)


async def remind(session: Session, message: Message) -> None:
    target, msgid, when = message.params[:3]

    async def keep() -> ScheduledItem:
        return await items.remind(session, target, msgid, items.due(session, when))

    await _keep(session, "REMIND", target, keep)


async def _keep(session: Session, command: str, target: str, keep: Callable[[], Awaitable[ScheduledItem]]) -> None:
    try:
        item = await keep()
    except Fault as fault:
        session.fail(command, fault.code, *fault.context, text=fault.text)
    except StoreError as error:
        session.fail(command, "INTERNAL_ERROR", target, text=f"That could not be saved: {error}")
    else:
        text = f"Scheduled for {moment(item.due)}; UNSCHEDULE {item.id} cancels that"
        if session.caps & (Cap.STANDARD_REPLIES | Cap.SCHEDULED):
            session.say("NOTE", command, "SCHEDULED", item.id, f"timestamp={timestamp(item.due)}", text)
        else:
            session.say("NOTICE", session.nick_or_star, text)
        await _told(session)


async def unschedule(session: Session, message: Message) -> None:
    """Cancels it, or dismisses a reminder or a message that was refused."""
    item = message.params[0]
    try:
        removed = await session.node.accounts.scheduled.remove(session.me.id, item)
    except StoreError as error:
        session.fail("UNSCHEDULE", "INTERNAL_ERROR", item, text=f"That could not be saved: {error}")
        return
    if removed:
        await _told(session, "Cancelled")
    else:
        text = "You have scheduled nothing under this number; SCHEDULED lists what you have"
        session.fail("UNSCHEDULE", "UNKNOWN_ID", item, text=text)


async def _told(session: Session, words: str = "") -> None:
    """The account's devices learn what there is now; a plain client hears ``words``."""
    if words and not telling.knows(session):
        session.say("NOTICE", session.nick_or_star, words)
    try:
        await telling.tell(session.node, session.me.id)
    except StoreError as error:
        session.fail("SCHEDULED", "INTERNAL_ERROR", text=f"The list could not be read: {error}")


async def scheduled(session: Session, _: Message) -> None:
    try:
        held = await telling.held(session.node, session.me.id) if is_account(session.me.id) else []
    except StoreError as error:
        session.fail("SCHEDULED", "INTERNAL_ERROR", text=f"The list could not be read: {error}")
        return
    if telling.knows(session):
        telling.show(session, held)
        return
    for item in held:
        session.say("NOTICE", session.nick_or_star, telling.row(item))
    if not held:
        session.say("NOTICE", session.nick_or_star, "Nothing is scheduled")


ROWS: Final = (
    Command("SCHEDULE", schedule, "SCHEDULE <#channel|nick> <20m|2h|timestamp=…> :<text>", "sends a message later", 3),
    Command("REMIND", remind, "REMIND <#channel|nick> <msgid> <20m|2h|timestamp=…>", "reminds you of a message", 3),
    Command("UNSCHEDULE", unschedule, "UNSCHEDULE <number>", "cancels a message that is sent later, or a reminder", 1),
    Command("SCHEDULED", scheduled, "SCHEDULED", "lists your messages that are sent later, and your reminders"),
)
