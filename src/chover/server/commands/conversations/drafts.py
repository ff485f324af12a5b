"""DRAFT: texts that were not sent yet (chover.chat/drafts, docs/protocol.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.ports import StoreError
from chover.server.profile import drafts, preferences
from chover.server.session.command import Command, Fault
from chover.wire.message import Message

if TYPE_CHECKING:
    from chover.server.session.session import Session

MSGID_BYTES: Final = 64


async def draft(session: Session, message: Message) -> None:
    """In one line, or in a draft/multiline batch, like a multi-line message."""
    target, about, text = message.params[:3]
    try:
        await drafts.put(session, _place(session, target, about), text, about)
    except Fault as fault:
        session.fail("DRAFT", fault.code, *fault.context, text=fault.text)
    except StoreError as error:
        session.fail("DRAFT", "INTERNAL_ERROR", target, text=f"That could not be saved: {error}")


def _place(session: Session, target: str, about: str) -> preferences.PreferenceTarget:
    """Raises Fault."""
    where = preferences.place(session, target)
    msgid = about.removeprefix(drafts.THREAD)
    if where.folded == preferences.OWN or not msgid or len(msgid.encode()) > MSGID_BYTES:
        raise Fault(
            "INVALID_TARGET", target, text="Name a channel or nick, and the message that the draft answers (or *)"
        )
    return where


ROWS: Final = (
    Command(
        "DRAFT",
        draft,
        "DRAFT <#channel|nick> <msgid|thread=msgid|*> :[text]",
        "saves text that you have not sent yet",
        3,
    ),
)
