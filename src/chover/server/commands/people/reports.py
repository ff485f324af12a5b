"""REPORT: tells the people who can act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.names import is_channel
from chover.ports import Denied, StoreError
from chover.server.operators.reporting import report
from chover.server.session.command import Command
from chover.wire.message import Message
from chover.wire.numerics import Err

if TYPE_CHECKING:
    from chover.server.session.session import Session

USAGE: Final = "REPORT <nick|msgid> [#channel] :<reason>"


async def report_(session: Session, message: Message) -> None:
    target, *rest = message.params
    place = rest.pop(0) if is_channel(rest[0]) else ""
    text = " ".join(rest).strip()
    if not text:
        session.reply(Err.NEEDMOREPARAMS, "REPORT", f"Say what is wrong; usage: {USAGE}")
        return
    try:
        kept, told = await report(session, target, place, text)
    except Denied as denied:
        session.fail("REPORT", denied.code, text=str(denied))
    except StoreError as error:
        session.fail("REPORT", "CANNOT_SAVE", text=str(error))
    else:
        session.say("NOTE", "REPORT", "SENT", str(kept.no), told)


ROWS: Final = (
    Command("REPORT", report_, USAGE, "reports somebody to a channel's moderators or the server's operators", 2),
)  # fmt: skip
