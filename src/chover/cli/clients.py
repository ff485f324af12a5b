"""``chover chat``, ``send``, ``tail``: talking to a server, this machine's or another."""
# ruff: noqa: PLC0415 - a script's ``send`` does not wait for the terminal's parts

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from chover.cli.errors import WRONG_USAGE, CommandError
from chover.cli.nearby import here_or_nearby
from chover.cli.options import Json, Nick, Password, ServerAt, ServerOption, Target, place


def chat(
    address: Annotated[
        str,
        typer.Argument(
            help="The server; by default this machine's, or one of the local network.", metavar="HOST[:PORT]"
        ),
    ] = "",
    classic: Annotated[bool, typer.Option("--classic", help="Use the prompt line of the original.")] = False,
    reader: Annotated[
        bool, typer.Option("--reader", help="Print plain lines for a screen reader; nothing is drawn.")
    ] = False,
    nick: Nick = "",
    password: Password = "",
) -> int:
    """Chat in this terminal."""
    if address.startswith(("chover://", "https://")):
        return join(address, classic, reader, nick)
    at = place(address, password) if address else here_or_nearby(password)
    nick, secret = _known_here(at, nick)
    if _by_lines(classic, reader):
        from chover.client.prompt import classic as prompt

        return prompt.run(at.host, at.port, nick=nick, password=secret)
    from chover.client import fullscreen_app as full

    return full.run(at.host, at.port, nick=nick, password=secret, reader=reader)


def _by_lines(classic: bool, reader: bool) -> bool:
    """Whether to use the prompt line: it was requested, or a full screen is not possible here."""
    if classic or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return True
    return not reader and os.environ.get("TERM") == "dumb"


def _known_here(at: ServerOption, nick: str) -> tuple[str, str]:
    """Nick and password for a server: from the key that ``chover join`` has stored, or as given."""
    from chover.client.connection.dial import at as server
    from chover.client.connection.keys import DeviceKeys

    return DeviceKeys().who(str(server(at.host, at.port)), nick, at.password)


def join(
    link: Annotated[str, typer.Argument(help="The invitation.", metavar="LINK")],
    classic: Annotated[bool, typer.Option("--classic", help="Use the prompt line of the original.")] = False,
    reader: Annotated[
        bool, typer.Option("--reader", help="Print plain lines for a screen reader; nothing is drawn.")
    ] = False,
    nick: Nick = "",
) -> int:
    """Follow an invitation and chat.

    Without --nick one question: your name there. This device keeps a key and comes in by it from then on.
    """
    from chover import i18n
    from chover.client.connection import joining, registration
    from chover.wire.invite import parse

    try:
        there = parse(link)
    except ValueError as error:
        raise CommandError(str(error), WRONG_USAGE) from error

    if not _by_lines(classic, reader):
        i18n.use(i18n.of_environment(os.environ))

    def chat(name: str, invitation: joining.FollowedInvitation) -> int:
        if _by_lines(classic, reader):
            from chover.client.prompt import classic as prompt

            return prompt.run(there.host, there.port, nick=name, tls=True, invitation=invitation)
        from chover.client import fullscreen_app as full

        return full.run(there.host, there.port, nick=name, tls=True, reader=reader, invitation=invitation)

    try:
        return joining.join(there, chat, nick=nick)
    except registration.NameTaken as taken:
        raise CommandError(f"{taken}: choose another with --nick") from taken
    except EOFError as error:
        raise CommandError("nobody answered; give the name with --nick") from error


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
    """Send text, and wait until the server has stored it.

    Exit status 0 only when the server has acknowledged all of it.
    """
    at = place(server, password)
    nick, secret = _known_here(at, nick)
    from chover.client import script

    return script.send(at.host, at.port, target, " ".join(text) if text else None, nick=nick, password=secret)


def tail(target: Target, json: Json = False, server: ServerAt = "", nick: Nick = "", password: Password = "") -> int:
    """Print messages as they arrive.

    Until Ctrl-C.
    """
    at = place(server, password)
    nick, secret = _known_here(at, nick)
    from chover.client import script

    return script.tail(at.host, at.port, target, as_json=json, nick=nick, password=secret)
