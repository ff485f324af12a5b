"""Going into channels, and looking after them."""

from __future__ import annotations

from functools import partial
from typing import Final

from chover import names
from chover.client.commands.command import Command, channel_here, here, send, split
from chover.client.face import Face
from chover.client.lines import key
from chover.client.screen.text import plain
from chover.client.state import wishes
from chover.client.state.wishes import CannotDo


def _join(face: Face, rest: str) -> None:
    name, password = split(rest)
    for channel in name.split(","):
        wishes.join(face.state, channel if names.is_channel(channel) else f"#{channel}", password)


def _part(face: Face, rest: str) -> None:
    name, reason = split(rest) if names.is_channel(rest) else ("", rest)
    conversation = face.state.conversations.get(key(name)) if name else here(face)
    if conversation is None:
        raise CannotDo(f"You are not in {name}.")
    wishes.close(face.state, conversation, reason)


def _topic(face: Face, rest: str) -> str | None:
    channel = channel_here(face)
    if not rest:
        return channel.topic or "There is no topic."
    send(face, "TOPIC", channel.name, "" if rest == "-" else rest)
    return None


def _names(face: Face, rest: str) -> str:  # noqa: ARG001
    channel = channel_here(face)
    members = sorted(channel.members.values(), key=lambda member: member.nick.lower())
    return f"{len(members)} here: " + plain(", ".join(f"{member.ranks[:1]}{member.nick}" for member in members))


def _list(face: Face, rest: str) -> None:
    send(face, "LIST", *([rest] if rest else []))


def _invite(face: Face, rest: str) -> None:
    nick, channel = split(rest)
    send(face, "INVITE", nick, channel or channel_here(face).name)


# ---- keeping order


def _kick(face: Face, rest: str) -> None:
    nick, reason = split(rest)
    send(face, "KICK", channel_here(face).name, nick, *([reason] if reason else []))


def _mask(face: Face, who: str) -> str:
    """A nick's account where it has one, because addresses change; masks as they are."""
    if any(sign in who for sign in "!@*:"):
        return who
    user = face.state.users.get(key(who))
    return f"account:{user.account}" if user is not None and user.account else f"{who}!*@*"


def _ban(face: Face, rest: str) -> None:
    who = rest.split()
    if who:
        send(face, "MODE", channel_here(face).name, "+b", _mask(face, who[0]))
    else:
        send(face, "MODE", channel_here(face).name, "+b")


def _unban(face: Face, rest: str) -> None:
    send(face, "MODE", channel_here(face).name, "-b", _mask(face, rest))


def _kickban(face: Face, rest: str) -> None:
    _ban(face, split(rest)[0])
    _kick(face, rest)


def _rank(sign: str, letter: str, face: Face, rest: str) -> None:
    nicks = rest.split()
    for nick in nicks:
        send(face, "MODE", channel_here(face).name, sign + letter, nick)


def _mode(face: Face, rest: str) -> None:
    words = rest.split()
    if words and (names.is_channel(words[0]) or face.state.is_me(words[0])):
        send(face, "MODE", *words)
    else:
        send(face, "MODE", channel_here(face).name, *words)


ROWS: Final = (
    Command("join", "#channel [key]", "goes into a channel", _join, 1),
    Command("part", "[#channel] [reason]", "leaves this channel, or closes this conversation", _part),
    Command("topic", "[text|-]", "shows or sets what the channel is about; - takes it away", _topic),
    Command("names", "", "lists who is here", _names),
    Command("list", "[filter]", "lists the channels of the server; pick one to go there", _list),
    Command("invite", "nick [#channel]", "invites somebody into this channel", _invite, 1),
    Command("kick", "nick [reason]", "removes somebody from this channel", _kick, 1),
    Command("ban", "[nick|mask]", "keeps somebody out; alone it lists the bans", _ban),
    Command("unban", "nick|mask", "takes a ban back", _unban, 1),
    Command("kickban", "nick [reason]", "removes somebody and keeps them out", _kickban, 1),
    Command("op", "nick …", "makes operators", partial(_rank, "+", "o"), 1),
    Command("deop", "nick …", "takes the operator's rank away", partial(_rank, "-", "o"), 1),
    Command("voice", "nick …", "gives voice", partial(_rank, "+", "v"), 1),
    Command("devoice", "nick …", "takes voice away", partial(_rank, "-", "v"), 1),
    Command("mode", "[#channel|nick] [modes]", "shows or changes modes", _mode),
)
