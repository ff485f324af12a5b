"""Deleting, editing and reacting to messages: finding them, and refusing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from chover.engine import verbs
from chover.engine.events import Event, Said
from chover.engine.ids import channel_log, is_pair
from chover.engine.model import Channel
from chover.engine.modes import RANK_OF
from chover.engine.refusals import Refusal
from chover.engine.verbs import edits, pinning
from chover.engine.verbs.edits import Reaction, is_author
from chover.names import is_channel
from chover.plurals import counted
from chover.server.history.attachments import remove_with
from chover.server.history.conversations import ConversationRef, find
from chover.server.operators.privileges import may
from chover.server.pipeline.ledger import NotThere
from chover.server.session.command import Fault

if TYPE_CHECKING:
    from chover.server.session.session import Session


class Spoken(NamedTuple):
    """A message and its place. ``to`` is the other's nick in a private conversation, otherwise empty."""

    event: Event
    channel: Channel | None
    to: str
    own: bool


async def spoken(session: Session, target: str, msgid: str, *, everywhere: bool = False) -> Spoken:
    """The message with a msgid, if the session may know of it; ``everywhere``: in any channel.

    Raises Fault: INVALID_TARGET for a conversation that does not exist or may not be read, and UNKNOWN_MSGID likewise.
    """
    chat = session.node.chat
    place = target.removeprefix(target[:1]) if target[:1] in RANK_OF and is_channel(target[1:]) else target
    conversation = await find(session, place) or (_any_channel(session, place) if everywhere else None)
    if conversation is None:
        raise Fault("INVALID_TARGET", target, text="There is no such conversation, or you may not read it")
    channel = chat.channels.get(conversation.log)
    event = await session.node.store.find(conversation.log, msgid)
    own = event is not None and is_author(chat, session.me, event)
    rules = everywhere or edits.rules(channel, session.me)
    if event is None or not (own or rules or _known(session, conversation, channel, event)):
        raise _unknown(target, msgid)
    return Spoken(event, channel, conversation.name if is_pair(conversation.log) else "", own)


def _any_channel(session: Session, name: str) -> ConversationRef | None:
    try:
        channel = session.node.chat.find_channel(name) if is_channel(name) else None
    except Refusal:
        return None
    return ConversationRef(channel_log(channel.id), channel.name, channel.name) if channel else None


def _known(session: Session, conversation: ConversationRef, channel: Channel | None, event: Event) -> bool:
    """Whether somebody may have read it."""
    return event.seq >= conversation.first and edits.sees(channel, session.me, event)


def _unknown(target: str, msgid: str) -> Fault:
    return Fault("UNKNOWN_MSGID", target, msgid, text="This message does not exist, was deleted, or is too old")


def _require_window(session: Session, code: str, found: Spoken, target: str, seconds: int) -> None:
    if seconds and session.node.ledger.clock.now() - found.event.at > seconds * 1000:
        text = f"That is only possible within {counted(seconds, 'second')} after the message"
        raise Fault(f"{code}_WINDOW_EXPIRED", target, found.event.msgid, str(seconds), text=text)


async def redact(session: Session, target: str, msgid: str, reason: str) -> None:
    """Delete a message. Raises Fault, Refusal and NotKept."""
    everywhere = may(session, "redact")
    found = await spoken(session, target, msgid, everywhere=everywhere)
    if not (everywhere or edits.rules(found.channel, session.me)):
        if not found.own:
            raise Fault(
                "REDACT_FORBIDDEN",
                target,
                msgid,
                text="You can only delete your own messages; operators can delete all",
            )
        _require_window(session, "REDACT", found, target, session.node.config.history.redact_seconds)
    try:
        await session.commit(partial(edits.redact, session.node.chat, session.me, found.event, found.to, reason))
    except NotThere:
        raise _unknown(target, msgid) from None
    await remove_with(session.node, found.event)
    if found.channel is not None:
        await session.commit(partial(pinning.forget, found.channel, session.me, msgid))


async def edit(session: Session, target: str, msgid: str, text: str) -> None:
    """Edit a message of one's own. Raises Fault, Refusal and NotKept."""
    found = await spoken(session, target, msgid)
    if not found.own or not isinstance(found.event.body, Said):
        raise Fault("EDIT_FORBIDDEN", target, msgid, text="You can only change your own messages")
    _require_window(session, "EDIT", found, target, session.node.config.history.edit_seconds)
    quiet = not session.node.edit_notices.allows(session.me.id)
    decide = partial(edits.edit, session.node.chat, session.me, found.event, found.to, text, quiet=quiet)
    try:
        await session.commit(decide)
    except NotThere:
        raise _unknown(target, msgid) from None


async def react(session: Session, targets: list[str], tags: dict[str, str], reaction: Reaction) -> None:
    """Relay a reaction, and keep it with its message if it changes anything. Raises Refusal and NotKept."""
    for target in targets:
        try:
            await _react(session, target, tags, reaction)
        except Fault as fault:
            session.fail("TAGMSG", fault.code, *fault.context, text=fault.text)


async def _react(session: Session, target: str, tags: dict[str, str], reaction: Reaction) -> None:
    chat, me, limits = session.node.chat, session.me, session.node.config.limits
    # People who may not speak there are told so before anything else.
    verbs.tag(chat, me, target, tags)
    if len(reaction.value.encode()) > limits.reaction_bytes:
        text = f"A reaction has at most {limits.reaction_bytes} bytes"
        raise Fault("REACTION_TOO_LONG", target, reaction.msgid, text=text)
    event = await _reacted_to(session, target, reaction)
    given = await session.node.store.reacted(event.log, event.seq, me.id) if event else set()
    changes = event is not None and (reaction.value in given) is not reaction.added
    if changes and reaction.added and len(given) >= limits.reactions_per_message:
        text = f"You have added {len(given)} reactions to it; remove one first"
        raise Fault("TOO_MANY_REACTIONS", target, reaction.msgid, text=text)
    about = event.seq if event is not None and changes else 0
    try:
        await session.commit(partial(verbs.tag, chat, me, target, tags, keep=bool(about), about=about))
    except NotThere:
        raise _unknown(target, reaction.msgid) from None


async def _reacted_to(session: Session, target: str, reaction: Reaction) -> Event | None:
    """The message that a reaction refers to; None if it is unknown here: then it is relayed, but not kept.

    Raises Fault for a message that was deleted recently.
    """
    if reaction.msgid in session.node.chat.redacted:
        raise _unknown(target, reaction.msgid)
    try:
        return (await spoken(session, target, reaction.msgid)).event
    except Fault:
        return None
