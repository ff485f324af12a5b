"""ChanServ BAN, UNBAN, KICKBAN, MUTE and UNMUTE: bans and mutes in a channel that another nick does not evade."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from chover import names
from chover.engine import rights, verbs
from chover.engine.events import Source
from chover.engine.ids import UserId
from chover.engine.model import Channel, User, covered
from chover.engine.modes import ModeRequest
from chover.engine.refusals import Refusal
from chover.names import ACCOUNT, MUTE
from chover.ports import ConnectionRecord, StoreError
from chover.server.access.cloaks import around
from chover.server.users.nick_ownership import folded_nick

if TYPE_CHECKING:
    from chover.server.session.session import Session

WIDTHS: Final = {"NET": 2, "WIDE": 1}
"""The parts of a cloak that remain in a ban of the network around somebody: see cloaks.py."""
REMEMBERED: Final = 20
"""The number of past connections of somebody that are examined."""
_NOBODY: Final = User(UserId("g0"), "x", "x", "~x", "x.x.x.guest")
"""A mask that covers this one covers everybody, and was not set on one person."""


class ChannelBan(NamedTuple):
    """A ban that was set. ``by_nick``: only by the nick, because a ban of the address would affect its author, too."""

    mask: str
    target: User
    by_nick: bool


def mask_for(user: User, parts: int = 0) -> str:
    """An effective mask: the account if there is one, otherwise the cloak, or its last ``parts``."""
    if user.account and not parts:
        return f"{ACCOUNT}{user.account}"
    return f"*!*@{around(user.host, parts) if parts else user.host}"


async def ban(session: Session, channel: Channel, nick: str, parts: int, until: int = 0) -> ChannelBan:
    """Ban the current or last owner of a nick, until a time in ms since 1970 (0: for ever).

    Raises what banning raises; then nothing was done.
    """
    chat, user = session.node.chat, session.me
    rights.require_rank(channel, user)
    target = await _find(session, nick)
    made = _chosen(target, user, parts)
    await session.commit(partial(verbs.set_modes, chat, user, channel, [ModeRequest(True, "b", made.mask, until)]))
    return made


async def mute(session: Session, channel: Channel, nick: str, until: int) -> ChannelBan:
    """The same for a mute: they may stay and read."""
    chat, user = session.node.chat, session.me
    rights.require_rank(channel, user)
    target = await _find(session, nick)
    if target.id in channel.members:
        rights.require_kick(channel, user, channel.members[target.id])
    chosen = _chosen(target, user, 0)
    made = chosen._replace(mask=f"{MUTE}{chosen.mask}")
    await session.commit(partial(verbs.set_modes, chat, user, channel, [ModeRequest(True, "b", made.mask, until)]))
    return made


async def unmute(session: Session, channel: Channel, whom: str) -> list[str]:
    """End the mutes of somebody, or of a mask. Returns the masks. Raises what MODE raises."""
    rights.require_rank(channel, session.me)
    held = {mask.removeprefix(MUTE): mask for mask in channel.lists.get("b", {}) if mask.startswith(MUTE)}
    masks = [held[bare] for bare in await _meant(session, held, whom.removeprefix(MUTE))]
    wanted = [ModeRequest(False, "b", mask) for mask in masks]
    await session.commit(partial(verbs.set_modes, session.node.chat, session.me, channel, wanted))
    return masks


def _chosen(target: User, by: User, parts: int) -> ChannelBan:
    mask = mask_for(target, parts)
    if parts or target is by or not covered([mask], by):
        return ChannelBan(mask, target, False)
    return ChannelBan(f"{target.nick}!*@*", target, True)


async def kickban(
    session: Session, channel: Channel, nick: str, parts: int, reason: str, until: int = 0
) -> tuple[ChannelBan, list[str]]:
    """Ban and kick. Returns the ban, and the nicks of the people kicked.

    Raises what kicking and banning raise; then nothing was done.
    """
    user = session.me
    rights.require_rank(channel, user)
    target = await _find(session, nick)
    if target.id in channel.members:
        rights.require_kick(channel, user, channel.members[target.id])
    made = await ban(session, channel, nick, parts, until)
    hit = [m.user for m in channel.members.values() if m.user is target or covered([made.mask], m.user)]
    others = [member for member in hit if member is not user]
    return made, [member.nick for member in others if await _kick(session, channel, member, reason)]


async def _kick(session: Session, channel: Channel, member: User, reason: str) -> bool:
    """Kick a member. Returns False for a higher rank, which a mask may cover, too."""
    try:
        await session.commit(partial(verbs.kick, session.node.chat, session.me, channel, member.nick, reason))
    except Refusal:
        return False
    return True


async def unban(session: Session, channel: Channel, whom: str) -> list[str]:
    """Lift the bans that were set on somebody, who may have left, or a ban's mask. Returns the lifted ones.

    Raises what MODE raises.
    """
    chat, user = session.node.chat, session.me
    rights.require_rank(channel, user)
    masks = await _set_on(session, channel, whom)
    await session.commit(
        partial(verbs.set_modes, chat, user, channel, [ModeRequest(False, "b", mask) for mask in masks])
    )
    return masks


async def _set_on(session: Session, channel: Channel, whom: str) -> list[str]:
    """The bans of a channel that a mask or a nick means; bans of everybody are not set on one person."""
    return await _meant(session, channel.lists.get("b", {}), whom)


async def _meant(session: Session, held: Collection[str], whom: str) -> list[str]:
    exact = names.complete_mask(whom)
    if set("!@*?:") & set(whom):
        return [exact] if exact in held else []
    online = session.node.chat.nicks.get(folded_nick(session.node.chat, whom))
    found = _covering(held, [online]) if online is not None else []
    if not found:
        found = _covering(held, await _departed(session, whom))
    return [*found, *([exact] if exact in held and exact not in found else [])]


def _covering(held: Iterable[str], people: Iterable[User]) -> list[str]:
    return [mask for mask in held if not covered([mask], _NOBODY) and any(covered([mask], who) for who in people)]


# ---- who is meant ----------------------------------------------------------------------------------------------------


async def _find(session: Session, nick: str) -> User:
    """The user who has a nick, or had it last. Raises NO_SUCH_NICK."""
    try:
        return session.node.chat.find_user(nick)
    except Refusal:
        gone = await _departed(session, nick)
        if not gone:
            raise
        return gone[0]


async def _departed(session: Session, nick: str) -> list[User]:
    """Previous owners of a nick, the newest first: from WHOWAS, and from the connection log after a restart."""
    node, folded = session.node, folded_nick(session.node.chat, nick)
    if not folded:
        return []
    left = [_as_user(_today(session, departed.source), folded) for departed in node.whowas.find(folded)]
    try:
        records = await node.connections.find(nick, REMEMBERED)
    except StoreError:
        records = []
    return left + [_as_user(_source(session, record), folded) for record in records]


def _today(session: Session, source: Source) -> Source:
    """Without the account if that was deleted: its name may belong to somebody else now."""
    stands = not source.account or session.node.accounts.get(source.id) is not None
    return source if stands else Source(source.id, source.nick, source.user, source.host)


def _source(session: Session, record: ConnectionRecord) -> Source:
    account = session.node.accounts.find(record.account) if record.account else None
    if account is None or account.created_at > record.since:
        return Source(UserId("g0"), record.nick, "~", record.host)
    return Source(account.id, record.nick, "~", record.host, account.name)


def _as_user(source: Source, folded: str) -> User:
    return User(source.id, source.nick, folded, source.user, source.host, account=source.account)
