"""What a connection has said about itself before it is a user."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from chover.config import OperatorSettings
from chover.engine.ids import LogId, UserId
from chover.ports import ConversationPreference, Exchange, Invite, Login
from chover.server.access.limits import Bucket

REALNAME_BYTES: Final = 150
"""Longest real name (NAMELEN)."""


@dataclass(slots=True)
class Playing:
    """What PLAY of znc.in/playback has asked for. The moments are in ms since 1970, both exclusive."""

    targets: tuple[str, ...]
    after: int
    until: int
    done: set[LogId] = field(default_factory=set)
    """The channels that it was shown."""


@dataclass(slots=True)
class Registration:
    nick: str = ""
    wanted: str = ""
    """The nick that was asked for last, also when it was refused."""
    username: str = ""
    user_device: str = ""
    """What stood behind an @ in the name that USER gave."""
    realname: str = ""
    password: str = ""
    login: Login | None = None
    """What it has proved to be."""
    exchange: Exchange | None = None
    """A SASL exchange that is under way, and what of the client's next response has come."""
    response: bytearray = field(default_factory=bytearray)
    invite: Invite | None = None
    """By which it has come; its channels are joined as soon as there is a user."""
    operator: OperatorSettings | None = None
    """Which operator of the server it has proved to be."""
    operator_account: UserId | None = None
    """By which account it is operator; None where it is one of the settings'."""
    markers: dict[LogId, int] = field(default_factory=dict)
    """A guest's read markers: one for each conversation that was marked."""
    markers_by_name: dict[str, int] = field(default_factory=dict)
    """Those of channels by folded name: an empty channel may end, and begin anew under its name."""
    metadata: dict[str, str] = field(default_factory=dict)
    """What METADATA said before there was a user."""
    marks: dict[str, ConversationPreference] = field(default_factory=dict)
    """What a guest has noted for itself (preferences.py)."""
    subscribed: dict[str, None] = field(default_factory=dict)
    """The keys of metadata whose values it wants to know."""
    changes: Bucket | None = None
    """How many changes of own metadata it may still make."""
    left_at: int = 0
    """When this device of the account left last, ms since 1970; 0: it was never here."""
    playing: Playing | None = None
    gateway: str = ""
    """The address of the gateway that brought it by WEBIRC, under which its handler counts it."""
    away: str = ""
    """What AWAY said before there was a user (draft/pre-away)."""
    negotiating: bool = False
    """CAP was begun and not ended: registration waits."""

    @property
    def device(self) -> str:
        """What the device called itself when it logged in, or else behind an @ of the user name (USER alice@phone)."""
        return self.login.device or self.user_device if self.login is not None else ""

    @property
    def may_log_in(self) -> bool:
        """Whether it may still turn out to be somebody in particular."""
        return self.negotiating or bool(self.password) or self.login is not None

    @property
    def complete(self) -> bool:
        return bool(self.nick and self.username) and not self.negotiating
