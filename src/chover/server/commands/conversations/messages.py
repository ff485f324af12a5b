"""PRIVMSG, NOTICE, TAGMSG."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from chover.engine import verbs
from chover.engine.append import Append
from chover.engine.events import Said
from chover.engine.model import User
from chover.engine.refusals import Refusal, Why
from chover.engine.verbs.edits import reaction_of
from chover.names import is_channel
from chover.server.history.edits import react
from chover.server.services.table import ask, service_called
from chover.server.session.announcements import announce
from chover.server.session.command import Command, targets
from chover.wire.capabilities import NONCE, Cap
from chover.wire.message import LINE_BYTES, Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session

KEPT_TAGS: Final = frozenset({"+react", "+unreact", "+draft/react", "+draft/unreact", "+draft/persist"})
"""A TAGMSG with one of these is kept with the conversation (shown with draft/event-playback)."""
PASSING_TAGS: Final = frozenset({"+typing", "+draft/typing"})
"""Tags that mean nothing a moment later, and nothing with a text: never kept."""
ALWAYS_FITS: Final = 256
"""Bytes of text that leave room for any author and target."""
LONGEST_CHARACTER: Final = 4
"""Bytes of one character at most."""
_NONCE: Final = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_VERSION_ANSWER: Final = re.compile("\x01VERSION ([^\x01]{1,64})\x01?")


def _asks_a_service(message: Message) -> bool:
    """Somebody whose nick is taken cannot register, but may still identify."""
    return len(message.params) > 1 and service_called(message.params[0]) is not None


def privmsg(session: Session, message: Message) -> Awaitable[None] | None:
    if not message.params:
        session.reply(Err.NORECIPIENT, "No recipient given (PRIVMSG)")
        return None
    if len(message.params) < 2:
        session.reply(Err.NOTEXTTOSEND, "No text to send")
        return None
    if not is_channel(message.params[0]) and (service := service_called(message.params[0])):
        return ask(session, service, message.params[1])
    return _send(session, message, partial(_say, session, message, notice=False), _tell_away)


def notice(session: Session, message: Message) -> Awaitable[None] | None:
    """Never answered with an error, so that programs cannot answer each other endlessly (RFC 2812, 3.3.2)."""
    if len(message.params) < 2:
        return None
    if message.params[0] == session.node.name:
        _version_answer(session, message.params[1])
        return None
    decide = partial(_say, session, message, notice=True)
    try:
        return _send(session, message, decide, _tell_nothing, answered=False)
    except Refusal as refusal:
        if refusal.why is Why.TOO_LONG:
            raise  # as any line is answered that is too long, whatever its command
        if refusal.why is Why.ACCEPTED_ONLY:
            session.node.callers.knock(session, refusal.subject[0], answered=False)
        return None


def tagmsg(session: Session, message: Message) -> Awaitable[None] | None:
    """https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message"""
    tags = _client_tags(session, message)
    keep = not KEPT_TAGS.isdisjoint(tags)
    if keep and (reaction := reaction_of(tags)):
        return react(session, targets(message.params[0]), _lasting(tags), reaction)
    decide = partial(verbs.tag, session.node.chat, session.me, tags=_lasting(tags) if keep else tags, keep=keep)
    return _send(session, message, decide, _tell_nothing)


def say_lines(session: Session, message: Message, joints: tuple[int, ...]) -> Awaitable[None] | None:
    """A message whose text has several lines; see events.Said for ``joints``.

    Raises the same as ``privmsg`` and ``notice``.
    """
    target, *_ = message.params
    if not is_channel(target) and service_called(target):
        session.fail("BATCH", "MULTILINE_INVALID", text="A service reads one line at a time")
        return None
    if message.command == "PRIVMSG":
        return _send(session, message, partial(_say, session, message, notice=False, joints=joints), _tell_away)
    decide = partial(_say, session, message, notice=True, joints=joints)
    try:
        return _send(session, message, decide, _tell_nothing, answered=False)
    except Refusal:
        return None


def _client_tags(session: Session, message: Message) -> dict[str, str]:
    if not message.tags or Cap.MESSAGE_TAGS not in session.caps:
        return {}
    return {key: value for key, value in message.tags.items() if key[0] == "+" and key != NONCE}


def _lasting(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key not in PASSING_TAGS} if tags else tags


def _say(session: Session, message: Message, target: str, *, notice: bool, joints: tuple[int, ...] = ()) -> Append:
    user, text, nonce, tags = session.me, message.params[1], "", message.tags
    if not (joints or _fits(text)):
        _require_room(user, message.command, target, text)
    if tags:
        nonce = tags.get(NONCE, "")
        nonce = nonce if _NONCE.fullmatch(nonce) else ""
        tags = _lasting(_client_tags(session, message))
    return verbs.say(session.node.chat, user, target, Said(text, notice, tags, joints=joints), nonce)


def _fits(text: str) -> bool:
    """Whether it fits into a line with any author and target; called for each message, so nothing is encoded."""
    length = len(text)
    return length <= ALWAYS_FITS and (length * LONGEST_CHARACTER <= ALWAYS_FITS or text.isascii())


def _require_room(author: User, command: str, target: str, text: str) -> None:
    """Others receive each line with its author in front, with the same limit. Raises Refusal if it is too long."""
    head = f":{author.mask} {command} {target} :"
    room = LINE_BYTES - 2 - len(head.encode())
    if any(len(line.encode()) > room for line in text.split("\n")):
        raise Refusal(Why.TOO_LONG, hint=f"with your name in front, {room} bytes of text fit in a line")


def _send(
    session: Session,
    message: Message,
    decide: Callable[[str], Append],
    after: Callable[[Session, str], None],
    *,
    answered: bool = True,
) -> Awaitable[None] | None:
    if "," in message.params[0]:
        return _send_each(session, targets(message.params[0]), decide, after, answered=answered)
    target = message.params[0]
    append = decide(target)
    after(session, target)
    session.submit(append)
    return None


async def _send_each(
    session: Session,
    names: list[str],
    decide: Callable[[str], Append],
    after: Callable[[Session, str], None],
    *,
    answered: bool,
) -> None:
    most = session.node.config.limits.max_targets
    for target in names[:most]:
        try:
            await session.commit(partial(decide, target))
            after(session, target)
        except Refusal as refusal:
            if answered:
                session.refuse(refusal)
    for target in names[most:] if answered else ():
        session.reply(Err.TOOMANYTARGETS, target, f"Too many targets; at most {most} at once")


def _tell_away(session: Session, target: str) -> None:
    if is_channel(target):
        return
    with suppress(Refusal):  # of several targets one may have left since
        user = session.node.chat.find_user(target)
        if user.away:
            session.reply(Rpl.AWAY, user.nick, user.away)


def _tell_nothing(_: Session, __: str) -> None: ...


def _version_answer(session: Session, text: str) -> None:
    """The client's answer to the VERSION request of the console."""
    found = _VERSION_ANSWER.match(text)
    if found and not session.announced:
        session.version = "".join(c for c in found[1] if c.isprintable())
        announce(session)


ROWS: Final = (
    Command(
        "PRIVMSG", privmsg, "PRIVMSG <#channel|nick> :<text>", "sends a message", pipelined=2, unless=_asks_a_service
    ),
    Command("NOTICE", notice, "NOTICE <#channel|nick> :<text>", "sends a message that expects no answer", pipelined=2),
    Command("TAGMSG", tagmsg, "TAGMSG <#channel|nick>", "sends client tags without text", 1),
)
