"""MODE, for channels and for users."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from chover.engine import verbs
from chover.engine.model import Channel
from chover.engine.modes import CHANNEL_MODES, KEPT_USER_MODES, OPERATOR, USER_MODES, Kind, ModeRequest, parse
from chover.engine.refusals import Refusal, Why
from chover.names import is_channel
from chover.server.session.command import Command
from chover.wire.capabilities import Cap
from chover.wire.message import Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session


async def mode(session: Session, message: Message) -> None:
    target, words = message.params[0], [word for word in message.params[1:] if word]
    if not is_channel(target):
        await _user_mode(session, target, words)
        return
    channel = session.node.chat.known_channel(session.me, target)
    if not words:
        _show(session, channel)
        return
    wanted = list(parse(words))
    for asked in [want for want in wanted if _is_question(want)]:
        _list(session, channel, asked.mode)
    changes = [want for want in wanted if not _is_question(want)]
    known = [want for want in changes if want.mode in CHANNEL_MODES]
    for want in changes:
        if want not in known:
            session.refuse(Refusal(Why.UNKNOWN_MODE, want.mode))
    if known:
        await session.commit(partial(verbs.set_modes, session.node.chat, session.me, channel, known))


def _is_question(want: ModeRequest) -> bool:
    known = CHANNEL_MODES.get(want.mode)
    return known is not None and known.kind is Kind.LIST and not want.arg


def _show(session: Session, channel: Channel) -> None:
    inside = session.me.id in channel.members
    letters = "".join(channel.modes)
    args = [arg if inside or letter != "k" else "*" for letter, arg in channel.modes.items() if arg]
    session.reply(Rpl.CHANNELMODEIS, channel.name, "+" + letters, *args)
    session.reply(Rpl.CREATIONTIME, channel.name, str(channel.created_at // 1000))


def _list(session: Session, channel: Channel, letter: str) -> None:
    row, end, text = LISTS[letter]
    for entry in channel.lists.get(letter, {}).values():
        ends = [str(entry.until // 1000)] if entry.until and Cap.SCHEDULED in session.caps else []
        session.reply(row, channel.name, entry.mask, entry.set_by, str(entry.set_at // 1000), *ends)
    session.reply(end, channel.name, text)


async def _user_mode(session: Session, target: str, words: list[str]) -> None:
    user = session.me
    if session.node.chat.find_user(target) is not user:
        session.reply(Err.USERSDONTMATCH, "You can see and change your own modes only")
        return
    if not words:
        session.reply(Rpl.UMODEIS, "+" + "".join(sorted(user.modes)))
        return
    # Nobody can make themselves an operator with MODE; OPER does.
    wanted = [want for want in parse(words) if not (want.add and want.mode == OPERATOR)]
    for want in wanted:
        if want.mode not in USER_MODES:
            session.reply(Err.UMODEUNKNOWNFLAG, f"Unknown user mode {want.mode}; there are: {''.join(USER_MODES)}")
    await session.commit(partial(verbs.set_user_modes, user, wanted))
    await _keep(session)


async def _keep(session: Session) -> None:
    """An account's choice of what to receive applies to all its devices, and is stored."""
    account = session.node.accounts.get(session.me.id)
    kept = "".join(mode for mode in KEPT_USER_MODES if mode in session.me.modes)
    if account is not None and account.settings.modes != kept:
        await session.node.accounts.change(account.id, lambda held: msgspec.structs.replace(held, modes=kept))


LISTS: Final = {
    "b": (Rpl.BANLIST, Rpl.ENDOFBANLIST, "End of channel ban list"),
    "e": (Rpl.EXCEPTLIST, Rpl.ENDOFEXCEPTLIST, "End of channel exception list"),
    "I": (Rpl.INVEXLIST, Rpl.ENDOFINVEXLIST, "End of channel invite exception list"),
}
"""The numerics and the end of each list."""


ROWS: Final = (
    Command("MODE", mode, "MODE <#channel|nick> [modes] [parameters…]", "shows or changes modes", 1),
)  # fmt: skip
