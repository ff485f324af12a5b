"""ChanServ REPORT and REPORTS: making reports, and seeing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.engine.model import Channel
from chover.engine.modes import HEIRS
from chover.engine.refusals import Refusal
from chover.names import is_channel
from chover.plurals import counted
from chover.ports import Denied, StoreError
from chover.server.delivery import channel_notices
from chover.server.delivery.render import moment
from chover.server.operators import privileges, reporting
from chover.server.services.service import Verb
from chover.server.session.refusal_lines import line_of

if TYPE_CHECKING:
    from chover.server.session.session import Session


def _say(session: Session, text: str) -> None:
    name = channel_notices.SERVICE
    session.say_as(f"{name}!{name}@{session.node.name}", "NOTICE", session.nick_or_star, text)


async def report(session: Session, words: list[str]) -> None:
    target, *rest = words
    place = rest.pop(0) if is_channel(rest[0]) else ""
    if not rest:
        _say(session, "Say what is wrong: REPORT <nick> [#channel] <reason>")
        return
    try:
        _, told = await reporting.report(session, target, place, " ".join(rest))
    except Refusal as refusal:
        told = f"{' '.join(refusal.subject[:1])}: {line_of(refusal)[1][-1]}"
    except (Denied, StoreError) as error:
        told = str(error)
    _say(session, told)


async def reports(session: Session, words: list[str]) -> None:
    """The reports of a channel, or of the server; with DONE and a number, close one."""
    try:
        place, rest = (words[0], words[1:]) if words and is_channel(words[0]) else ("", words)
        scope = _looked_after(session, place)
        if rest:
            await _done(session, scope, rest)
        else:
            await _list(session, scope, place or "this server")
    except Refusal as refusal:
        _say(session, line_of(refusal)[1][-1])
    except (Denied, StoreError) as error:
        _say(session, str(error))


def _looked_after(session: Session, place: str) -> str:
    """The id of the place of reports. Raises Denied and Refusal if the user may not see them."""
    if not place:
        if not privileges.may(session, "see"):
            raise Denied("NO_RIGHT", "REPORTS <#channel>; reports of the server need the operator right 'see'")
        return reporting.OF_SERVER
    chat, sees = session.node.chat, privileges.may(session, "see")
    channel = chat.find_channel(place) if sees else chat.known_channel(session.me, place)
    if not (sees or _looks_after(session, channel)):
        raise Denied("NO_RIGHT", "Only people with a rank above voice in the channel's access list can do that")
    return channel.id


def _looks_after(session: Session, channel: Channel) -> bool:
    grant = channel.access.get(session.me.id)
    return grant is not None and grant.role in HEIRS


async def _list(session: Session, scope: str, place: str) -> None:
    found = await session.node.store.reports.open(scope)
    for kept in found:
        for line in reporting.lines(kept):
            _say(session, f"{moment(kept.at)} {line}")
    _say(session, f"{counted(len(found), 'open report')} about {place}; REPORTS … DONE <number> closes one")


async def _done(session: Session, scope: str, words: list[str]) -> None:
    number = words[1] if len(words) > 1 else ""
    if words[0].upper() != "DONE" or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Denied("INVALID", "REPORTS [#channel] or REPORTS [#channel] DONE <number>")
    done = await session.node.store.reports.close(scope, int(number))
    _say(
        session,
        f"Report {number} is done" if done else f"There is no report {number}; REPORTS lists those that are open",
    )


VERBS: Final = (
    Verb(
        "REPORT",
        report,
        "REPORT <nick|msgid> [#channel] <reason>",
        "reports somebody or a message to the moderators",
        2,
    ),
    Verb(
        "REPORTS",
        reports,
        "REPORTS [#channel] [DONE <number>]",
        "lists the reports that wait for you, or marks one as done",
    ),
)
