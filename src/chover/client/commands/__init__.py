"""Slash commands, from the table that all clients share; here are the handlers of its rows.

An unknown command is never sent as a message; ``//`` sends a slash.
"""

from __future__ import annotations

from typing import Final, cast

from chover.client.commands import channels, filters, keys, messages, ourselves, people, programs, scheduling, talking
from chover.client.commands.command import Run, SlashCommand
from chover.client.commands.nearest import nearest
from chover.client.frontend import Frontend, LineFrontend
from chover.client.state.actions import CannotDo
from chover.client.tables import load
from chover.i18n import _

COMMANDS: Final[dict[str, SlashCommand]] = {row.name: row for row in load("commands", tuple[SlashCommand, ...])}
ALIASES: Final[dict[str, str]] = {alias: row.name for row in COMMANDS.values() for alias in row.aliases}
_ALONE: Final[dict[str, str]] = {alias: row.name for row in COMMANDS.values() for alias in row.alone}


def _help(frontend: LineFrontend, rest: str) -> str:
    if not rest:
        frontend.choose(_("Commands"), help_choices(frontend.kind))
        return ""
    name = rest.removeprefix("/")
    row = find(name)
    return f"{row.shown}: {_(row.help)}." if row else unknown(name, frontend.kind)


RUNS: Final[dict[str, Run]] = {
    "help": _help,
    **talking.RUNS,
    **channels.RUNS,
    **people.RUNS,
    **messages.RUNS,
    **scheduling.RUNS,
    **ourselves.RUNS,
    **keys.RUNS,
    **filters.RUNS,
    **programs.RUNS,
}


def possible(kind: str) -> list[SlashCommand]:
    """The commands that one kind of front end offers."""
    return [row for row in COMMANDS.values() if kind not in row.impossible]


def help_choices(kind: str) -> list[tuple[str, str]]:
    """The rows of the help. Picking one does nothing."""
    return [(f"{row.shown:<34} {_(row.help)}", "") for row in possible(kind)]


def find(name: str, rest: str = "x") -> SlashCommand | None:
    """The command of that name. Some names mean another command if nothing follows them."""
    name = name.lower()
    if not rest and name in _ALONE:
        name = _ALONE[name]
    return COMMANDS.get(ALIASES.get(name, name))


def is_secret(text: str) -> bool:
    """Whether a line is a command that contains a password."""
    row = find(text[1:].split(maxsplit=1)[0]) if text[:1] == "/" and text[1:].strip() else None
    return row is not None and row.secret


def unknown(name: str, kind: str) -> str:
    near = nearest(name, [word for row in possible(kind) for word in (row.name, *row.aliases)])
    guess = _(" Did you mean /{near}?", near=near) if near else ""
    return _(
        "There is no /{name}.{guess} Nothing was sent; /help lists all commands, // sends a slash.",
        name=name,
        guess=guess,
    )


def is_command(text: str) -> bool:
    """Whether a text is a command rather than a message."""
    return text.lstrip().startswith("/") and not text.startswith("//")


def run(frontend: LineFrontend, text: str) -> None:
    """Run a command. Raises CannotDo with one line for the person who typed it."""
    if text.startswith("/") and not text.startswith("//"):
        name, _space, rest = text[1:].partition(" ")
        name, newline, more = name.partition("\n")
        _command(frontend, name, (newline + more + " " + rest if newline else rest).strip())
        return
    if text.lstrip().startswith("/") and text[0].isspace():
        raise CannotDo(_("A command does not begin with a space, and this looks like one: it was not sent."))
    talking.speak(frontend, text[1:] if text.startswith("//") else text)


def _command(frontend: LineFrontend, name: str, rest: str) -> None:
    row = find(name, rest)
    if row is None and frontend.scripts.run(name.lower(), rest):
        return
    if row is None:
        raise CannotDo(unknown(name, frontend.kind))
    if frontend.kind in row.impossible:
        why = _(row.impossible[frontend.kind])
        raise CannotDo(_("/{name} does nothing here: {why}.", name=row.name, why=why))
    if len(rest.split(maxsplit=max(row.needs - 1, 0))) < row.needs:
        raise CannotDo(f"{row.shown}: {_(row.help)}.")
    # The table says that this front end offers the command, so it has everything that the handler needs.
    answer = RUNS[row.name](cast("Frontend", frontend), rest)
    if answer:
        frontend.tell(answer)
