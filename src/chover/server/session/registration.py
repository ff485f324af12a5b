"""The state of a connection before it is a user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from chover.config import OperatorSettings
from chover.engine.ids import LogId, UserId
from chover.ports import ConversationPreference, Exchange, Invite, Login
from chover.server.access.limits import Bucket

REALNAME_BYTES: Final = 150
"""Longest real name (NAMELEN)."""


@dataclass(slots=True)
class Playing:
    """What PLAY of znc.in/playback has requested. Times are in ms since 1970, both exclusive."""

    targets: tuple[str, ...]
    after: int
    until: int
    done: set[LogId] = field(default_factory=set)
    """The channels whose history was shown."""


_MADE_WHEN_USED: Final[dict[str, Callable[[], Any]]] = {
    "response": bytearray,
    "markers": dict,
    "markers_by_name": dict,
    "metadata": dict,
    "marks": dict,
    "subscribed": dict,
}
"""Most connections never use them, and empty they would take 450 bytes of each."""


@dataclass(slots=True, eq=False, repr=False)
class Registration:
    nick: str = ""
    wanted: str = ""
    """The nick that was requested last, even if it was refused."""
    username: str = ""
    user_device: str = ""
    """The part after an @ in the name in USER."""
    realname: str = ""
    password: str = ""
    login: Login | None = None
    """The login that it has proved."""
    exchange: Exchange | None = None
    """A SASL exchange in progress, and the received part of the client's next response."""
    response: bytearray = field(init=False)
    invite: Invite | None = None
    """The invitation that it has accepted; its channels are joined as soon as there is a user."""
    operator: OperatorSettings | None = None
    """The operator of the server that it has proved to be."""
    operator_account: UserId | None = None
    """The account that makes it an operator; None if the settings do."""
    markers: dict[LogId, int] = field(init=False)
    """A guest's read markers, by conversation."""
    markers_by_name: dict[str, int] = field(init=False)
    """Those of channels by folded name: an empty channel may end, and be created again under its name."""
    metadata: dict[str, str] = field(init=False)
    """Metadata set before registration."""
    marks: dict[str, ConversationPreference] = field(init=False)
    """A guest's preferences (preferences.py)."""
    subscribed: dict[str, None] = field(init=False)
    """The metadata keys that it has subscribed to."""
    changes: Bucket | None = None
    """Limits changes of its own metadata."""
    left_at: int = 0
    """When this device of the account last left, ms since 1970; 0: it was never here."""
    playing: Playing | None = None
    gateway: str = ""
    """The address of the WEBIRC gateway that forwarded it, under which its handler counts it."""
    away: str = ""
    """The away message set before registration (draft/pre-away)."""
    negotiating: bool = False
    """Whether CAP negotiation is open: registration waits."""

    @property
    def untouched(self) -> bool:
        """Whether no command has set anything of it."""
        return all(_is_unset(self, each) for each in fields(self))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Make a collection at its first use."""
            if name not in _MADE_WHEN_USED:
                raise AttributeError(name)
            made = _MADE_WHEN_USED[name]()
            setattr(self, name, made)
            return made

    def take_metadata(self) -> dict[str, str]:
        """What was set before registration; it is kept here no longer."""
        said = self.metadata
        del self.metadata
        return said

    @property
    def device(self) -> str:
        """The name that the device gave when it logged in, or after an @ in the user name (USER alice@phone)."""
        return self.login.device or self.user_device if self.login is not None else ""

    @property
    def may_log_in(self) -> bool:
        """Whether it may still log in."""
        return self.negotiating or bool(self.password) or self.login is not None

    @property
    def complete(self) -> bool:
        return bool(self.nick and self.username) and not self.negotiating


def _is_unset(registration: Registration, one: Field[Any]) -> bool:
    if one.name not in _MADE_WHEN_USED:
        return bool(getattr(registration, one.name) == one.default)
    try:
        return not object.__getattribute__(registration, one.name)
    except AttributeError:
        return True
