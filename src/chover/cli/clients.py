"""``chover chat``, ``send``, ``tail``: talking to a server, this machine's or another."""
# ruff: noqa: PLC0415, T201 - a script's ``send`` does not wait for the terminal's parts

from __future__ import annotations

import sys
from typing import Annotated

import typer

from chover.cli.errors import until_interrupted
from chover.cli.options import Json, Nick, Server, Target, server_address


def chat(
    address: Annotated[
        str, typer.Argument(help="The server; by default this machine's.", metavar="HOST[:PORT]")
    ] = "",
    classic: Annotated[bool, typer.Option("--classic", help="The prompt line of the original.")] = False,
    nick: Nick = "",
) -> int:
    """Chat in this terminal."""
    host, port = server_address(address)
    if not classic:
        print("The full-screen client comes with the next release; this is --classic.", file=sys.stderr)
    from chover.client import classic as face

    return until_interrupted(lambda: face.run(host, port, nick=nick))


def send(
    target: Target,
    text: Annotated[
        list[str] | None,
        typer.Argument(help="The message; without it, each line of standard input.", metavar="TEXT..."),
    ] = None,
    server: Server = "",
    nick: Nick = "",
) -> int:
    """Send text, and wait until it is kept.

    Exit status 0 only when the server has acknowledged all of it.
    """
    host, port = server_address(server)
    from chover.client import script

    return script.send(host, port, target, " ".join(text) if text else None, nick=nick)


def tail(target: Target, json: Json = False, server: Server = "", nick: Nick = "") -> int:
    """Print what is said, as it is said.

    Until Ctrl-C.
    """
    host, port = server_address(server)
    from chover.client import script

    return until_interrupted(lambda: script.tail(host, port, target, as_json=json, nick=nick))
