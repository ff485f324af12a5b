"""Accept lists (caller-id): who may message a user in private although a user mode keeps others out.

+g lets in only users on the list; +R also lets in everybody who is logged in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chover.engine.append import Append
from chover.engine.events import AcceptsSet, Event
from chover.engine.ids import NOWHERE, UserId
from chover.engine.model import User
from chover.engine.refusals import Refusal, Why
from chover.engine.state import ChatState

MOST: Final = 100
"""The maximum length of a user's list."""


def accepted(state: ChatState, user: User, by: User) -> bool:
    """Whether somebody is on another's list; everybody is on their own."""
    return user is by or user.id in state.accepts.get(by.id, ())


def require_accepted(state: ChatState, other: User, user: User) -> None:
    """Raises ACCEPTED_ONLY or ACCOUNTS_ONLY if the modes of ``other`` keep ``user`` out."""
    if accepted(state, user, other):
        return
    if "g" in other.modes:
        raise Refusal(Why.ACCEPTED_ONLY, other.nick)
    if "R" in other.modes and not user.account:
        raise Refusal(Why.ACCOUNTS_ONLY, other.nick)


def set_accepts(user: User, who: Iterable[UserId]) -> Append:
    """Replace somebody's list."""
    return Append([Event(NOWHERE, user.source, AcceptsSet(tuple(who)))])


def letting_answer(state: ChatState, user: User, nick: str) -> list[Event]:
    """Let the recipient of a message answer. If the list is full, its oldest entry is removed."""
    other = state.nicks.get(state.rules.same_nick(nick))
    if other is None or accepted(state, other, user):
        return []
    held = [*state.accepts.get(user.id, ()), other.id]
    return set_accepts(user, held[-MOST:]).events
