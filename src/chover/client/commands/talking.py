"""Saying something."""

from __future__ import annotations

from typing import Final

from chover import names
from chover.client.commands.command import Command, here, send, split
from chover.client.face import Face
from chover.client.state import wishes
from chover.client.state.wishes import CannotDo


def speak(face: Face, text: str) -> None:
    """Say it where we are."""
    current = here(face)
    if current.channel and not current.joined and current.key not in face.state.wanted:
        raise CannotDo(f"You are not in {current.name}: /join {current.name} goes there.")
    face.say(current.name, text)


def _me(face: Face, rest: str) -> None:
    face.say(here(face).name, " ".join(rest.split("\n")), action=True)


def _msg(face: Face, rest: str) -> None:
    target, text = split(rest)
    face.say(target, text)
    if not names.is_channel(target):
        face.show(wishes.talk_to(face.state, target))


def _query(face: Face, rest: str) -> None:
    nick, text = split(rest)
    if names.is_channel(nick):
        raise CannotDo(f"{nick} is a channel: /join {nick}.")
    face.show(wishes.talk_to(face.state, nick))
    if text:
        face.say(nick, text)


def _notice(face: Face, rest: str) -> None:
    target, text = split(rest)
    send(face, "NOTICE", target, text)


ROWS: Final = (
    Command("me", "action", "says what you do", _me, 1),
    Command("msg", "nick|#channel text", "says something to somebody", _msg, 2),
    Command("query", "nick [text]", "opens a private conversation", _query, 1),
    Command("notice", "nick|#channel text", "sends a notice, which programs do not answer", _notice, 2),
)
