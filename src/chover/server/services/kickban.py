"""ChanServ KICKBAN: one line that puts somebody out of a channel and keeps them out, wherever they come back from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from chover import names
from chover.engine import rights, verbs
from chover.engine.model import Channel, User
from chover.engine.modes import ModeRequest
from chover.engine.refusals import Refusal
from chover.names import ACCOUNT
from chover.server.access.cloaks import around

if TYPE_CHECKING:
    from chover.server.session.session import Session

WIDTHS: Final = {"NET": 2, "WIDE": 1}
"""Parts of a cloak that a ban of the network around somebody leaves: see cloaks.py."""


def mask_for(user: User, parts: int = 0) -> str:
    """What to ban so that it holds: the account if there is one, or else the cloak, or so many last parts of it."""
    if user.account and not parts:
        return f"{ACCOUNT}{user.account}"
    return f"*!*@{around(user.host, parts) if parts else user.host}"


async def kickban(session: Session, channel: Channel, nick: str, parts: int, reason: str) -> tuple[str, list[str]]:
    """The mask that was banned, and the nicks of those who were put out.

    Raises what kicking and banning raises; then nothing was done.
    """
    chat, user = session.node.chat, session.me
    target = chat.find_user(nick)
    mask = mask_for(target, parts)
    rights.require_rank(channel, user)
    if target.id in channel.members:
        rights.require_kick(channel, user, channel.members[target.id])
    await session.commit(partial(verbs.set_modes, chat, user, channel, [ModeRequest(True, "b", mask)]))
    covered = [m.user for m in channel.members.values() if m.user is target or _covers(mask, m.user)]
    others = [member for member in covered if member is not user]
    return mask, [member.nick for member in others if await _kick(session, channel, member, reason)]


async def _kick(session: Session, channel: Channel, member: User, reason: str) -> bool:
    """Whether somebody could be put out: not those of a higher rank, whom a mask may cover too."""
    try:
        await session.commit(partial(verbs.kick, session.node.chat, session.me, channel, member.nick, reason))
    except Refusal:
        return False
    return True


def _covers(mask: str, user: User) -> bool:
    if mask.startswith(ACCOUNT):
        return bool(user.account) and names.matches(mask.removeprefix(ACCOUNT), user.account)
    return names.matches(mask, user.mask)
