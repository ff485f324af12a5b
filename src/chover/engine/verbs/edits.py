"""Changes to messages: deleting them, editing them, reacting to them.

These functions decide who may do so, and what follows. The caller has found the message in its log; the store makes
sure that it is still there when the event is kept.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from chover.engine import lines, rights
from chover.engine.append import Append
from chover.engine.events import Edited, Event, Redacted, Said, ranked
from chover.engine.ids import NOWHERE, is_pair, pair_of
from chover.engine.model import Channel, User
from chover.engine.modes import RANK_OF, RANKS
from chover.engine.refusals import Refusal, Why
from chover.engine.state import ChatState
from chover.engine.verbs import talking

_ACTION: Final = "\x01ACTION "


class Reaction(NamedTuple):
    """A reaction that somebody added to a message, or removed (https://ircv3.net/specs/client-tags/react)."""

    value: str
    added: bool
    msgid: str


def reaction_of(tags: dict[str, str]) -> Reaction | None:
    """The reaction in client tags; None without one, or without its message."""
    msgid = tags.get("+draft/reply") or tags.get("+reply") or ""
    for tag, added in _REACTIONS.items():
        if (value := tags.get(tag)) and msgid:
            return Reaction(value, added, msgid)
    return None


_REACTIONS: Final = {"+draft/react": True, "+react": True, "+draft/unreact": False, "+unreact": False}


def is_author(state: ChatState, user: User, event: Event) -> bool:
    """Whether somebody is the author, possibly under the guest's id that they had before they logged in."""
    author = event.source.id
    return author == user.id or state.formerly.get(author) == user.id


def sees(channel: Channel | None, user: User, event: Event) -> bool:
    """Whether somebody's rank could read the message; it does not exist for lower ranks."""
    rank = ranked(event)
    if channel is None or not rank:
        return True
    membership = channel.members.get(user.id)
    return membership is not None and bool(set(RANKS[: RANKS.index(RANK_OF[rank]) + 1]) & set(membership.modes))


def rules(channel: Channel | None, user: User) -> bool:
    """Whether somebody is operator where it was said."""
    membership = channel.members.get(user.id) if channel is not None else None
    return membership is not None and membership.rules


def redact(state: ChatState, user: User, event: Event, to: str, reason: str) -> Append:
    """Delete a message. ``to`` is the other's nick in a private conversation, otherwise empty."""
    other = _other(state, user, event)
    if other is not None and state.blocked(other, user):
        # It may be deleted, but people who have blocked the author are not told.
        reason = ""
    return Append([Event(event.log, user.source, Redacted(event.msgid, event.seq, reason, to, ranked(event)))])


def erase(event: Event) -> Append:
    """Delete a message in the name of its author: everybody drops it as if the author had deleted it."""
    body = Redacted(event.msgid, event.seq, "", getattr(event.body, "to", ""), ranked(event))
    return Append([Event(event.log, event.source, body)])


def edit(state: ChatState, user: User, event: Event, to: str, text: str, *, quiet: bool) -> Append:
    """Edit a message; an action stays one. Raises what speaking there raises."""
    said = event.body
    assert isinstance(said, Said)
    if said.text.startswith(_ACTION) and not text.startswith(_ACTION):
        text = _ACTION + text.replace("\n", " ") + "\x01"
    channel, other = state.channels.get(event.log), _other(state, user, event)
    if channel is not None:
        rights.require_speech(channel, user, state.now, text)
    room = lines.room(f":{user.mask} EDIT  {event.msgid} :", max(state.rules.channel_len, state.rules.nick_len))
    joints = lines.joints(text, room)
    if joints and text.startswith(_ACTION):
        raise Refusal(Why.TOO_LONG, hint=f"an action has at most {room - len(_ACTION) - 1} bytes")
    body = Edited(event.msgid, event.seq, text, to, ranked(event), quiet, said.notice, joints)
    heard = other is None or talking.require_private(state, other, user)
    return Append([Event(event.log if heard else NOWHERE, user.source, body)])


def _other(state: ChatState, user: User, event: Event) -> User | None:
    """The other person in a private conversation, if they are present."""
    if not is_pair(event.log):
        return None
    one, other = pair_of(event.log)
    return state.users.get(other if one in (user.id, event.source.id) else one)
