"""The capabilities this server offers, and our own names on the wire.

Each row feeds CAP LS, the protocol page and the tests. Sources: https://ircv3.net/registry
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final, NamedTuple

from chover.wire.message import LINE_BYTES

VENDOR: Final = "chover.chat"
"""The domain of our own extensions (docs/protocol.md)."""
NONCE: Final = f"+{VENDOR}/nonce"
"""Client-only tag: the sender's idempotency key, 1 to 64 of A-Z a-z 0-9 - _, with 128 random bits."""

RELAYED: Final = "draft/relaymsg"
"""The capability, and the tag that names the nick that relayed a message."""
RELAY_SEPARATOR: Final = "/"
"""No nick contains it, so a relayed name belongs to nobody."""
EDITED: Final = f"{VENDOR}/edited"
"""Tag: when the author edited a message, in the format of server-time."""

MULTILINE_BYTES: Final = 4096
"""Longest multi-line message in bytes of text, each line feed between two lines counting as one."""
MULTILINE_LINES: Final = 32


class Cap(enum.IntFlag):
    """One bit each, so that a session's set is a number, by which rendered lines can be cached."""

    MESSAGE_TAGS = enum.auto()
    SERVER_TIME = enum.auto()
    ACCOUNT_TAG = enum.auto()
    BATCH = enum.auto()
    ECHO_MESSAGE = enum.auto()
    LABELED_RESPONSE = enum.auto()
    MULTI_PREFIX = enum.auto()
    USERHOST_IN_NAMES = enum.auto()
    AWAY_NOTIFY = enum.auto()
    CAP_NOTIFY = enum.auto()
    STANDARD_REPLIES = enum.auto()
    CHATHISTORY = enum.auto()
    EVENT_PLAYBACK = enum.auto()
    EXTENDED_JOIN = enum.auto()
    INVITE_NOTIFY = enum.auto()
    NO_IMPLICIT_NAMES = enum.auto()
    SETNAME = enum.auto()
    PRE_AWAY = enum.auto()
    EXTENDED_MONITOR = enum.auto()
    ACCOUNT_NOTIFY = enum.auto()
    CHGHOST = enum.auto()
    SASL = enum.auto()
    ACCOUNT_REGISTRATION = enum.auto()
    READ_MARKER = enum.auto()
    PERSISTENCE = enum.auto()
    MULTILINE = enum.auto()
    REDACTION = enum.auto()
    EDIT = enum.auto()
    SEARCH = enum.auto()
    EXTENDED_ISUPPORT = enum.auto()
    OPER_TAG = enum.auto()
    CATCHUP = enum.auto()
    CHANNEL_RENAME = enum.auto()
    RELAYMSG = enum.auto()
    METADATA = enum.auto()
    METADATA_2 = enum.auto()
    """Before pull request 613: keys that were not subscribed to arrive as the command METADATA."""
    MARKS = enum.auto()
    INVITATIONS = enum.auto()
    WEBPUSH = enum.auto()
    SOJU_WEBPUSH = enum.auto()
    """The same under its first name."""
    PLAYBACK = enum.auto()
    DRAFTS = enum.auto()
    THREADS = enum.auto()
    PREVIEWS = enum.auto()
    PINS = enum.auto()
    SCHEDULED = enum.auto()


class CapabilityRow(NamedTuple):
    name: str
    cap: Cap
    value: str = ""


CAPABILITIES: Final[dict[str, CapabilityRow]] = {
    row.name: row
    for row in (
        CapabilityRow("message-tags", Cap.MESSAGE_TAGS),
        CapabilityRow("server-time", Cap.SERVER_TIME),
        CapabilityRow("account-tag", Cap.ACCOUNT_TAG),
        CapabilityRow("batch", Cap.BATCH),
        CapabilityRow("echo-message", Cap.ECHO_MESSAGE),
        CapabilityRow("labeled-response", Cap.LABELED_RESPONSE),
        CapabilityRow("multi-prefix", Cap.MULTI_PREFIX),
        CapabilityRow("userhost-in-names", Cap.USERHOST_IN_NAMES),
        CapabilityRow("away-notify", Cap.AWAY_NOTIFY),
        CapabilityRow("cap-notify", Cap.CAP_NOTIFY),
        CapabilityRow("standard-replies", Cap.STANDARD_REPLIES),
        CapabilityRow("draft/chathistory", Cap.CHATHISTORY),
        CapabilityRow("draft/event-playback", Cap.EVENT_PLAYBACK),
        CapabilityRow("extended-join", Cap.EXTENDED_JOIN),
        CapabilityRow("invite-notify", Cap.INVITE_NOTIFY),
        CapabilityRow("no-implicit-names", Cap.NO_IMPLICIT_NAMES),
        CapabilityRow("setname", Cap.SETNAME),
        CapabilityRow("account-notify", Cap.ACCOUNT_NOTIFY),
        CapabilityRow("chghost", Cap.CHGHOST),
        CapabilityRow("sasl", Cap.SASL),
        CapabilityRow("draft/account-registration", Cap.ACCOUNT_REGISTRATION),
        CapabilityRow("draft/read-marker", Cap.READ_MARKER),
        CapabilityRow("draft/persistence", Cap.PERSISTENCE),
        CapabilityRow("extended-monitor", Cap.EXTENDED_MONITOR),
        CapabilityRow("draft/channel-rename", Cap.CHANNEL_RENAME),
        CapabilityRow("draft/extended-isupport", Cap.EXTENDED_ISUPPORT),
        CapabilityRow("draft/oper-tag", Cap.OPER_TAG),
        CapabilityRow(RELAYED, Cap.RELAYMSG, RELAY_SEPARATOR),
        # The draft of 2023.
        CapabilityRow("draft/pre-away", Cap.PRE_AWAY),
        CapabilityRow("draft/message-redaction", Cap.REDACTION),
        CapabilityRow(f"{VENDOR}/edit", Cap.EDIT),
        # ircv3-specifications, pull request 613.
        CapabilityRow("draft/metadata-3", Cap.METADATA),
        # Informational: REDEEM works, whether this was requested or not.
        CapabilityRow(f"{VENDOR}/invitations", Cap.INVITATIONS),
        CapabilityRow("draft/multiline", Cap.MULTILINE, f"max-bytes={MULTILINE_BYTES},max-lines={MULTILINE_LINES}"),
        # The work in progress of 2022.
        CapabilityRow("soju.im/search", Cap.SEARCH),
        CapabilityRow(f"{VENDOR}/catchup", Cap.CATCHUP),
        CapabilityRow(f"{VENDOR}/threads", Cap.THREADS),
        CapabilityRow(f"{VENDOR}/previews", Cap.PREVIEWS),
        CapabilityRow(f"{VENDOR}/pins", Cap.PINS),
        CapabilityRow(f"{VENDOR}/scheduled", Cap.SCHEDULED),
        CapabilityRow("draft/webpush", Cap.WEBPUSH),
        CapabilityRow("soju.im/webpush", Cap.SOJU_WEBPUSH),
        # https://wiki.znc.in/Playback
        CapabilityRow("znc.in/playback", Cap.PLAYBACK),
        # In the dialect of senpai, Goguma and Halloy.
        CapabilityRow("draft/metadata-2", Cap.METADATA_2),
        # Informational: the private keys of metadata are supported.
        CapabilityRow(f"{VENDOR}/marks", Cap.MARKS),
        CapabilityRow(f"{VENDOR}/drafts", Cap.DRAFTS),
    )
}


def names_of(caps: Cap) -> str:
    """The names of a set, as in CAP LIST."""
    return " ".join(row.name for row in CAPABILITIES.values() if row.cap in caps)


LIST_BYTES: Final = LINE_BYTES - 112
"""Bytes of a list of capabilities in one line: it leaves room for the longest names of server and nick."""


def lines_of(listed: str, most: int = LIST_BYTES) -> list[str]:
    """A list of capabilities in pieces of at most ``most`` bytes, for clients that can join them; at least one.

    A longer word is a piece of its own.
    """
    lines = [""]
    for word in listed.split():
        if lines[-1] and len(f"{lines[-1]} {word}".encode()) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def offer(offered: Mapping[str, str], *, values: bool) -> str:
    """The capabilities with their values for CAP LS; values only for clients that requested version 302."""
    return " ".join(f"{name}={value}" if values and value else name for name, value in offered.items())
