"""Saying something."""

from __future__ import annotations

from typing import Final

from chover import names
from chover.client.commands.command import NOWHERE, Run, here, send, split
from chover.client.frontend import LineFrontend
from chover.client.lines import key
from chover.client.screen.rendering.text import plain
from chover.client.state import actions
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation


def speak(face: LineFrontend, text: str) -> None:
    """Say it where we are."""
    current = here(face)
    if current.channel and not current.joined and current.key not in face.state.wanted:
        raise CannotDo(f"You are not in {current.name}: /join {current.name} goes there.")
    face.say(current.name, text)


def _me(face: LineFrontend, rest: str) -> None:
    face.say(here(face).name, " ".join(rest.split("\n")), action=True)


def _msg(face: LineFrontend, rest: str) -> None:
    target, text = split(rest)
    face.say(target, text)
    if not names.is_channel(target):
        face.reveal(target)


def _query(face: LineFrontend, rest: str) -> None:
    nick, text = split(rest)
    face.show(_back(face) if not nick else _to(face, nick))
    if text:
        face.say(nick, text)


def _to(face: LineFrontend, name: str) -> Conversation:
    known = face.state.conversations.get(key(name))
    if known is not None and known.joined:
        return known
    if names.is_channel(name):
        raise CannotDo(f"{plain(name)} is a channel: /join {plain(name)}.")
    return actions.talk_to(face.state, name)


def _back(face: LineFrontend) -> Conversation:
    """The first channel."""
    home = face.state.conversations.get(key(face.state.home))
    if home is None:
        raise CannotDo(NOWHERE)
    return home


def _notice(face: LineFrontend, rest: str) -> None:
    target, text = split(rest)
    send(face, "NOTICE", target, text)


RUNS: Final[dict[str, Run]] = {
    "say": speak,
    "me": _me,
    "msg": _msg,
    "query": _query,
    "notice": _notice,
}
