"""Valid metadata: keys, and the values of known keys.

https://ircv3.net/specs/extensions/metadata ("Keys and Values") and https://ircv3.net/registry#user-metadata
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from chover.names import looks

KEY_BYTES: Final = 32
"""Longest key."""
_KEY: Final = re.compile(f"[a-z0-9_./-]{{1,{KEY_BYTES}}}")
_SHORT: Final = 64
"""Characters of a value that is shown beside a nick."""
_COLOR: Final = re.compile("#[0-9a-fA-F]{6}")
_WEB: Final = re.compile(r"https?://[^\s/?#@\\]+([/?#]\S*)?")
_PICTURE: Final = re.compile(r"https://[^\s/?#@\\]+([/?#]\S*)?|/files/[^\s\\]+")
_MOMENT: Final = re.compile("[0-9]{1,15}")
_READ_THREADS: Final = re.compile(r"[^\s=]+=[0-9]{1,15}( [^\s=]+=[0-9]{1,15})*")
_WORDS: Final = re.compile(r"\S+( \S+)*")
_TURNING: Final = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that begin a line or change the direction of the text after them."""


class BadValue(Exception):
    """The text says what is allowed."""


class KnownKey(NamedTuple):
    """A key with an agreed meaning. ``fits`` rejects invalid values."""

    meaning: str
    allowed: str
    fits: Callable[[str], bool]


def _whole(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


def _short(value: str) -> bool:
    return len(value) <= _SHORT and value.strip() == value


def _showable(value: str) -> bool:
    return _short(value) and bool(looks(value))


def _any(_: str) -> bool:
    return True


DISPLAY_NAME: Final = "display-name"

PHRASES: Final = 20
"""The maximum number of words that mention somebody."""
PHRASE: Final = 50
"""The maximum number of characters of one of them."""
PHRASES_BYTES: Final = 300
"""The maximum length of all of them, with the commas, like that of any value."""


def phrases(value: str) -> tuple[str, ...]:
    """The words in a value, each once."""
    found: dict[str, str] = {}
    for phrase in value.split(","):
        plain = " ".join(phrase.split())
        found.setdefault(plain.lower(), plain)
    return tuple(filter(None, found.values()))


def highlights(words: Iterable[str]) -> str:
    """Words as a value, as many as fit."""
    value = ""
    for word in words:
        longer = f"{value},{word.replace(',', ' ')}".removeprefix(",")
        value = longer if len(longer.encode()) <= PHRASES_BYTES else value
    return value


def shared_pins(held: Mapping[str, str], value: str = "") -> list[str]:
    """The msgids that a channel has pinned for everybody, the oldest pin first: of its metadata or a value."""
    return (value or held.get(SHARED_PINS, "")).split()


def thread_markers(value: str) -> dict[str, int]:
    """Up to where threads were read (ms since 1970), by the msgid of their first message."""
    if _READ_THREADS.fullmatch(value) is None:
        return {}
    return {msgid: int(at) for msgid, _, at in (part.partition("=") for part in value.split())}


def _few(value: str) -> bool:
    found = phrases(value)
    return len(found) <= PHRASES and all(len(phrase) <= PHRASE for phrase in found)


KEYS: Final[dict[str, KnownKey]] = {
    "avatar": KnownKey("a picture", "an https:// address, or one of this server's files", _whole(_PICTURE)),
    "bot": KnownKey("which program this is", f"at most {_SHORT} characters", _short),
    "color": KnownKey("the colour of the nick", "#rrggbb", _whole(_COLOR)),
    DISPLAY_NAME: KnownKey("the name to show", f"1 to {_SHORT} visible characters, no space at its ends", _showable),
    "homepage": KnownKey("a page about it", "an http:// or https:// address", _whole(_WEB)),
    "pronouns": KnownKey("the person's pronouns", f"at most {_SHORT} characters", _short),
    "status": KnownKey("what somebody is doing", "any text", _any),
    "url": KnownKey("a page about it", "an http:// or https:// address", _whole(_WEB)),
}
"""Other keys are kept and shown unchanged."""

PINNED: Final = "soju.im/pinned"
MUTED: Final = "soju.im/muted"
BLOCKED: Final = "soju.im/blocked"
NOTIFY: Final = "chover.chat/notify"
PINS: Final = "chover.chat/pins"
SHARED_PINS: Final = "chover.chat/shared-pins"
"""Of a channel: the msgids that are pinned for everybody. PIN and UNPIN change it, METADATA never."""
MOST_SHARED_PINS: Final = 50
THREADS: Final = "chover.chat/threads"
UNREAD: Final = "chover.chat/unread"
SETTINGS: Final = "chover.chat/settings"
HIGHLIGHTS: Final = "chover.chat/highlights"
OWN: Final = frozenset({SETTINGS, HIGHLIGHTS})
"""Keys about the account itself, stored at ``*``."""
_FLAGS: Final = frozenset({PINNED, MUTED, BLOCKED})
RINGS: Final = ("off", "mentions", "all")
"""The notification levels of a conversation."""

PRIVATE: Final[dict[str, KnownKey]] = {
    PINNED: KnownKey("a conversation is pinned", "0 or 1", ("0", "1").__contains__),
    MUTED: KnownKey("a conversation is muted", "0 or 1", ("0", "1").__contains__),
    BLOCKED: KnownKey("somebody is blocked", "0 or 1", ("0", "1").__contains__),
    NOTIFY: KnownKey("what notifies in a conversation", f"one of {', '.join(RINGS)}", RINGS.__contains__),
    PINS: KnownKey("pinned messages in a conversation", "msgids with one space between them", _whole(_WORDS)),
    THREADS: KnownKey(
        "up to where threads of a conversation were read",
        "msgid=milliseconds, with one space between two",
        _whole(_READ_THREADS),
    ),
    UNREAD: KnownKey("from when on a conversation is unread again", "milliseconds since 1970", _whole(_MOMENT)),
    HIGHLIGHTS: KnownKey(
        "words that mention somebody besides their names",
        f"at most {PHRASES} words or phrases of {PHRASE} characters, a comma between two",
        _few,
    ),
    SETTINGS: KnownKey("the settings of a client that cannot store them itself", "any text", _any),
}
"""What somebody notes for themselves about anybody and any channel: nobody else sees or changes it.

The first three are soju's: https://git.sr.ht/~emersion/soju/tree/master/item/doc/ext/metadata.md
"""


def marked(key: str, value: str | None) -> str | None:
    """The value of a private key as it is stored: a flag that is off is stored as none, and so are blank words."""
    if key == HIGHLIGHTS and value:
        value = ",".join(phrases(value))
    return None if key in _FLAGS and value == "0" else value or None


def unmarked(key: str) -> str | None:
    """How an unset private key is shown: a flag is off, others have no value."""
    return "0" if key in _FLAGS else None


def is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def require_value(key: str, value: str, longest: int) -> None:
    """Raises BadValue for a value that is too long, contains control characters, or is invalid for the key."""
    if len(value.encode()) > longest:
        raise BadValue(f"a value has at most {longest} bytes")
    if any(char in _TURNING or unicodedata.category(char) == "Cc" for char in value):
        raise BadValue("a value has no control characters")
    known = PRIVATE.get(key) or KEYS.get(key)
    if known is not None and not known.fits(value):
        raise BadValue(f"{key} is {known.allowed}")
