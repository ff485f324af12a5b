"""ChanServ INVITE-LINK: invitation links to a channel, made by its operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.engine import rights
from chover.engine.ids import is_account
from chover.engine.model import Channel
from chover.engine.modes import RANKS, ROLES
from chover.engine.rights import MAY_GRANT
from chover.plurals import counted
from chover.ports import Denied, Invite
from chover.server.delivery.render import moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from chover.server.session.session import Session

MOST_USES: Final = 100
MOST_DAYS: Final = 30
MOST_OPEN: Final = 20
"""The maximum number of valid invitations of one account."""
USAGE: Final = "INVITE-LINK <#channel> [uses] [days] [role], INVITE-LINK <#channel> LIST, or REVOKE <id>"


async def invite_link(session: Session, words: list[str], say: Callable[[Session, str], None]) -> None:
    """Raises Refusal and Denied."""
    channel = session.node.chat.known_channel(session.me, words[0])
    if not is_account(session.me.id):
        raise Denied("ACCOUNT_REQUIRED", "That needs an account: /msg NickServ REGISTER <password>, or log in")
    require_operator(session, channel)
    verb = words[1].upper() if len(words) > 1 else ""
    if verb == "LIST":
        await _list(session, channel, say)
    elif verb == "REVOKE" and len(words) > 2:
        await _revoke(session, channel, words[2], say)
    else:
        await _make(session, channel, words[1:], say)


def require_operator(session: Session, channel: Channel) -> None:
    """Require an operator, by the access list or at the moment. Raises Refusal."""
    held = channel.access.get(session.me.id)
    if held is None or RANKS.index(held.role) > RANKS.index("o"):
        rights.require_operator(channel, session.me)


async def _make(session: Session, channel: Channel, words: list[str], say: Callable[[Session, str], None]) -> None:
    node = session.node
    if not node.config.channels.invite_links or node.link is None:
        raise Denied("DISALLOWED", "Only the operator of the server can make links here")
    uses, days = _number(words[:1], 1, MOST_USES, "uses"), _number(words[1:2], 7, MOST_DAYS, "days")
    role = _role(session, channel, words[2] if len(words) > 2 else "")
    held = [invite for invite in await node.accounts.invitations.open() if invite.made_by == session.me.id]
    if len(held) >= MOST_OPEN:
        raise Denied("TOO_MANY", f"You have {counted(len(held), 'link')} already: REVOKE one first")
    invite, token = await node.accounts.invitations.make(
        session.me.id, [channel.name], uses=uses, seconds=days * 86400, role=role
    )
    link = await node.link(token)
    say(session, f"{link.for_clients}")
    say(session, f"{link.for_browsers}")
    if link.browsers_warn:
        say(session, "A browser warns, because the server made its certificate itself: Advanced, then Continue")
    say(session, f"Anyone who has one of these links can join {channel.name}: {_terms(invite)}")


def _number(words: list[str], default: int, most: int, what: str) -> int:
    text = words[0] if words else str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= most):
        raise Denied("INVALID", f"{text}: {what} are 1 to {most}; {USAGE}")
    return int(text)


def _role(session: Session, channel: Channel, text: str) -> str:
    """A role that the inviter may give. Raises Denied."""
    role = ROLES.get(text.lower().lstrip("+")) if text else ""
    held = channel.access.get(session.me.id)
    membership = channel.members.get(session.me.id)
    own = {held.role if held else "", *(membership.modes if membership else "")}
    if role is None or role == "q" or (role and not own & set(MAY_GRANT[role])):
        raise Denied("INVALID", "A role is admin, op, halfop or voice, and must be one that you may give")
    return role


async def _list(session: Session, channel: Channel, say: Callable[[Session, str], None]) -> None:
    held = [invite for invite in await session.node.accounts.invitations.open() if _leads(session, invite, channel)]
    for invite in held:
        say(session, f"{invite.id}, by {_maker(session, invite)}: {_terms(invite)}")
    say(session, f"{counted(len(held), 'link')} to {channel.name}")


async def _revoke(session: Session, channel: Channel, which: str, say: Callable[[Session, str], None]) -> None:
    invitations = session.node.accounts.invitations
    found = [row for row in await invitations.open() if row.id == which and _leads(session, row, channel)]
    if not found or not await invitations.revoke(which):
        raise Denied("INVALID", f"No link {which} leads to {channel.name}; INVITE-LINK {channel.name} LIST shows them")
    say(session, f"{which} no longer works")


def _leads(session: Session, invite: Invite, channel: Channel) -> bool:
    """Whether it leads only to that channel: links to several channels are the operator's."""
    fold = session.node.chat.rules.same_channel
    return [fold(name) for name in invite.channels] == [channel.folded]


def _maker(session: Session, invite: Invite) -> str:
    account = next((row for row in session.node.accounts.everybody() if row.id == invite.made_by), None)
    return account.name if account is not None else invite.made_by


def _terms(invite: Invite) -> str:
    until = f"until {moment(invite.expires_at)}" if invite.expires_at else "for ever"
    role = f", with +{invite.role}" if invite.role else ""
    left = f"{invite.uses} of {invite.uses + invite.used} uses left" if invite.used else counted(invite.uses, "use")
    return f"{left}, {until}{role}"
