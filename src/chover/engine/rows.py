"""Events as the store keeps them: the columns of the envelope, and labels and body as JSON."""

from __future__ import annotations

from typing import Final

import msgspec

from chover.engine.events import VERSIONS, Event, Known, Said, Source, Unknown
from chover.engine.ids import LogId, UserId

_ONE_LINE: Final = ("said", 1)
_SEVERAL_LINES: Final = ("said", VERSIONS["said"])
"""Kind and version of a message: one of a single line has never changed, one of several has the second version."""


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """The text that the store keeps beside the columns: labels and body."""

    nick: str
    user: str
    host: str
    account: str
    body: Known


class StoredBots(Stored, frozen=True, array_like=True):
    """The same for a program. Rows without ``bot`` are not a program's, or are from an older version."""

    bot: bool = False


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(StoredBots).decode


def kind_of(event: Event) -> tuple[str, int]:
    """The kind and version to keep beside ``encode(event)``."""
    body = event.body
    # First, and not through its property, because this is called for each message.
    if type(body) is Said:
        return _SEVERAL_LINES if "\n" in body.text or body.joints else _ONE_LINE
    if isinstance(body, Unknown):
        return body.kind, body.version
    kind = str(body.__struct_config__.tag)
    return kind, VERSIONS[kind]


def encode(event: Event) -> bytes:
    """Labels and body as JSON; the columns of the envelope are kept separately."""
    source, body = event.source, event.body
    if isinstance(body, Unknown):
        return body.raw
    if source.bot:
        return _encode(StoredBots(source.nick, source.user, source.host, source.account, body, bot=True))
    return _encode(Stored(source.nick, source.user, source.host, source.account, body))


def decode(
    log: LogId,
    seq: int,
    at: int,
    msgid: str,
    kind: str,
    version: int,
    actor: str,
    raw: bytes,
    nonce: str = "",
) -> Event:
    """The event of a row. A kind that this version does not know is returned as Unknown, in its place."""
    who = UserId(actor)
    if version > VERSIONS.get(kind, 0):
        return Event(log, Source(who, "", "", ""), Unknown(kind, version, raw), msgid, seq, at, nonce)
    stored = _decode(raw)
    source = Source(who, stored.nick, stored.user, stored.host, stored.account, stored.bot)
    return Event(log, source, stored.body, msgid, seq, at, nonce)
