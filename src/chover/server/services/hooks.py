"""ChanServ HOOK: addresses with which other programs post to a channel, made by its operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.engine.ids import is_account
from chover.engine.model import Channel
from chover.plurals import counted
from chover.ports import Denied, Hooks
from chover.server.delivery.render import moment
from chover.server.operators import hooks
from chover.server.services.invitations import require_operator

if TYPE_CHECKING:
    from collections.abc import Callable

    from chover.server.session.session import Session

USAGE: Final = "HOOK ADD <#channel> [name], HOOK LIST <#channel>, or HOOK REVOKE <#channel> <id>"


async def hook(session: Session, words: list[str], say: Callable[[Session, str], None]) -> None:
    """Raises Refusal and Denied."""
    verb, channel = words[0].upper(), session.node.chat.find_channel(words[1])
    if not is_account(session.me.id):
        raise Denied("ACCOUNT_REQUIRED", "That needs an account: /msg NickServ REGISTER <password>, or log in")
    require_operator(session, channel)
    held = session.node.hooks
    if held is None or not session.node.config.channels.hooks:
        raise Denied("DISALLOWED", "Only the operator of the server can make hooks here")
    match verb:
        case "ADD":
            await _add(session, held, channel, " ".join(words[2:]) or "hook", say)
        case "LIST":
            _list(session, held, channel, say)
        case "REVOKE" if len(words) > 2:
            await _revoke(held, channel, words[2])
            say(session, f"{words[2]} is revoked")
        case _:
            raise Denied("INVALID", USAGE)


async def _add(session: Session, held: Hooks, channel: Channel, name: str, say: Callable[[Session, str], None]) -> None:
    made = await hooks.make(session.node, held, channel.log, name, session.me.id)
    say(session, made.address)
    say(
        session, f"Anyone who posts to this address speaks in {channel.name} as {made.hook.name}; it is shown only once"
    )
    say(session, f"To revoke it: HOOK REVOKE {channel.name} {made.hook.id}")


def _list(session: Session, held: Hooks, channel: Channel, say: Callable[[Session, str], None]) -> None:
    found = [hooks.row(session.node, one) for one in held.of(channel.log)]
    for row in found:
        does = "speaks here" if not row.to else f"is off: {row.off}" if row.off else "tells a program what is said here"
        say(session, f"{row.id}: {row.name} {does}, made by {row.by} at {moment(row.made_at)}")
    say(session, f"{channel.name} has {counted(len(found), 'hook')}")


async def _revoke(held: Hooks, channel: Channel, which: str) -> None:
    """Revoke a hook of this channel. Raises Denied."""
    if which not in {one.id for one in held.of(channel.log)} or not await held.revoke(which):
        raise Denied("INVALID", f"{channel.name} has no hook {which}; HOOK LIST {channel.name} shows them")
