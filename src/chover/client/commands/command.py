"""A row of the table of commands, and helpers that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from chover.client.frontend import Frontend, LineFrontend
from chover.client.guard import SERVICES, STOPPED, looks_like_a_password
from chover.client.state import preferences
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.i18n import N_, _
from chover.wire.message import format_line

Run = Callable[[Frontend, str], "str | None"]
"""A handler. It returns an answer for the person who typed the command. Raises CannotDo."""


class SlashCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the table of all clients; its columns are explained there (web/tables/commands.js)."""

    name: str
    usage: str
    help: str
    aliases: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    needs: int = 0
    secret: bool = False
    impossible: dict[str, str] = msgspec.field(name="not", default_factory=dict)

    @property
    def shown(self) -> str:
        return f"/{self.name} {self.usage}".rstrip()


NOWHERE: Final = N_("You are in no conversation yet: /join #channel.")
_READ_BY_OTHERS: Final = frozenset({"AWAY", "KICK", "NOTICE", "PART", "PRIVMSG", "QUIT", "TOPIC"})


def send(frontend: LineFrontend, command: str, *params: str) -> None:
    """Send a line to the server now. Raises CannotDo without a connection."""
    if not frontend.state.online:
        raise CannotDo(_("There is no connection; this works when it is back."))
    guard(frontend, command, *params)
    frontend.state.lines.append(format_line(command, *(param.replace("\n", " ") for param in params)))


def guard(frontend: LineFrontend, command: str, *params: str) -> None:
    """Raises CannotDo for a line that others can read and that looks like a password, except for services."""
    if command in _READ_BY_OTHERS and params and params[0].lower() not in SERVICES:
        own = frontend.connection.password.rpartition(":")[2]
        if looks_like_a_password(params[-1], own):
            raise CannotDo(_(STOPPED))


def keep_settings(frontend: Frontend) -> None:
    """Apply settings that have changed; where nothing is stored, the account keeps them."""
    frontend.changed_settings()
    if not frontend.host.keeps:
        preferences.prefer(frontend.state, frontend.settings.words())


def here(frontend: LineFrontend) -> Conversation:
    """The conversation that is shown. Raises CannotDo."""
    if frontend.state.current is None:
        raise CannotDo(_(NOWHERE))
    return frontend.state.current


def channel_here(frontend: LineFrontend) -> Conversation:
    current = here(frontend)
    if not current.channel:
        raise CannotDo(_("That only works in channels, and this is a private conversation."))
    return current


def is_mask(word: str) -> bool:
    """Whether a mask matches more than one nick."""
    return any(sign in word for sign in "!@*?:")


def split(rest: str) -> tuple[str, str]:
    """The first word, and the rest."""
    word, _space, more = rest.partition(" ")
    return word, more.strip()
