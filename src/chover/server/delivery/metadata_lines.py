"""Metadata in lines of the protocol, and who is told (draft/metadata-3; metadata.py has its owners).

The draft is https://github.com/ircv3/ircv3-specifications/pull/613: changes are reported by the numerics 761 and 766.
In the previous one, draft/metadata-2, unsolicited values are sent as the command METADATA.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from chover.engine.metadata import SHARED_PINS
from chover.engine.model import User
from chover.server.delivery.recipient import Recipient
from chover.server.delivery.render import Rendered, text_of
from chover.wire.capabilities import Cap
from chover.wire.message import format_line
from chover.wire.numerics import Rpl

FOLLOWS: Final = Cap.METADATA | Cap.METADATA_2
"""A session with one of these is told of changes."""

Values = Mapping[str, str | None]


def line(session: Recipient, target: str, key: str, value: str | None) -> Rendered:
    """RPL_KEYVALUE, or RPL_KEYNOTSET for None."""
    me, server = session.nick_or_star, session.server
    if value is None:
        return Rendered("", format_line(Rpl.KEYNOTSET.value, me, target, key, "key is not set", source=server))
    return Rendered("", format_line(Rpl.KEYVALUE.value, me, target, key, "*", value, source=server))


def by_command(session: Recipient) -> bool:
    """Whether it has requested only draft/metadata-2."""
    return session.caps & FOLLOWS == Cap.METADATA_2


def told(session: Recipient, target: str, key: str, value: str | None) -> Rendered:
    """An unsolicited value. A removed one is empty in draft/metadata-2."""
    if not by_command(session):
        return line(session, target, key, value)
    return Rendered("", format_line("METADATA", target, key, "*", value or "", source=session.server))


def wanted(session: Recipient, target: str, values: Values) -> Iterator[Rendered]:
    """The values that a session has subscribed to."""
    if values:
        for key in session.subscribed:
            if key in values and key != SHARED_PINS:
                yield told(session, target, key, values[key])


def introduce(user: User, onlookers: Iterable[Recipient]) -> None:
    """Somebody joins a channel: those who see them get the values that they have subscribed to."""
    if user.metadata:
        tell([session for session in onlookers if session.user is not user], user.nick, user.metadata)


def tell(readers: Iterable[Recipient], name: str, values: Values) -> None:
    """Send each of some sessions the values that it has subscribed to."""
    for session in list(readers):
        if session.caps & FOLLOWS and session.subscribed:
            lines = list(wanted(session, name, values))
            if lines:
                session.send("".join(map(text_of, lines)).encode())
