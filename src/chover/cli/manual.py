"""``chover manual``: the manual page, made from the same tables as ``--help``."""
# ruff: noqa: T201 - the page is what was asked for

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, Final

import typer

from chover.version import __version__

_END: Final = r"""
.SH FILES
.TP
.I ~/.config/chover/chover.toml
Settings. "chover config" prints every setting with its default and meaning.
.TP
.I ~/.local/share/chover
The data of a server, unless --data or server.data_dir names another directory.
.SH ENVIRONMENT
.TP
.B CHOVER_PASSWORD
The server's password, for commands that connect to a server.
.TP
.B CHOVER_SECTION_NAME
Overrides the setting section.name, as CHOVER_SERVER_PORT overrides server.port.
.SH EXIT STATUS
0 done, 1 failed, 2 wrong usage. An error is one line on standard error that says what to do.
"""


def manual(context: typer.Context) -> int:
    """Print the manual page of all commands.

    To read it: chover manual | man -l -
    """
    print("\n".join(_page(context.find_root().command)))
    return 0


def _page(root: Any) -> Iterator[str]:
    yield f'.TH CHOVER 1 "" "ChatOverSockets {__version__}" "User Commands"'
    yield from (".SH NAME", "chover \\- your own chat: server and clients on one port")
    yield from (".SH SYNOPSIS", ".B chover", "[COMMAND] [OPTIONS] [ARGUMENTS]")
    yield from (".SH DESCRIPTION", "Without a command, chover asks on a terminal whether to serve or to chat.")
    yield ".SH COMMANDS"
    for name, command in root.commands.items():
        yield from _command(f"chover {name}", command)
    yield _END.strip()


def _command(path: str, command: Any) -> Iterator[str]:
    """The section of a command, or of its subcommands."""
    below = getattr(command, "commands", None)
    if below:
        for name, child in below.items():
            yield from _command(f"{path} {name}", child)
        return
    yield f".SS {_text(' '.join([path, *_arguments(command)]))}"
    for paragraph in (command.help or "").split("\n\n"):
        yield from (_text(" ".join(textwrap.dedent(paragraph).split())), ".PP")
    for parameter in command.params:
        if parameter.param_type_name == "option":
            yield from (".TP", f".B {_text(_flag(parameter))}", _text(parameter.help or ""))


def _arguments(command: Any) -> list[str]:
    return [_placeholder(row) for row in command.params if row.param_type_name == "argument"]


def _placeholder(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


def _flag(option: Any) -> str:
    names = ", ".join(option.opts)
    return names if option.is_flag else f"{names} {option.metavar or option.type.name.upper()}"


def _text(text: str) -> str:
    """Text that roff prints unchanged: no escapes, and no line that begins like a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text[:1] in {".", "'"} else text
