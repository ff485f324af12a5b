"""From what somebody types into a search to its attributes (https://soju.im/search): one language for all.

The terminal client and SearchServ read it here. The web client accepts the same (web/query.js); tests/queries.json
checks them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

import msgspec

from chover.i18n import N_

EXPLAINED: Final = N_(
    'words, "a phrase", -without, begin*; from:nick in:#channel in:here before:2026-01-31 after:3d has:link has:file'
)
_PIECE: Final = re.compile(r'-?"[^"]*"?|\S+')
_FILTER: Final = re.compile(r"(-?)(from|in|before|after|has):(.*)", re.IGNORECASE | re.DOTALL)
_AGO: Final = re.compile(r"(\d{1,4})([mhdw])", re.IGNORECASE | re.ASCII)
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?", re.ASCII)
_EXAMPLES: Final = {
    "from": "from:alice", "in": "in:#tea", "before": "before:2026-01-31", "after": "after:3d", "has": "has:link",
}  # fmt: skip


class BadSearch(ValueError):
    """The text is one line that says what is wrong and what is understood."""


class Asking(msgspec.Struct, frozen=True):
    """What a search depends on besides its text."""

    now: int
    """Milliseconds since 1970."""
    zone: tzinfo | None
    """The time zone of the person, for days; None: the machine's."""
    here: str = ""
    """The conversation that ``in:here`` means."""
    files: str = ""
    """The address of the server's files, which ``has:file`` searches for; "" for none."""


def attributes_of(typed: str, asking: Asking) -> dict[str, str]:
    """The attributes; empty for an empty text. Raises BadSearch for anything invalid."""
    found: dict[str, str] = {}
    text, kinds = [], []
    for piece in _PIECE.findall(typed):
        match = None if piece.startswith(('"', '-"')) else _FILTER.fullmatch(piece)
        if match is None:
            text.append(piece)
            continue
        minus, name, value = match[1], match[2].lower(), match[3]
        _check(minus, name, value, found)
        if name == "has":
            kinds.append(minus + _kind(value, asking.files))
        else:
            found[name] = _READERS[name](name, value, asking)
    # The text comes first, because its last word may still be incomplete.
    said = " ".join([*kinds, *text])
    return {"text": said, **found} if said else found


def _check(minus: str, name: str, value: str, found: Mapping[str, str]) -> None:
    if not value:
        raise BadSearch(f"{name}: needs a value directly after it, like {_EXAMPLES[name]}.")
    if minus and name != "has":
        raise BadSearch(f"-{name}: is not understood; only words, phrases and has: can be excluded.")
    if name in found:
        raise BadSearch(f"{name}: is there twice.")


def _kind(value: str, files: str) -> str:
    """The words that messages with a link or file contain."""
    match value.lower():
        case "link":
            return "http*"
        case "file" if files:
            return f'"{files}"'
        case "file":
            raise BadSearch("This server does not store files.")
    raise BadSearch(f"has:{value} is not understood; use has:link or has:file.")


def _name(_name: str, value: str, _asking: Asking) -> str:
    return value


def _place(_name: str, value: str, asking: Asking) -> str:
    return asking.here if value == "here" and asking.here else value


def _moment(name: str, value: str, asking: Asking) -> str:
    ago = _AGO.fullmatch(value)
    try:
        if ago:
            now = datetime.fromtimestamp(asking.now / 1000, UTC)
            return _stamp(now - timedelta(**{_UNITS[ago[2].lower()]: int(ago[1])}))
        if _MOMENT.fullmatch(value):
            read = datetime.fromisoformat(value)
            zoned = read if read.tzinfo else read.replace(tzinfo=asking.zone) if asking.zone else read.astimezone()
            return _stamp(zoned)
    except (ValueError, OverflowError):
        pass
    raise BadSearch(
        f"{name}:{value} is not a time: use a day (2026-01-31), a moment (2026-01-31T17:30), or 2h, 3d, 1w."
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_READERS: Final = {"from": _name, "in": _place, "before": _moment, "after": _moment}
