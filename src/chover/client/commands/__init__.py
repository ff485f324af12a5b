"""What can be typed behind a slash: one table, from which help and completion are made.

What is no command is never sent as a message; ``//`` sends a slash.
"""

from __future__ import annotations

import difflib
from typing import Final

from chover.client.commands import channels, messages, ourselves, people, talking
from chover.client.commands.command import Command
from chover.client.face import Face
from chover.client.state.wishes import CannotDo

ALIASES: Final = {
    "?": "help",
    "h": "help",
    "exit": "quit",
    "j": "join",
    "leave": "part",
    "close": "part",
    "m": "msg",
    "n": "names",
    "w": "whois",
    "k": "kick",
    "kb": "kickban",
    "raw": "quote",
    "missed": "catchup",
    "redact": "delete",
}


def _help(face: Face, rest: str) -> str:
    if not rest:
        face.choose("Commands", help_choices())
        return ""
    row = find(rest.removeprefix("/"))
    return f"{row.shown}: {row.help}." if row else unknown(rest.removeprefix("/"))


_HELP: Final = Command("help", "[command]", "shows this list, or what one command does", _help)
_ROWS: Final = (_HELP, *talking.ROWS, *channels.ROWS, *people.ROWS, *messages.ROWS, *ourselves.ROWS)
COMMANDS: Final[dict[str, Command]] = {row.name: row for row in _ROWS}


def help_choices() -> list[tuple[str, str]]:
    """Rows of the help, and nothing that happens when one is picked."""
    return [(f"{row.shown:<34} {row.help}", "") for row in COMMANDS.values()]


def find(name: str) -> Command | None:
    name = name.lower()
    return COMMANDS.get(ALIASES.get(name, name))


def is_secret(text: str) -> bool:
    """Whether a line is a command behind which a password stands."""
    row = find(text[1:].split(maxsplit=1)[0]) if text[:1] == "/" and text[1:].strip() else None
    return row is not None and row.secret


def unknown(name: str) -> str:
    near = difflib.get_close_matches(name.lower(), [*COMMANDS, *ALIASES], 1, 0.5)
    guess = f" Did you mean /{near[0]}?" if near else ""
    return f"There is no /{name}.{guess} Nothing was sent; /help lists what there is, // sends a slash."


def run(face: Face, text: str) -> None:
    """Do what was typed. Raises CannotDo with one line for whoever typed it."""
    if text.startswith("/") and not text.startswith("//"):
        name, _, rest = text[1:].partition(" ")
        name, newline, more = name.partition("\n")
        _command(face, name, (newline + more + " " + rest if newline else rest).strip())
        return
    if text.lstrip().startswith("/") and text[0].isspace():
        raise CannotDo("A command does not begin with a space, and this looks like one: it was not sent.")
    talking.speak(face, text[1:] if text.startswith("//") else text)


def _command(face: Face, name: str, rest: str) -> None:
    # The original's way out, and everybody else's way to a conversation.
    if name.lower() == "q":
        name = "query" if rest else "quit"
    row = find(name)
    if row is None:
        raise CannotDo(unknown(name))
    if len(rest.split(maxsplit=max(row.needs - 1, 0))) < row.needs:
        raise CannotDo(f"{row.shown}: {row.help}.")
    answer = row.run(face, rest)
    if answer:
        face.tell(answer)
