"""Which capabilities a client asks for, and how lists of them are written. No I/O.

Source: https://ircv3.net/specs/extensions/capability-negotiation
"""

from __future__ import annotations

from typing import Final

from chover.wire.message import format_line

WANTED: Final = frozenset(
    {
        "message-tags",
        "server-time",
        "account-tag",
        "batch",
        "echo-message",
        "labeled-response",
        "cap-notify",
        "standard-replies",
        "draft/chathistory",
    }
)
FULL: Final = WANTED | {
    "account-notify",
    "away-notify",
    "chghost",
    "chover.chat/catchup",
    "chover.chat/drafts",
    "chover.chat/edit",
    "chover.chat/invitations",
    "chover.chat/marks",
    "chover.chat/pins",
    "chover.chat/previews",
    "chover.chat/scheduled",
    "chover.chat/threads",
    "draft/account-registration",
    "draft/channel-rename",
    "draft/event-playback",
    "draft/message-redaction",
    "draft/metadata-3",
    "draft/multiline",
    "draft/read-marker",
    "extended-join",
    "extended-monitor",
    "invite-notify",
    "multi-prefix",
    "sasl",
    "setname",
    "soju.im/search",
}
"""Capabilities for a front end that shows more than messages."""
INVITATIONS: Final = "chover.chat/invitations"
"""Offered where REDEEM is known; it need not be asked for."""
REQUEST_BYTES: Final = 400


def requests(wanted: list[str]) -> list[str]:
    """Requests for capabilities, each no longer than a line may be."""
    groups = [""]
    for name in wanted:
        if len(groups[-1]) + len(name) > REQUEST_BYTES:
            groups.append("")
        groups[-1] = f"{groups[-1]} {name}".lstrip()
    return [format_line("CAP", "REQ", group) for group in groups]


def capabilities(text: str) -> dict[str, str]:
    """Names and values, as CAP LS lists them."""
    return {name: value for name, _, value in (cap.partition("=") for cap in text.split())}
