"""Commands that send messages."""

from __future__ import annotations

from typing import Final

from chover import names
from chover.client.commands.command import NOWHERE, Run, here, send, split
from chover.client.display.text import plain
from chover.client.frontend import LineFrontend
from chover.client.lines import key
from chover.client.state import actions
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation, Thread
from chover.i18n import _


def speak(frontend: LineFrontend, text: str) -> None:
    """Send a message to the current conversation."""
    current = here(frontend)
    if current.channel and not current.joined and current.key not in frontend.state.wanted:
        raise CannotDo(_("You are not in {name}: /join {name} goes there.", name=current.name))
    frontend.say(current.name, text, reply_to=_answered(current))


def _answered(current: Conversation) -> str:
    """The message that everything answers that is written in the open thread; empty outside of one."""
    return current.detour.root if isinstance(current.detour, Thread) else ""


def _me(frontend: LineFrontend, rest: str) -> None:
    current = here(frontend)
    frontend.say(current.name, " ".join(rest.split("\n")), action=True, reply_to=_answered(current))


def _msg(frontend: LineFrontend, rest: str) -> None:
    target, text = split(rest)
    frontend.say(target, text)
    if not names.is_channel(target):
        frontend.reveal(target)


def _query(frontend: LineFrontend, rest: str) -> None:
    nick, text = split(rest)
    frontend.show(_back(frontend) if not nick else _to(frontend, nick))
    if text:
        frontend.say(nick, text)


def _to(frontend: LineFrontend, name: str) -> Conversation:
    known = frontend.state.conversations.get(key(name))
    if known is not None and known.joined:
        return known
    if names.is_channel(name):
        raise CannotDo(_("{name} is a channel: /join {name}.", name=plain(name)))
    return actions.talk_to(frontend.state, name)


def _back(frontend: LineFrontend) -> Conversation:
    """The first channel."""
    home = frontend.state.conversations.get(key(frontend.state.home))
    if home is None:
        raise CannotDo(NOWHERE)
    return home


def _notice(frontend: LineFrontend, rest: str) -> None:
    target, text = split(rest)
    send(frontend, "NOTICE", target, text)


RUNS: Final[dict[str, Run]] = {
    "say": speak,
    "me": _me,
    "msg": _msg,
    "query": _query,
    "notice": _notice,
}
