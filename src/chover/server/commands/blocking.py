"""SILENCE: whose private messages and invitations do not arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.names import complete_mask, covers_somebody
from chover.ports import Denied
from chover.server import blocks
from chover.server.command import Command
from chover.wire.message import Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session import Session


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
        session.fail("SILENCE", "INVALID_MASK", text, text="Name somebody behind the colon, as in account:name")
        return
    mask = complete_mask(text)
    try:
        await (blocks.remove if word.startswith("-") else blocks.add)(session, mask)
    except Denied as denied:
        session.reply(Err.SILELISTFULL, mask, str(denied))


ROWS: Final = (
    Command("SILENCE", silence, "SILENCE [+mask|-mask]", "whose private messages and invitations do not reach you"),
)  # fmt: skip
