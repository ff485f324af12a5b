"""REPORT: somebody tells the operators of a channel, or of the server, about somebody else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, NamedTuple

from chover.engine import rights
from chover.engine.events import Event, Said, Source
from chover.engine.ids import LogId
from chover.engine.lines import cut
from chover.engine.model import Channel, User
from chover.engine.modes import HEIRS
from chover.engine.refusals import Refusal, Why
from chover.ports import Direction, Report, Selector
from chover.server.delivery.channel_notices import SERVICE, notify, present
from chover.server.operators import privileges
from chover.server.users.nick_ownership import folded_nick

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session

_log = logging.getLogger(__name__)

TEXT_BYTES: Final = 300
QUOTE_BYTES: Final = 200
OF_SERVER: Final = ""
"""The place in ``Reports`` for reports to the operators of the server."""


class ReportedPerson(NamedTuple):
    """The person whom a report is about, and the text if it is about a message."""

    source: Source
    channel: Channel | None = None
    said: Event | None = None


async def report(session: Session, target: str, place: str, text: str) -> tuple[Report, str]:
    """Keep a report. Returns it, and for the reporter who received it. Raises Refusal, Denied and StoreError."""
    node = session.node
    channel = node.chat.known_channel(session.me, place) if place else None
    if channel is not None:
        rights.member(channel, session.me)
    found = await _about(session, target, channel)
    channel = found.channel
    node.pace.require(session.peer.address, node.chat.now() / 1000)
    heard = moderators(node, channel, session.me, found.source) if channel is not None else []
    later = channel is not None and _has_others(channel, session.me, found.source)
    kept = await node.store.reports.add(_drawn(session, found, text, channel.id if channel and later else OF_SERVER))
    if not heard and not later:
        operators_here = present(node.chat, node.fanout.sessions, node.chat.operators)
        heard = [user for user in operators_here if user is not session.me]
    for user in heard:
        notify(node.fanout.sessions, node.name, user, lines(kept))
    if kept.channel == OF_SERVER:
        _log.warning("report %d by %s about %s in %r: %s", kept.no, kept.reporter, kept.mask, kept.place, kept.text)
    return kept, _told(node, kept, heard)


async def _about(session: Session, target: str, channel: Channel | None) -> ReportedPerson:
    """The owner of a nick, now or recently, or the author of a msgid in a channel. Raises NO_SUCH_NICK."""
    node = session.node
    try:
        return ReportedPerson(node.chat.find_user(target).source, channel)
    except Refusal:
        for place in [channel] if channel is not None else list(session.me.channels.values()):
            said = await _message(node, place.log, target)
            if said is not None:
                return ReportedPerson(said.source, place, said)
    gone = next(iter(node.whowas.find(folded_nick(node.chat, target))), None)
    if gone is None:
        raise Refusal(Why.NO_SUCH_NICK, target)
    return ReportedPerson(gone.source, channel)


async def _message(node: Node, log: LogId, msgid: str) -> Event | None:
    """The message with a msgid."""
    try:
        before = await node.store.page(log, Selector(msgid=msgid), Direction.BEFORE, 1, messages_only=False)
    except KeyError:
        return None
    place = before[-1].seq if before else 0
    events = await node.store.between(log, place, place + 1)
    return next((event for event in events if event.msgid == msgid and isinstance(event.body, Said)), None)


def moderators(node: Node, channel: Channel, reporter: User, about: Source) -> list[User]:
    """The operators of a channel who are online: members with a rank, and accounts of its access list."""
    ranked = [who for who, membership in channel.members.items() if set(membership.modes) & set(HEIRS)]
    listed = [grant.account for grant in channel.access.values() if grant.role in HEIRS]
    here = present(node.chat, node.fanout.sessions, dict.fromkeys([*ranked, *listed]))
    return [user for user in here if user.id not in {reporter.id, about.id}]


def _has_others(channel: Channel, reporter: User, about: Source) -> bool:
    """Whether the access list has others who may come later; in a channel without an owner, anybody may."""
    others = channel.access.keys() - {reporter.id, about.id}
    return any(channel.access[account].role in HEIRS for account in others)


def _drawn(session: Session, found: ReportedPerson, text: str, channel: str) -> Report:
    source = found.source
    mask = f"{source.mask} ({source.account})" if source.account else source.mask
    quote = found.said.body.text if found.said is not None and isinstance(found.said.body, Said) else ""
    return Report(
        channel, session.node.chat.now(), session.me.nick, source.nick, mask, _shown(text, TEXT_BYTES),
        found.channel.name if found.channel is not None else "",
        _shown(quote, QUOTE_BYTES), found.said.msgid if found.said is not None else "",
    )  # fmt: skip


def _shown(text: str, most: int) -> str:
    """Text of others in a form for one line of a terminal."""
    return cut("".join(char if char.isprintable() else " " for char in text).strip(), most)


def lines(kept: Report) -> list[str]:
    place = f"[{kept.place}] " if kept.place else ""
    first = f"{place}report {kept.no} by {kept.reporter} about {kept.mask}: {kept.text}"
    return [first, f"{place}<{kept.about}> {kept.quote}"] if kept.quote else [first]


def _told(node: Node, kept: Report, heard: list[User]) -> str:
    """The people who received it."""
    names = ", ".join(user.nick for user in heard)
    if kept.channel != OF_SERVER:
        now = f"{names} received it now" if names else "None of them is online"
        return f"Your report was sent to the moderators of {kept.place}. {now}; the others see it when they connect"
    if names:
        return f"Your report went to {names}; it is also kept for the operators of the server"
    if privileges.there_are(node):
        return "Nobody who could act on it is online; it is kept for the operators of the server"
    return f"This server has no operators who could act on it; to block them: /msg NickServ BLOCK {kept.about}"


async def remind(session: Session, channel: Channel) -> None:
    """A moderator of a registered channel has joined it."""
    grant = channel.access.get(session.me.id)
    if grant is not None and grant.role in HEIRS:
        await _remind(session, channel.id, channel.name, f"REPORTS {channel.name}")


async def remind_operator(session: Session) -> None:
    if privileges.may(session, "see"):
        await _remind(session, OF_SERVER, "this server", "REPORTS")


async def _remind(session: Session, channel: str, place: str, verb: str) -> None:
    waiting = len(await session.node.store.reports.open(channel))
    if waiting:
        text = f"Reports that wait for you about {place}: {waiting}. /msg {SERVICE} {verb}"
        session.say_as(f"{SERVICE}!{SERVICE}@{session.node.name}", "NOTICE", session.me.nick, text)
