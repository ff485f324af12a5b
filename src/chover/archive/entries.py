"""The lines of an export: one JSON object each, with a ``type``. Times are in ms since 1970.

The first line is an ExportHead. A conversation's line comes before its messages, which are in order.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

FORMAT: Final = 1
"""The version of this format; a reader refuses a higher one. New fields do not raise it."""


class ExportLine(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type"):
    """A line of an export."""


class ExportHead(ExportLine, frozen=True, tag="export"):
    """``scope``: ``everything``, a channel's name, or an account's."""

    format: int
    program: str
    made_at: int
    scope: str


class ExportedAccount(ExportLine, frozen=True, tag="account"):
    """``account`` as it is kept, without credentials; ``credentials`` only if they were requested.

    ``tokens``, ``certificates`` and what is ``scheduled`` are in the owner's export, as lists without secrets.
    """

    account: dict[str, Any]
    credentials: dict[str, list[str]] = {}
    tokens: list[Any] = []
    certificates: list[str] = []
    scheduled: list[Any] = []


class ExportedFile(ExportLine, frozen=True, tag="file"):
    """An upload of the account. ``size`` in bytes; ``address`` is relative to the server's."""

    id: str
    name: str
    kind: str
    size: int
    uploaded_at: int
    address: str
    expires_at: int = 0
    """0: never."""


class ExportedConversation(ExportLine, frozen=True, tag="conversation"):
    """A channel, or a private conversation between those in ``between``."""

    id: str
    name: str
    topic: str = ""
    between: tuple[str, ...] = ()
    closed: bool = False


class ExportedMessage(ExportLine, frozen=True, tag="message"):
    """A message as it reads now. Deleted messages are not exported."""

    conversation: str
    seq: int
    at: int
    msgid: str
    nick: str
    user: str
    """The author's id."""
    text: str
    account: str = ""
    notice: bool = False
    action: bool = False
    """Said with /me."""
    status: str = ""
    """The prefix of the ranks that could read it; empty: everybody in the conversation."""
    reply: str = ""
    """The msgid of the message that it answers."""
    edited_at: int = 0
    relayed_by: str = ""
    files: dict[str, str] = {}
    """Uploads that it links to: their ids, and their paths in the export."""


class ExportedReaction(ExportLine, frozen=True, tag="reaction"):
    conversation: str
    at: int
    nick: str
    user: str
    value: str
    msgid: str
    """The msgid of the message that it is a reaction to."""
    removed: bool = False


class ExportedEvent(ExportLine, frozen=True, tag="event"):
    """Another event that history shows. ``text``: the reason, the topic, or the new name."""

    conversation: str
    seq: int
    at: int
    kind: str
    nick: str
    user: str
    text: str = ""
    whom: str = ""
    """The person who was kicked."""


encode: Final = msgspec.json.Encoder().encode
