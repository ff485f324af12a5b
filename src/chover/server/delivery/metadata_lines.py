"""How metadata looks on the wire, and who is told of it (draft/metadata-3; metadata.py says whose it is).

The draft is https://github.com/ircv3/ircv3-specifications/pull/613: changes are told by the numerics 761 and 766. In
draft/metadata-2, the one before it, what is not asked for comes as the command METADATA.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from chover.engine.model import User
from chover.server.delivery.recipient import Recipient
from chover.server.delivery.render import Rendered, text_of
from chover.wire.capabilities import Cap
from chover.wire.message import format_line
from chover.wire.numerics import Rpl

FOLLOWS: Final = Cap.METADATA | Cap.METADATA_2
"""With either of them a session is told of changes."""

Values = Mapping[str, str | None]


def line(session: Recipient, target: str, key: str, value: str | None) -> Rendered:
    """RPL_KEYVALUE, or RPL_KEYNOTSET for None."""
    me, server = session.nick_or_star, session.server
    if value is None:
        return Rendered("", format_line(Rpl.KEYNOTSET.value, me, target, key, "key is not set", source=server))
    return Rendered("", format_line(Rpl.KEYVALUE.value, me, target, key, "*", value, source=server))


def by_command(session: Recipient) -> bool:
    """Whether it has asked for draft/metadata-2 alone."""
    return session.caps & FOLLOWS == Cap.METADATA_2


def told(session: Recipient, target: str, key: str, value: str | None) -> Rendered:
    """What a session has not asked for just now. A value that is gone is an empty one in draft/metadata-2."""
    if not by_command(session):
        return line(session, target, key, value)
    return Rendered("", format_line("METADATA", target, key, "*", value or "", source=session.server))


def wanted(session: Recipient, target: str, values: Values) -> Iterator[Rendered]:
    """Those of the values that a session has subscribed to."""
    if values:
        for key in session.subscribed:
            if key in values:
                yield told(session, target, key, values[key])


def introduce(user: User, onlookers: Iterable[Recipient]) -> None:
    """Somebody comes into a channel: those who see it learn what they want to know of people."""
    if user.metadata:
        tell([session for session in onlookers if session.user is not user], user.nick, user.metadata)


def tell(readers: Iterable[Recipient], name: str, values: Values) -> None:
    """Tell each of some sessions what it has subscribed to."""
    for session in list(readers):
        if session.caps & FOLLOWS and session.subscribed:
            lines = list(wanted(session, name, values))
            if lines:
                session.send("".join(map(text_of, lines)).encode())
