"""CHATHISTORY (draft/chathistory, revision of 2024-08), and HISTORY for clients without it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from chover.engine.events import Event
from chover.ports import Direction, Selector
from chover.server.access.ban_syntax import FOREVER, is_duration, seconds_of
from chover.server.delivery.audience import secluded
from chover.server.delivery.render import Rendered, timestamp
from chover.server.history.conversations import ConversationRef, find, recent
from chover.server.history.missed import page, show
from chover.server.history.pager import Pager
from chover.server.history.replay import batch, enclose
from chover.server.session.command import Command, Fault
from chover.server.users.devices import now
from chover.wire.message import Message, format_line

if TYPE_CHECKING:
    from chover.server.session.session import Session


class PageQuery(NamedTuple):
    """A request about one conversation. ``points`` are one or two references; an empty one is ``*``."""

    pager: Pager
    points: list[Selector]
    limit: int


async def chathistory(session: Session, message: Message) -> None:
    sub = message.params[0].upper()
    try:
        if sub == "TARGETS":
            await _targets(session, message.params[1:])
        else:
            await _history(session, sub, message.params)
    except Fault as fault:
        session.fail("CHATHISTORY", fault.code, *fault.context, text=fault.text)


async def _history(session: Session, sub: str, params: list[str]) -> None:
    row = _SUBCOMMANDS.get(sub)
    if row is None:
        raise Fault("INVALID_PARAMS", params[0], text="Unknown command")
    if len(params) != row.points + 3:
        raise Fault("INVALID_PARAMS", sub, text=f"Expected: CHATHISTORY {sub} {row.usage}")
    target, *references, limit = params[1:]
    conversation = await readable(session, sub, target)
    points = [Selector() if word == "*" and sub == "LATEST" else selector(sub, target, word) for word in references]
    discreet = secluded(session.node.chat.channels.get(conversation.log), session.me.id)
    pager = Pager(session.node.store, conversation.log, session.caps, conversation.first, discreet=discreet)
    events = await row.read(PageQuery(pager, points, limited(session, sub, limit)))
    batch(session, conversation.name, events, conversation.channel, await pager.later_reactions(events))


# ---- the subcommands -------------------------------------------------------------------------------------------------


async def _before(request: PageQuery) -> list[Event]:
    return await request.pager.page(request.points[0], Direction.BEFORE, request.limit)


async def _after(request: PageQuery) -> list[Event]:
    return await request.pager.page(request.points[0], Direction.AFTER, request.limit)


async def _latest(request: PageQuery) -> list[Event]:
    [point] = request.points
    return await request.pager.page(Selector(), Direction.BEFORE, request.limit, None if point == Selector() else point)


async def _around(request: PageQuery) -> list[Event]:
    return await request.pager.around(request.points[0], request.limit)


async def _between(request: PageQuery) -> list[Event]:
    """Counted from the first point, whichever of the two is earlier: one of the two directions is empty."""
    first, second = request.points
    return await request.pager.page(first, Direction.AFTER, request.limit, second) or await request.pager.page(
        first, Direction.BEFORE, request.limit, second
    )


class _Sub(NamedTuple):
    read: Callable[[PageQuery], Awaitable[list[Event]]]
    points: int
    usage: str


_SUBCOMMANDS: Final = {
    "LATEST": _Sub(_latest, 1, "<target> <reference|*> <limit>"),
    "BEFORE": _Sub(_before, 1, "<target> <reference> <limit>"),
    "AFTER": _Sub(_after, 1, "<target> <reference> <limit>"),
    "AROUND": _Sub(_around, 1, "<target> <reference> <limit>"),
    "BETWEEN": _Sub(_between, 2, "<target> <reference> <reference> <limit>"),
}


async def _targets(session: Session, params: list[str]) -> None:
    """Conversations whose last message is between two times."""
    if len(params) != 3:
        raise Fault("INVALID_PARAMS", "TARGETS", text="Expected: CHATHISTORY TARGETS <timestamp> <timestamp> <limit>")
    start, end = (moment("TARGETS", word) for word in params[:2])
    count = limited(session, "TARGETS", params[2])
    direction = Direction.AFTER if start <= end else Direction.BEFORE
    found = await recent(session, min(start, end), max(start, end), direction, count)
    server = session.node.name
    lines = [
        format_line("CHATHISTORY", "TARGETS", conversation.name, timestamp(at), source=server)
        for conversation, at in found
    ]
    enclose(session, "draft/chathistory-targets", [Rendered("", line) for line in lines])


# ---- the parameters --------------------------------------------------------------------------------------------------


async def readable(session: Session, sub: str, target: str) -> ConversationRef:
    """A conversation. One that may not be read is answered like one that does not exist."""
    if found := await find(session, target):
        return found
    raise Fault("INVALID_TARGET", sub, target, text="Messages could not be retrieved")


def limited(session: Session, sub: str, text: str) -> int:
    most = session.node.config.history.chathistory_max
    if not (text.isascii() and text.isdigit()):
        raise Fault("INVALID_PARAMS", sub, text, text="The limit is a number")
    return max(1, min(int(text[:9]), most))


def selector(sub: str, target: str, text: str) -> Selector:
    """``msgid=…`` or ``timestamp=YYYY-MM-DDThh:mm:ss.sssZ``. Raises Fault."""
    kind, _, value = text.partition("=")
    if kind == "msgid" and value:
        return Selector(msgid=value)
    if kind == "timestamp":
        return Selector(at=moment(sub, text))
    if value:
        raise Fault("INVALID_MSGREFTYPE", sub, target, text="References are msgid=… or timestamp=…")
    raise Fault("INVALID_PARAMS", sub, text, text="References are msgid=… or timestamp=…")


def moment(sub: str, text: str) -> int:
    """Milliseconds since 1970, from 1 up, of ``timestamp=…``. Raises Fault."""
    kind, _, value = text.partition("=")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if kind != "timestamp" or moment is None:
        raise Fault("INVALID_PARAMS", sub, text, text="Invalid timestamp")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(1, round(aware.timestamp() * 1000))


EVER: Final = 1 << 62
"""A time after all others, ms since 1970."""


async def history(session: Session, message: Message) -> None:
    """The last messages by number or by time: HISTORY #tea 1h, as in ergo."""
    target, word = message.params[0], message.params[1] if len(message.params) > 1 else ""
    most = session.node.config.history.chathistory_max
    count, after = session.node.config.history.replay or most, 0
    if word.isascii() and word.isdigit() and int(word[:9]):
        count = min(int(word[:9]), most)
    elif is_duration(word):
        count, after = most, max(1, now() - seconds_of(word) * 1000) if word.lower() not in FOREVER else 0
    elif word:
        session.fail("HISTORY", "INVALID_PARAMS", word, text="Give a number of messages, or a time such as 10m or 1h")
        return
    talk = await find(session, target)
    if talk is None:
        session.fail("HISTORY", "INVALID_TARGET", target, text="There is no such conversation, or you may not read it")
        return
    show(session, talk.name, talk.channel, await page(session, talk, after, EVER, count), "chathistory")


ROWS: Final = (
    Command(
        "HISTORY",
        history,
        "HISTORY <#channel|nick> [number|10m|1h|2d]",
        "shows the last messages, for clients without a command for history",
        1,
        reads="page",
    ),
    Command(
        "CHATHISTORY",
        chathistory,
        "CHATHISTORY LATEST|BEFORE|AFTER|AROUND|BETWEEN|TARGETS <target> <reference|*> [reference] <limit>",
        "reads history",
        1,
        reads="page",
    ),
)
