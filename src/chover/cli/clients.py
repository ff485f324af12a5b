"""``chover chat``, ``send``, ``tail``: talking to a server, this machine's or another."""
# ruff: noqa: PLC0415 - a script's ``send`` does not wait for the terminal's parts

from __future__ import annotations

import sys
from typing import Annotated

import typer

from chover.cli.options import Json, Nick, Password, ServerAt, Target, place


def chat(
    address: Annotated[str, typer.Argument(help="The server; by default this machine's.", metavar="HOST[:PORT]")] = "",
    classic: Annotated[bool, typer.Option("--classic", help="The prompt line of the original.")] = False,
    nick: Nick = "",
    password: Password = "",
) -> int:
    """Chat in this terminal."""
    at = place(address, password)
    if classic or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from chover.client import classic as prompt

        return prompt.run(at.host, at.port, nick=nick, password=at.password)
    from chover.client import chat as full

    return full.run(at.host, at.port, nick=nick, password=at.password)


def send(
    target: Target,
    text: Annotated[
        list[str] | None,
        typer.Argument(help="The message; without it, each line of standard input.", metavar="TEXT..."),
    ] = None,
    server: ServerAt = "",
    nick: Nick = "",
    password: Password = "",
) -> int:
    """Send text, and wait until it is kept.

    Exit status 0 only when the server has acknowledged all of it.
    """
    at = place(server, password)
    from chover.client import script

    return script.send(at.host, at.port, target, " ".join(text) if text else None, nick=nick, password=at.password)


def tail(target: Target, json: Json = False, server: ServerAt = "", nick: Nick = "", password: Password = "") -> int:
    """Print what is said, as it is said.

    Until Ctrl-C.
    """
    at = place(server, password)
    from chover.client import script

    return script.tail(at.host, at.port, target, as_json=json, nick=nick, password=at.password)
