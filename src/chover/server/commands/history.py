"""CHATHISTORY LATEST, BEFORE, AFTER (draft/chathistory, revision of 2024-08)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from chover.engine import rights
from chover.engine.events import Event
from chover.engine.ids import LogId, pair_log
from chover.engine.refusals import Refusal
from chover.names import is_channel
from chover.ports import Direction, Selector
from chover.server.command import Command
from chover.server.replay import batch
from chover.wire.capabilities import Cap
from chover.wire.message import Message

if TYPE_CHECKING:
    from chover.server.session import Session


class Fault(Exception):
    """Why a request cannot be answered: the code of its FAIL line, its context, its text."""

    def __init__(self, code: str, *context: str, text: str) -> None:
        super().__init__(text)
        self.code, self.context, self.text = code, context, text


class Conversation(NamedTuple):
    log: LogId
    name: str
    """As the batch names it."""
    channel: str


async def chathistory(session: Session, message: Message) -> None:
    try:
        await _answer(session, message.params)
    except Fault as fault:
        session.fail("CHATHISTORY", fault.code, *fault.context, text=fault.text)


async def _answer(session: Session, params: list[str]) -> None:
    sub = params[0].upper()
    direction = _DIRECTIONS.get(sub)
    if direction is None:
        raise Fault("INVALID_PARAMS", params[0], text="Unknown command")
    if len(params) != 4:
        raise Fault("INVALID_PARAMS", sub, text="Expected a target, a reference and a limit")
    target, reference, limit = params[1:]
    conversation = _readable(session, sub, target)
    count = _limit(session, sub, limit)
    playback = Cap.EVENT_PLAYBACK in session.caps
    if sub == "LATEST" and reference != "*":
        events = await _latest_after(session, conversation, selector(sub, target, reference), count)
    else:
        start = Selector() if reference == "*" and sub == "LATEST" else selector(sub, target, reference)
        try:
            events = await session.node.store.page(
                conversation.log, start, direction, count, messages_only=not playback
            )
        except KeyError:
            events = []
    batch(session, conversation.name, events, conversation.channel)


async def _latest_after(session: Session, conversation: Conversation, after: Selector, count: int) -> list[Event]:
    """The newest ``count`` events that come after a point."""
    store = session.node.store
    only = Cap.EVENT_PLAYBACK not in session.caps
    try:
        first = await store.page(conversation.log, after, Direction.AFTER, 1, messages_only=only)
    except KeyError:
        return []
    if not first:
        return []
    newest = await store.page(conversation.log, Selector(), Direction.BEFORE, count, messages_only=only)
    return [event for event in newest if event.seq >= first[0].seq]


def _readable(session: Session, sub: str, target: str) -> Conversation:
    """What one may not read answers like what is not there."""
    chat = session.node.chat
    try:
        if is_channel(target):
            channel = chat.find_channel(target)
            if rights.may_read_history(channel, session.me):
                return Conversation(channel.log, channel.name, channel.name)
        else:
            other = chat.find_user(target)
            return Conversation(pair_log(session.me.id, other.id), other.nick, "")
    except Refusal:
        pass
    raise Fault("INVALID_TARGET", sub, target, text="Messages could not be retrieved")


def _limit(session: Session, sub: str, text: str) -> int:
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
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise Fault("INVALID_PARAMS", sub, text, text="Invalid timestamp") from None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return Selector(at=round(aware.timestamp() * 1000))
    if value:
        raise Fault("INVALID_MSGREFTYPE", sub, target, text="References are msgid=… or timestamp=…")
    raise Fault("INVALID_PARAMS", sub, text, text="References are msgid=… or timestamp=…")


_DIRECTIONS: Final = {"LATEST": Direction.BEFORE, "BEFORE": Direction.BEFORE, "AFTER": Direction.AFTER}

ROWS: Final = (
    Command(
        "CHATHISTORY", chathistory, "CHATHISTORY LATEST|BEFORE|AFTER <target> <reference|*> <limit>", "reads history", 1
    ),
)
