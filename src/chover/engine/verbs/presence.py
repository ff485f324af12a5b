"""What users do about themselves: nick, account, host, modes, away; and leaving the server."""

from __future__ import annotations

from collections.abc import Iterable

from chover.engine.append import NOTHING, Append
from chover.engine.events import (
    AwaySet,
    BlocksSet,
    Event,
    HostSet,
    Identified,
    ModeChange,
    Quit,
    RealnameSet,
    Renamed,
    UserModesSet,
)
from chover.engine.ids import NOWHERE, UserId, channel_log
from chover.engine.lines import cut
from chover.engine.model import User
from chover.engine.modes import USER_MODES, ModeRequest
from chover.engine.state import ChatState


def leave_server(user: User, reason: str) -> Append:
    return _everywhere(user, Quit(reason))


def rename(user: User, nick: str) -> Append:
    """Change the nick, which must have been claimed (``require_free``)."""
    return NOTHING if nick == user.nick else _everywhere(user, Renamed(nick))


def identify(user: User, who: UserId, account: str = "") -> Append:
    """From now on the user is this account, or a guest again. NOTHING if that is already so."""
    return NOTHING if user.id == who else _everywhere(user, Identified(who, account))


def set_host(user: User, username: str, host: str) -> Append:
    if (user.username, user.host) == (username, host):
        return NOTHING
    return Append([Event(NOWHERE, user.source, HostSet(username, host))])


def _everywhere(user: User, body: Quit | Renamed | Identified) -> Append:
    places = [NOWHERE, *map(channel_log, user.channels)]
    return Append([Event(log, user.source, body) for log in places])


def set_away(state: ChatState, user: User, text: str) -> Append:
    return Append([Event(NOWHERE, user.source, AwaySet(cut(text, state.rules.away_len)))])


def set_realname(user: User, text: str) -> Append:
    return Append([Event(NOWHERE, user.source, RealnameSet(text))])


def set_user_modes(user: User, wanted: Iterable[ModeRequest]) -> Append:
    """Set the user's own modes; unknown ones are ignored (USER_MODES). Returns NOTHING if none changes."""
    last = {want.mode: want.add for want in wanted if want.mode in USER_MODES}
    changes = [ModeChange(add, mode) for mode, add in last.items() if (mode in user.modes) is not add]
    return Append([Event(NOWHERE, user.source, UserModesSet(tuple(changes)))]) if changes else NOTHING


def set_blocks(user: User, masks: tuple[str, ...]) -> Append:
    """The people whose private messages somebody has blocked."""
    return Append([Event(NOWHERE, user.source, BlocksSet(masks))])
