"""Going into channels, and looking after them."""

from __future__ import annotations

from functools import partial
from typing import Final

from chover import names
from chover.client.commands.command import Run, channel_here, guard, here, is_mask, send, split
from chover.client.frontend import Frontend, LineFrontend
from chover.client.lines import key
from chover.client.screen.rendering.text import plain
from chover.client.state import actions, leaving
from chover.client.state.actions import CannotDo


def _join(face: LineFrontend, rest: str) -> None:
    name, password = split(rest)
    for channel in name.split(","):
        actions.join(face.state, channel if names.is_channel(channel) else f"#{channel}", password)


def _part(face: LineFrontend, rest: str) -> None:
    word, more = split(rest)
    name, reason = (word, more) if names.is_channel(word) else ("", rest)
    conversation = face.state.conversations.get(key(name)) if name else here(face)
    if conversation is None:
        raise CannotDo(f"You are not in {name}.")
    guard(face, "PART", conversation.name, reason)
    face.part(conversation, reason)


def _undo(face: Frontend, rest: str) -> None:  # noqa: ARG001
    left = leaving.undoable(face.state)
    if left is None:
        raise CannotDo("Nothing was left in the last ten seconds.")
    face.show(left)


def _topic(face: LineFrontend, rest: str) -> str | None:
    channel = channel_here(face)
    if not rest:
        return channel.topic or "There is no topic."
    send(face, "TOPIC", channel.name, "" if rest == "-" else rest)
    return None


def _names(face: LineFrontend, rest: str) -> str:  # noqa: ARG001
    channel = channel_here(face)
    members = sorted(channel.members.values(), key=lambda member: member.nick.lower())
    return f"{len(members)} here: " + plain(", ".join(f"{member.ranks[:1]}{member.nick}" for member in members))


def _list(face: LineFrontend, rest: str) -> None:
    send(face, "LIST", *([rest] if rest else []))


def _invite(face: LineFrontend, rest: str) -> None:
    nick, channel = split(rest)
    send(face, "INVITE", nick, channel or channel_here(face).name)


# ---- keeping order


def _kick(face: LineFrontend, rest: str) -> None:
    nick, reason = split(rest)
    send(face, "KICK", channel_here(face).name, nick, *([reason] if reason else []))


def _mask(face: LineFrontend, who: str) -> str:
    """A nick's account where it has one, because addresses change; masks as they are."""
    if is_mask(who):
        return who
    user = face.state.users.get(key(who))
    return f"account:{user.account}" if user is not None and user.account else f"{who}!*@*"


def _ban(face: LineFrontend, rest: str) -> None:
    who, _ = split(rest)
    if who:
        send(face, "MODE", channel_here(face).name, "+b", _mask(face, who))
    else:
        send(face, "MODE", channel_here(face).name, "+b")


def _unban(face: LineFrontend, rest: str) -> None:
    send(face, "MODE", channel_here(face).name, "-b", _mask(face, split(rest)[0]))


def _kickban(face: LineFrontend, rest: str) -> None:
    _ban(face, split(rest)[0])
    _kick(face, rest)


def _rank(sign: str, letter: str, face: LineFrontend, rest: str) -> None:
    nicks = rest.split()
    for nick in nicks:
        send(face, "MODE", channel_here(face).name, sign + letter, nick)


def _mode(face: LineFrontend, rest: str) -> None:
    words = rest.split()
    if words and (names.is_channel(words[0]) or face.state.is_me(words[0])):
        send(face, "MODE", *words)
    else:
        send(face, "MODE", channel_here(face).name, *words)


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
    "kickban": _kickban,
    "op": partial(_rank, "+", "o"),
    "deop": partial(_rank, "-", "o"),
    "voice": partial(_rank, "+", "v"),
    "devoice": partial(_rank, "-", "v"),
    "mode": _mode,
}
