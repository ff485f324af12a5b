"""Nobody is shown as somebody else: names that look like another's nick, account or display name are refused.

A display name belongs to the user who is present under it, and to its account even while that is offline, like its
name. Anyone who comes later is refused: with a display name here, with a nick by ``require_unseen`` and
``nicks.require_free``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chover import names
from chover.engine import nicks
from chover.engine.ids import UserId
from chover.engine.metadata import DISPLAY_NAME
from chover.engine.model import User
from chover.engine.refusals import Refusal, Why

if TYPE_CHECKING:
    from chover.server.session.session import Node


def require_own_look(node: Node, user: User, display: str) -> None:
    """Raises LOOKS_TAKEN, whose hint names the owner, for a display name that looks like somebody else."""
    nicks.require_own_look(node.chat, user, display)
    if (account := node.accounts.shown_as(names.looks(display), user.id)) is not None:
        raise Refusal(Why.LOOKS_TAKEN, DISPLAY_NAME, hint=f"the account {account.name}")


def own_only(node: Node, user: User, values: Mapping[str, str]) -> dict[str, str]:
    """Somebody's metadata without a display name that belongs to another."""
    try:
        require_own_look(node, user, values.get(DISPLAY_NAME, ""))
    except Refusal:
        return {key: value for key, value in values.items() if key != DISPLAY_NAME}
    return dict(values)


def require_unseen(node: Node, nick: str, asker: UserId) -> None:
    """Raises NICK_IN_USE for a nick that looks like the displayed name of an account."""
    account = node.accounts.shown_as(names.looks(nick), asker)
    if account is not None and names.looks(nick) & names.looks(account.settings.metadata.get(DISPLAY_NAME, "")):
        raise Refusal(Why.NICK_IN_USE, nick, hint=_free(node, nick, asker))


def _free(node: Node, nick: str, asker: UserId) -> str:
    """A nick that looks like no user who is present, and like no account."""
    limit = node.chat.rules.nick_len
    for offer in names.variants(nick, limit):
        free = nicks.free_nick(node.chat, offer, asker)
        if free != offer or node.accounts.shown_as(names.looks(offer), asker) is None:
            return free
    raise AssertionError("variants never end")
