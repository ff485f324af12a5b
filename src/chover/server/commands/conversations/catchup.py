"""CATCHUP and MENTIONS (chover.chat/catchup, docs/protocol.md): missed messages, as a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from chover.engine.events import Event
from chover.ports import StoreError
from chover.server.commands.conversations.history import moment
from chover.server.delivery.render import Rendered, render, timestamp
from chover.server.history import read_markers
from chover.server.history.replay import enclose
from chover.server.notifications import catchup
from chover.server.session.command import Command, Fault
from chover.wire.capabilities import VENDOR, Cap
from chover.wire.message import Message, format_line

if TYPE_CHECKING:
    from chover.server.session.session import Session

CATCHUP: Final = f"{VENDOR}/catchup"
MENTIONS: Final = f"{VENDOR}/mentions"
LIMIT: Final = 50
"""The default number of mentions."""


async def catch_up(session: Session, message: Message) -> None:
    try:
        _require(session)
        since = moment("CATCHUP", message.params[0]) if message.params and message.params[0] != "*" else 0
        found = await catchup.collect(session, since)
    except Fault as fault:
        session.fail("CATCHUP", fault.code, *fault.context[1:], text=fault.text)
    except StoreError as error:
        session.fail("CATCHUP", "INTERNAL_ERROR", text=f"What you missed could not be read: {error}")
    else:
        summary = [_summary(session, missed) for missed in found.missed]
        enclose(session, CATCHUP, [*summary, *_lines(session, found.calls)])


async def mentions(session: Session, message: Message) -> None:
    try:
        _require(session)
        found = await catchup.mentions(session, _limit(session, message.params))
    except Fault as fault:
        session.fail("MENTIONS", fault.code, *fault.context, text=fault.text)
    except StoreError as error:
        session.fail("MENTIONS", "INTERNAL_ERROR", text=f"Mentions could not be read: {error}")
    else:
        enclose(session, MENTIONS, _lines(session, found))


def _require(session: Session) -> None:
    # Without a batch around them, old messages look like new ones.
    if Cap.CATCHUP not in session.caps or Cap.BATCH not in session.caps:
        raise Fault("NEED_CAPABILITY", text=f"Request batch and {CATCHUP}, or use /msg SearchServ CATCHUP")


def _limit(session: Session, params: Sequence[str]) -> int:
    if not params:
        return LIMIT
    if not (params[0].isascii() and params[0].isdigit() and int(params[0][:9])):
        raise Fault("INVALID_PARAMS", text="The limit must be a number, at least 1")
    return min(int(params[0][:9]), session.node.config.history.chathistory_max)


def _summary(session: Session, missed: catchup.MissedConversation) -> Rendered:
    """``CATCHUP <target> <unread> <for you> msgid=<first unread> timestamp=<of that> timestamp=<read up to> | *``"""
    first = missed.first
    words = [missed.conversation.name, str(first.count), str(missed.mentions)]
    words += [f"msgid={first.msgid}", f"timestamp={timestamp(first.at)}", read_markers.shown(missed.read_at)]
    return Rendered("", format_line("CATCHUP", *words, source=session.node.name))


def _lines(session: Session, events: Sequence[Event]) -> list[Rendered]:
    names = session.node.channel_name
    lines = [render(event, session.render_key, names(event.log)) for event in events]
    return [line for line in lines if line is not None]


# fmt: off
ROWS: Final = (
    Command("CATCHUP", catch_up, "CATCHUP [timestamp=…]", "counts unread messages and shows those meant for you",
            reads="search"),
    Command("MENTIONS", mentions, "MENTIONS [limit]", "shows the latest messages that mention you or reply to you",
            reads="search"),
)
# fmt: on
