"""What an account is, and what proves that somebody owns one."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from chover.engine.ids import UserId


class ConversationPreference(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an account has noted about a channel or a nick, visible to that account alone (engine.metadata.PRIVATE)."""

    name: str
    """The name as it was written when the note was made."""
    values: dict[str, str] = {}


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message to a channel or a nick that an account has written and not sent."""

    name: str
    """The name as it was written when the draft was kept."""
    text: str = ""
    """The text, which may have several lines."""
    reply: str = ""
    """The msgid of the message that it answers, or empty."""
    thread: str = ""
    """The msgid of the message whose thread it is written in, or empty."""


class AccountSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the owner of an account has chosen; kept with the account."""

    always_on: bool | None = None
    """Whether it stays online without a connection. None: the value of ``accounts.always_on`` applies."""
    multiclient: bool = True
    """Whether a second device may connect while another one is online."""
    protect_nick: Literal["", "strict", "off"] = ""
    """Whether others may use the account's name as their nick.

    Empty: the value of ``accounts.protect_nicks`` applies.
    """
    blocked: tuple[str, ...] = ()
    """Masks of people whose private messages and invitations are not delivered."""
    accepted: tuple[UserId, ...] = ()
    """Accounts that may send private messages whatever the user modes g and R say."""
    modes: str = ""
    """User modes that are set on every connection (engine.modes.KEPT_USER_MODES)."""
    parted: tuple[str, ...] = ()
    """Folded names of channels in ``channels.autojoin`` that were left, so they are not joined automatically again."""
    realname: str = ""
    """The real name, kept so that somebody who is always on still has it after a restart."""
    away: str = ""
    """The away message, kept so that somebody who is always on still has it after a restart."""
    highlights: tuple[str, ...] = ()
    """Words and phrases that notify the owner, beside their names."""
    metadata: dict[str, str] = {}
    """Metadata of the account (draft/metadata-3)."""
    marks: dict[str, ConversationPreference] = {}
    """Preferences by folded name; ``*`` for what is about the account itself."""
    drafts: dict[str, Draft] = {}
    """Drafts by folded name."""


class Account(msgspec.Struct, frozen=True):
    """A registered identity. The id never changes; people find it by name. ``created_at`` in ms since 1970."""

    id: UserId
    name: str
    folded: str
    created_at: int
    email: str = ""
    suspended: str = ""
    """Why logging in is not allowed, or empty."""
    settings: AccountSettings = AccountSettings()


class Token(msgspec.Struct, frozen=True):
    """A device's key, without the secret itself. Times in ms since 1970; ``used_at`` 0: never."""

    id: str
    account: UserId
    label: str
    created_at: int
    used_at: int = 0


class Login(msgspec.Struct, frozen=True):
    """A successful login. ``device`` is the part after the @, or the label of the token that was used."""

    account: Account
    device: str = ""
    by: str = ""
    """The id of the token, or the fingerprint of the certificate or key, that proved it; empty for a password."""


class Denied(Exception):
    """A refusal. ``code`` is the FAIL code of the specifications; the text is one line that says what to do."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Exchange(Protocol):
    """One SASL exchange (RFC 4422)."""

    async def step(self, response: bytes) -> bytes | Login:
        """Process the client's next response; the first may be empty. Bytes are the next challenge. Raises Denied."""
