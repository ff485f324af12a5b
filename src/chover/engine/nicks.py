"""Whether a nick or a display name is free, and which similar one is. These functions only answer questions."""

from __future__ import annotations

import itertools
from typing import Final

from chover import names
from chover.engine.ids import UserId
from chover.engine.metadata import DISPLAY_NAME
from chover.engine.model import User
from chover.engine.refusals import Refusal, Why
from chover.engine.state import ChatState

OFFERS: Final = 1000
"""How many variants of a taken nick are tried before a guest nick is offered."""


def require_free(state: ChatState, nick: str, claimant: UserId) -> str:
    """The folded nick. Raises BAD_NICK with what is allowed, or NICK_IN_USE with a free one as hint."""
    try:
        folded = state.rules.fold_nick(nick)
    except names.BadName as bad:
        raise Refusal(Why.BAD_NICK, nick, hint=f"{bad}; try {state.rules.as_nick(nick)}") from None
    if not _free(state, nick, folded, claimant):
        raise Refusal(Why.NICK_IN_USE, nick, hint=_free_variant(state, nick, claimant))
    return folded


def free_nick(state: ChatState, nick: str, claimant: UserId) -> str:
    """The nick, or the next variant of it that is free."""
    return nick if _free_nick(state, nick, claimant) else _free_variant(state, nick, claimant)


def require_own_look(state: ChatState, user: User, name: str) -> None:
    """Raises NAME_TAKEN, with its owner, for a display name that looks like another's nick or display name."""
    looks = names.looks(name)
    other = state.nick_looks.another(looks, user) or state.display_looks.another(looks, user)
    if other is not None:
        raise Refusal(Why.LOOKS_TAKEN, DISPLAY_NAME, hint=f"the nick {other.nick}")
    if any(state.reservations.nicks.get(look, user.id) != user.id for look in looks):
        raise Refusal(Why.LOOKS_TAKEN, DISPLAY_NAME, hint="a service, or a nick that is being registered")


def _free_variant(state: ChatState, nick: str, claimant: UserId) -> str:
    limit = state.rules.nick_len
    # Names in some scripts cannot be followed by our digits (the Bidi rule, RFC 5893): then guest2, guest3, …
    offers = itertools.chain(itertools.islice(names.variants(nick, limit), OFFERS), names.variants("guest", limit))
    return next(offer for offer in offers if _free_nick(state, offer, claimant))


def _free_nick(state: ChatState, nick: str, claimant: UserId) -> bool:
    try:
        return _free(state, nick, state.rules.fold_nick(nick), claimant)
    except names.BadName:
        return False


def _free(state: ChatState, nick: str, folded: str, claimant: UserId) -> bool:
    if state.reservations.nicks.get(names.skeleton(folded), claimant) != claimant:
        return False
    return state.display_looks.another(names.looks(nick), state.users.get(claimant)) is None
