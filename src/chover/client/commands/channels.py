"""Commands to join and manage channels."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from chover import names
from chover.client.commands.command import Run, channel_here, guard, here, is_mask, send, split
from chover.client.display.text import plain
from chover.client.frontend import Frontend, LineFrontend
from chover.client.lines import key
from chover.client.state import actions, leaving
from chover.client.state.actions import CannotDo
from chover.client.state.model.scheduled import OFFERED
from chover.i18n import N_, _


def _join(frontend: LineFrontend, rest: str) -> None:
    name, password = split(rest)
    for channel in name.split(","):
        actions.join(frontend.state, channel if names.is_channel(channel) else f"#{channel}", password)


def _part(frontend: LineFrontend, rest: str) -> None:
    word, more = split(rest)
    name, reason = (word, more) if names.is_channel(word) else ("", rest)
    conversation = frontend.state.conversations.get(key(name)) if name else here(frontend)
    if conversation is None:
        raise CannotDo(_("You are not in {name}: /join {name} goes there.", name=name))
    guard(frontend, "PART", conversation.name, reason)
    frontend.part(conversation, reason)


def _undo(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    left = leaving.undoable(frontend.state)
    if left is None:
        raise CannotDo(_("Nothing was left in the last ten seconds."))
    frontend.show(left)


def _topic(frontend: LineFrontend, rest: str) -> str | None:
    channel = channel_here(frontend)
    if not rest:
        return channel.topic or _("There is no topic.")
    send(frontend, "TOPIC", channel.name, "" if rest == "-" else rest)
    return None


def _names(frontend: LineFrontend, rest: str) -> str:  # noqa: ARG001
    channel = channel_here(frontend)
    members = sorted(channel.members.values(), key=lambda member: member.nick.lower())
    return _("{n} here: ", n=len(members)) + plain(", ".join(f"{member.ranks[:1]}{member.nick}" for member in members))


def _list(frontend: LineFrontend, rest: str) -> None:
    send(frontend, "LIST", *([rest] if rest else []))


def _invite(frontend: LineFrontend, rest: str) -> None:
    nick, channel = split(rest)
    send(frontend, "INVITE", nick, channel or channel_here(frontend).name)


# ---- keeping order


def _kick(frontend: LineFrontend, rest: str) -> None:
    nick, reason = split(rest)
    send(frontend, "KICK", channel_here(frontend).name, nick, *([reason] if reason else []))


_BANS: Final = "chover.chat/BANS"
"""The token of a server that resolves a nick, even of somebody who has left, and chooses a suitable ban."""


_DURATION: Final = re.compile(r"(?:\d{1,9}[smhdw])+", re.ASCII | re.IGNORECASE)
_NO_ENDS: Final = N_("This server does not mute people, or ban them for a time; /ban without a time bans them.")


def _mask(frontend: LineFrontend, who: str) -> str:
    """The mask for other servers: a nick's account if it has one, because addresses change; masks stay as they are."""
    if is_mask(who):
        return who
    user = frontend.state.users.get(key(who))
    return f"account:{user.account}" if user is not None and user.account else f"{who}!*@*"


def _ask(frontend: LineFrontend, verb: str, who: str, *words: str) -> bool:
    """Ask the server to ban or unban somebody by nick. Returns whether it can do that."""
    service = frontend.state.support.get(_BANS)
    if not service or is_mask(who):
        return False
    send(frontend, service, verb, channel_here(frontend).name, who, *words)
    return True


def _ban(frontend: LineFrontend, rest: str) -> None:
    who, more = split(rest)
    time = [more.lower()] if _DURATION.fullmatch(more) else []
    if not who:
        send(frontend, "MODE", channel_here(frontend).name, "+b")
    elif not _ask(frontend, "BAN", who, *time):
        if time:
            raise CannotDo(_(_NO_ENDS))
        send(frontend, "MODE", channel_here(frontend).name, "+b", _mask(frontend, who))


def mute_somebody(frontend: LineFrontend, rest: str) -> None:
    """Mute somebody in this channel, for a time or for ever. Raises CannotDo."""
    who, time = split(rest)
    if time and not _DURATION.fullmatch(time):
        raise CannotDo(_("/mute NICK 2h mutes somebody here for a time (20m, 2h, 3d); without one for ever."))
    if not (frontend.state.can(OFFERED) and _ask(frontend, "MUTE", who, *([time.lower()] if time else []))):
        raise CannotDo(_(_NO_ENDS))


def _unmute(frontend: LineFrontend, rest: str) -> None:
    who, _more = split(rest)
    if not (frontend.state.can(OFFERED) and _ask(frontend, "UNMUTE", who)):
        raise CannotDo(_(_NO_ENDS))


def _unban(frontend: LineFrontend, rest: str) -> None:
    who, _ = split(rest)
    if not _ask(frontend, "UNBAN", who):
        send(frontend, "MODE", channel_here(frontend).name, "-b", _mask(frontend, who))


def _kickban(frontend: LineFrontend, rest: str) -> None:
    who, reason = split(rest)
    guard(frontend, "KICK", channel_here(frontend).name, reason)
    if not _ask(frontend, "KICKBAN", who, *([reason] if reason else [])):
        _ban(frontend, who)
        _kick(frontend, rest)


def _rank(sign: str, letter: str, frontend: LineFrontend, rest: str) -> None:
    nicks = rest.split()
    for nick in nicks:
        send(frontend, "MODE", channel_here(frontend).name, sign + letter, nick)


def _mode(frontend: LineFrontend, rest: str) -> None:
    words = rest.split()
    if words and (names.is_channel(words[0]) or frontend.state.is_me(words[0])):
        send(frontend, "MODE", *words)
    else:
        send(frontend, "MODE", channel_here(frontend).name, *words)


RUNS: Final[dict[str, Run]] = {
    "join": _join,
    "part": _part,
    "undo": _undo,
    "topic": _topic,
    "names": _names,
    "list": _list,
    "invite": _invite,
    "kick": _kick,
    "ban": _ban,
    "unban": _unban,
    "unmute": _unmute,
    "kickban": _kickban,
    "op": partial(_rank, "+", "o"),
    "deop": partial(_rank, "-", "o"),
    "voice": partial(_rank, "+", "v"),
    "devoice": partial(_rank, "-", "v"),
    "mode": _mode,
}
