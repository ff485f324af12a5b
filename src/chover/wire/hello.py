"""The wire of the original ChatOverSockets clients: a 32-byte hello, history as JSON, raw text.

A client of the original waits up to a second for history (one ``recv(1024)`` given to a JSON parser), then
sends ``!16s16s`` - username and version, NUL-padded - or nothing at all when it is a guest, then raw text.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from chover.names import as_nick, in_ascii
from chover.wire.capabilities import VENDOR

HELLO_BYTES: Final = 32
WRITE_BYTES: Final = 1024
"""The original reads at most this much at once; no write is longer or ends inside a character."""
GUEST: Final = "guest"
UNKNOWN_VERSION: Final = "4.0.4"
VERSION_TAG: Final = f"+{VENDOR}/version"
"""Client-only tag of the USER line, with which the legacy handler passes on the version in a hello."""
DISPLAY_TAG: Final = f"+{VENDOR}/display-name"
"""Client-only tag of a message, with which that handler keeps a name that is not a nick: ``Al Ice`` for ``Al_Ice``."""

_FIELD: Final = 16
# At least one NUL, so that no line of text is taken for a hello, whatever its bytes 16 to 31 are.
_VERSION: Final = re.compile(rb"[0-9A-Za-z][0-9A-Za-z.+_-]*\x00+")
_VERSION_BEGUN: Final = re.compile(rb"[0-9A-Za-z][0-9A-Za-z.+_-]*\x00*")
# English in any locale: strftime's %b and %p are not.
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Hello(NamedTuple):
    username: str
    version: str


class LegacyMessage(NamedTuple):
    """One line of history as the original shows it."""

    username: str
    at: datetime
    text: str


def shown_name(nick: str, tags: dict[str, str]) -> str:
    """The name of a message's author for the original's clients.

    Anybody may send the tag, so its name counts only if the nick was derived from it.
    """
    name = tags.get(DISPLAY_TAG, "") if tags else ""
    fits = 0 < len(name) <= _FIELD and name.isprintable() and name == name.strip()
    return name if fits and nick in {as_nick(name), as_nick(in_ascii(name))} else nick


def parse_hello(data: bytes) -> Hello | None:
    """The hello at the beginning of ``data``, or None if the first 32 bytes are something else.

    It is one only if bytes 16 to 31 are a version padded with NULs. If a name was cut inside a character, the
    incomplete rest is dropped.
    """
    if len(data) < HELLO_BYTES or not _VERSION.fullmatch(data, _FIELD, HELLO_BYTES) or not _is_name(data[:_FIELD]):
        return None
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    name = decoder.decode(data[:_FIELD].rstrip(b"\0"))
    return Hello(name, data[_FIELD:HELLO_BYTES].rstrip(b"\0").decode("ascii"))


def may_become_hello(data: bytes) -> bool:
    """Whether fewer than 32 bytes could still become a hello."""
    if len(data) >= HELLO_BYTES:
        return False
    version = data[_FIELD:]
    return _is_name(data[:_FIELD]) and (not version or _VERSION_BEGUN.fullmatch(version) is not None)


def _is_name(field: bytes) -> bool:
    """Whether only NULs follow the first NUL."""
    return b"\0" not in field.rstrip(b"\0")


def format_hello(username: str, version: str) -> bytes:
    """The 32 bytes; the name is cut to 16 bytes, the version to 15, neither inside a character."""
    return _fit(username, _FIELD).ljust(_FIELD, b"\0") + _fit(version, _FIELD - 1).ljust(_FIELD, b"\0")


def _fit(text: str, limit: int) -> bytes:
    return text.encode()[:limit].decode(errors="ignore").encode()


def stamp(at: datetime) -> str:
    """``Jun 19 [05:01 PM]``."""
    return f"{_MONTHS[at.month - 1]} {at.day:02d} [{_clock(at)}]"


def prompt_stamp(at: datetime) -> str:
    """``Jun 19 24 [05:01 PM]``, as in the prompt of the original's client."""
    return f"{_MONTHS[at.month - 1]} {at.day:02d} {at.year % 100:02d} [{_clock(at)}]"


def _clock(at: datetime) -> str:
    return f"{at.hour % 12 or 12:02d}:{at.minute:02d} {'AM' if at.hour < 12 else 'PM'}"


def chat_line(said: LegacyMessage) -> str:
    return f"{said.username} | {stamp(said.at)} ❯ {said.text}"


def format_history(newest_last: Iterable[LegacyMessage]) -> bytes:
    """The newest lines that fit 1,024 bytes as one JSON list, or nothing if there are none.

    If the newest line alone is too long, it is shortened: the original's client crashes on a longer or a cut list.
    """
    kept: list[str] = []
    room = WRITE_BYTES - len("[]")
    for said in reversed(list(newest_last)):
        item = _item(said)
        if len(item) > room:
            if not kept:
                kept.append(_shortened(said, room))
            break
        kept.append(item)
        room -= len(item) + len(", ")
    return f"[{', '.join(reversed(kept))}]".encode() if kept else b""


def _item(said: LegacyMessage) -> str:
    # ASCII only (\u escapes), so that the length in characters is the length in bytes.
    return json.dumps({"username": said.username, "now": stamp(said.at), "message": said.text})


def _shortened(said: LegacyMessage, room: int) -> str:
    low, high = 0, len(said.text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = len(_item(said._replace(text=said.text[:middle] + "…"))) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return _item(said._replace(text=said.text[:low] + "…"))


def writes(lines: Iterable[str]) -> list[bytes]:
    """Lines joined by newlines, in writes of at most 1,024 bytes that never end inside a character."""
    out: list[bytes] = []
    pending = b""
    for line in lines:
        data = line.encode()
        if pending and len(pending) + 1 + len(data) > WRITE_BYTES:
            out.append(pending)
            pending = b""
        pending = pending + b"\n" + data if pending else data
        while len(pending) > WRITE_BYTES:
            cut = WRITE_BYTES
            while pending[cut] & 0xC0 == 0x80:
                cut -= 1
            out.append(pending[:cut])
            pending = pending[cut:]
    return [*out, pending] if pending else out
