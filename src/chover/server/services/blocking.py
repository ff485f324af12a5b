"""NickServ BLOCK and UNBLOCK: the list of SILENCE for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.engine.refusals import Refusal
from chover.names import complete_mask, covers_somebody
from chover.ports import Denied
from chover.server.profile import blocks
from chover.server.services.service import Verb
from chover.server.users import nick_ownership

if TYPE_CHECKING:
    from chover.server.session.session import Session


def _say(session: Session, text: str) -> None:
    session.say_as(f"NickServ!NickServ@{session.node.name}", "NOTICE", session.nick_or_star, text)


def _mask(session: Session, name: str) -> str:
    """The best mask for somebody: the account if there is one, otherwise a guest's host; masks stay as they are."""
    if {"*", "!", "@", ":"} & set(name):
        return complete_mask(name)
    try:
        user = session.node.chat.find_user(name)
    except Refusal:
        account = nick_ownership.owner(session.node, name)
        return complete_mask(f"account:{account.name}" if account else name)
    return complete_mask(f"account:{user.account}" if user.account else f"*!*@{user.host}")


async def block(session: Session, words: list[str]) -> None:
    if not words:
        held = blocks.of(session)
        for mask in held:
            _say(session, mask)
        _say(session, f"You block {len(held)}; BLOCK <nick> adds a person, UNBLOCK <nick> removes one")
        return
    if not covers_somebody(words[0]):
        _say(session, f"{words[0]} names nobody: write a name after the colon, as in account:name")
        return
    mask = _mask(session, words[0])
    try:
        fresh = await blocks.add(session, mask)
    except Denied as denied:
        _say(session, str(denied))
        return
    if not fresh:
        _say(session, f"You already block {mask}")
        return
    _say(session, f"{mask} is blocked: their private messages and invitations do not reach you")
    _say(session, f"They are not told. You still see them in channels. UNBLOCK {words[0]} unblocks them")


async def unblock(session: Session, words: list[str]) -> None:
    for mask in dict.fromkeys((_mask(session, words[0]), complete_mask(words[0]))):
        if await blocks.remove(session, mask):
            _say(session, f"{mask} is no longer blocked")
            return
    _say(session, f"You do not block {words[0]}; BLOCK lists the people whom you block")


VERBS = (
    Verb(
        "BLOCK",
        block,
        "BLOCK [nick|mask]",
        "blocks somebody's private messages and invitations, or lists whom you block",
    ),
    Verb("UNBLOCK", unblock, "UNBLOCK <nick|mask>", "unblocks somebody", 1),
)
