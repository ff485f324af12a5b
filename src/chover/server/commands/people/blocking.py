"""SILENCE, ACCEPT: people whose private messages and invitations are dropped, or accepted in spite of +g and +R."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.engine.refusals import Refusal
from chover.names import complete_mask, covers_somebody
from chover.ports import Denied
from chover.server.profile import accept_list, blocks
from chover.server.session.command import Command, targets
from chover.wire.message import Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session


async def silence(session: Session, message: Message) -> None:
    """``+mask``, ``-mask``, or nothing for the list."""
    word = message.params[0] if message.params else ""
    if not word.strip("+-"):
        for mask in blocks.of(session):
            session.reply(Rpl.SILELIST, mask)
        session.reply(Rpl.ENDOFSILELIST, "End of silence list")
        return
    text = word.removeprefix("-").removeprefix("+")
    if not (word.startswith("-") or covers_somebody(text)):
        session.fail("SILENCE", "INVALID_MASK", text, text="Write a name after the colon, as in account:name")
        return
    mask = complete_mask(text)
    try:
        await (blocks.remove if word.startswith("-") else blocks.add)(session, mask)
    except Denied as denied:
        session.reply(Err.SILELISTFULL, mask, str(denied))


async def accept(session: Session, message: Message) -> None:
    """``nick``, ``-nick``, several of them, ``*`` or nothing for the list."""
    words = targets(message.params[0]) if message.params else ["*"]
    # Removed first, so that a full list has room.
    for word in sorted(words, key=lambda word: not word.startswith("-")):
        if word == "*":
            accept_list.show(session)
            continue
        try:
            await accept_list.change(session, word.removeprefix("-"), add=not word.startswith("-"))
        except Refusal as refusal:
            session.refuse(refusal)


ROWS: Final = (
    Command("ACCEPT", accept, "ACCEPT [nick|-nick|*][,…]", "lists or changes who may write to you with mode g or R"),
    Command("SILENCE", silence, "SILENCE [+mask|-mask]", "lists or changes whose private messages you do not get"),
)  # fmt: skip
