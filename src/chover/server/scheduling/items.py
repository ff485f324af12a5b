"""Scheduling: what may be scheduled, for when, and how much of it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from chover.engine import verbs
from chover.engine.events import Said
from chover.engine.ids import LogId, is_account
from chover.engine.mentions import answered
from chover.ports.registry import ScheduledItem
from chover.server.access.ban_syntax import BadBan, is_duration, seconds_of
from chover.server.history.edits import spoken
from chover.server.session.command import Fault

if TYPE_CHECKING:
    from chover.server.session.session import Session

MOST: Final = 50
"""What one account has scheduled at the same time, past reminders and refused messages included."""
MOST_BYTES: Final = 65_536
"""Bytes of text in all scheduled messages of one account."""
LONGEST_DAYS: Final = 366
"""How far ahead something may be scheduled."""
_DAY_MS: Final = 86_400_000


def due(session: Session, text: str) -> int:
    """The time that ``timestamp=…``, or a duration such as ``20m``, names; in ms since 1970. Raises Fault."""
    now = session.node.chat.now()
    at = now + _seconds(text) * 1000 if is_duration(text) else _moment(text)
    if at <= now:
        raise Fault("INVALID_TIME", text, text="This time has passed; name a later one")
    if at > now + LONGEST_DAYS * _DAY_MS:
        raise Fault("INVALID_TIME", text, text="That is too far ahead: at most a year")
    return at


def _seconds(text: str) -> int:
    """Of a duration; one that is too long is beyond the bound. Raises Fault."""
    if not set(text) & set("123456789"):
        raise _bad_time(text)
    try:
        return seconds_of(text)
    except BadBan:
        return (LONGEST_DAYS + 1) * 86_400


def _moment(text: str) -> int:
    """Raises Fault."""
    kind, _, value = text.partition("=")
    try:
        found = datetime.fromisoformat(value)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        at = round(aware.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise _bad_time(text) from None
    if kind != "timestamp":
        raise _bad_time(text)
    return at


def _bad_time(text: str) -> Fault:
    return Fault(
        "INVALID_TIME", text, text="This is not a time; examples are 20m, 2h, 7d, timestamp=2026-12-01T14:30:00.000Z"
    )


async def say_later(session: Session, target: str, at: int, said: Said) -> ScheduledItem:
    """Keep a message that is said at a time. It has to be one that its author could send now.

    Raises Fault, Refusal and StoreError.
    """
    if not is_account(session.me.id):
        raise Fault("ACCOUNT_REQUIRED", target, text="Sending later needs an account: log in, or register")
    event = verbs.say(session.node.chat, session.me, target, said).events[-1]
    if not event.log:
        raise Fault("INVALID_TARGET", target, text="They do not accept messages from you")
    await _require_room(session, target, said.text)
    return await _keep(session, "say", event.log, target, at, said.text, answered(said.tags))


async def remind(session: Session, target: str, msgid: str, at: int) -> ScheduledItem:
    """Keep a reminder of a message. Raises Fault and StoreError."""
    if not is_account(session.me.id):
        raise Fault("ACCOUNT_REQUIRED", target, text="Reminders need an account: log in, or register")
    found = await spoken(session, target, msgid)
    return await _keep(session, "remind", found.event.log, target, at, "", found.event.msgid)


async def _require_room(session: Session, target: str, text: str) -> None:
    """Raises Fault."""
    held = await session.node.accounts.scheduled.of(session.me.id)
    if sum(len(one.text.encode()) for one in held) + len(text.encode()) > MOST_BYTES:
        raise _full(target, f"All scheduled messages together have at most {MOST_BYTES} bytes; cancel one first")


async def _keep(session: Session, kind: str, log: LogId, target: str, at: int, text: str, msgid: str) -> ScheduledItem:
    """Raises Fault."""
    item = ScheduledItem(
        secrets.token_hex(8), session.me.id, "say" if kind == "say" else "remind", log, target, at, text, msgid
    )
    if not await session.node.accounts.scheduled.put(item, MOST):
        raise _full(target, f"At most {MOST} messages and reminders are scheduled; cancel one first")
    session.node.schedule_changed.set()
    return item


def _full(target: str, text: str) -> Fault:
    return Fault("LIMIT_REACHED", target, text=text)
