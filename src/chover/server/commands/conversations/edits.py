"""REDACT (draft/message-redaction) and EDIT (chover.chat/edit, docs/protocol.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.server.history import edits
from chover.server.session.command import Command, Fault
from chover.wire.message import Message
from chover.wire.numerics import Err

if TYPE_CHECKING:
    from chover.server.session.session import Session


async def redact(session: Session, message: Message) -> None:
    """https://ircv3.net/specs/extensions/message-redaction"""
    target, msgid, *reason = message.params
    try:
        await edits.redact(session, target, msgid, " ".join(reason))
    except Fault as fault:
        session.fail("REDACT", fault.code, *fault.context, text=fault.text)


async def edit(session: Session, message: Message) -> None:
    target, msgid, text = message.params[:3]
    if not text:
        session.reply(Err.NOTEXTTOSEND, "No text to send; REDACT deletes a message")
        return
    try:
        await edits.edit(session, target, msgid, text)
    except Fault as fault:
        session.fail("EDIT", fault.code, *fault.context, text=fault.text)


ROWS: Final = (
    Command("REDACT", redact, "REDACT <#channel|nick> <msgid> [:<reason>]", "deletes a message", 2),
    Command("EDIT", edit, "EDIT <#channel|nick> <msgid> :<text>", "changes the text of your own message", 3),
)
