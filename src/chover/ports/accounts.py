"""What an account is, and what proves that somebody is one."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from chover.engine.ids import UserId


class ConversationPreference(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an account has noted about a channel or a nick, for itself alone (engine.metadata.PRIVATE)."""

    name: str
    """As it was written when it was marked."""
    values: dict[str, str] = {}


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an account has written to a channel or a nick and not sent."""

    name: str
    """As it was written when the draft was kept."""
    text: str = ""
    """May have several lines."""
    reply: str = ""
    """The msgid of the message that it answers, or empty."""


class AccountSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an account's owner has said; kept with the account."""

    always_on: bool | None = None
    """None: as ``accounts.always_on`` has it."""
    multiclient: bool = True
    """Whether a second device may come in while one is on."""
    protect_nick: Literal["", "strict", "off"] = ""
    """Whether others may use the nick of that name; empty: as ``accounts.protect_nicks`` has it."""
    blocked: tuple[str, ...] = ()
    """Masks of those whose private messages and invitations do not arrive."""
    accepted: tuple[UserId, ...] = ()
    """Accounts that may write in private whatever the user modes g and R say."""
    modes: str = ""
    """User modes that it has wherever it comes from (engine.modes.KEPT_USER_MODES)."""
    parted: tuple[str, ...] = ()
    """Folded names of the channels of ``channels.autojoin`` that were left and are not joined by themselves again."""
    realname: str = ""
    """The real name of somebody who is always on, for the time after a restart."""
    away: str = ""
    """Why somebody is away who is always on, until they take it back: for the time after a restart."""
    highlights: tuple[str, ...] = ()
    """Words and phrases that call the owner, beside the names."""
    metadata: dict[str, str] = {}
    """What stands beside the name (draft/metadata-3)."""
    marks: dict[str, ConversationPreference] = {}
    """By folded name; ``*`` for what is about the account itself."""
    drafts: dict[str, Draft] = {}
    """By folded name."""


class Account(msgspec.Struct, frozen=True):
    """A registered identity. The id is for ever, the name is how people find it. ``created_at`` in ms since 1970."""

    id: UserId
    name: str
    folded: str
    created_at: int
    email: str = ""
    suspended: str = ""
    """Why nobody may log in to it, or empty."""
    settings: AccountSettings = AccountSettings()


class Token(msgspec.Struct, frozen=True):
    """A device's key, without the secret itself. Times in ms since 1970; ``used_at`` 0: never."""

    id: str
    account: UserId
    label: str
    created_at: int
    used_at: int = 0


class Login(msgspec.Struct, frozen=True):
    """Somebody has proved to be an account. ``device`` is the part behind the @, or the label of the token used."""

    account: Account
    device: str = ""
    by: str = ""
    """The id of the token, or the fingerprint of the certificate or key, that proved it; empty for a password."""


class Denied(Exception):
    """``code`` is the FAIL code of the specifications, the text one line that says what to do."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Exchange(Protocol):
    """One SASL exchange (RFC 4422)."""

    async def step(self, response: bytes) -> bytes | Login:
        """The client's next response; the first may be empty. Bytes are the next challenge. Raises Denied."""
