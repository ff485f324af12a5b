"""What several commands share: options, the settings, addresses."""
# ruff: noqa: PLC0415 - commands that need no settings do not wait for them

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from chover.cli.errors import WRONG_USAGE, CommandError
from chover.wire.address import host_and_port

if TYPE_CHECKING:
    from chover.config import Config

PORT: Final = 55555
"""The default port; also the default of ``server.port``."""

ConfigFile = Annotated[Path | None, typer.Option("--config", help="Configuration file (TOML).", metavar="FILE")]
DataDir = Annotated[Path | None, typer.Option("--data", help="The directory where all data is kept.", metavar="DIR")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
Nick = Annotated[
    str, typer.Option("--nick", help="The name to chat under; by default you are a guest.", metavar="NAME")
]
Password = Annotated[
    str,
    typer.Option(
        "--password",
        envvar="CHOVER_PASSWORD",
        help="The server's password; in the variable others cannot see it.",
        metavar="TEXT",
    ),
]
ServerAt = Annotated[
    str, typer.Option("--server", help="The server; by default this machine's.", metavar="HOST[:PORT]")
]
Target = Annotated[str, typer.Argument(help="A channel or a nick.", metavar="TARGET")]


def load_config(file: Path | None, flags: dict[str, Any] | None = None) -> Config:
    """The settings. Raises CommandError."""
    from chover.config import ConfigError, load

    try:
        return load(file, flags=flags)
    except ConfigError as error:
        raise CommandError(str(error), WRONG_USAGE) from error


def format_address(host: str, port: int) -> str:
    """The usual notation: an IPv6 address in brackets, * for every interface."""
    return host_and_port(host or "*", port)


class ServerOption(NamedTuple):
    """A server, and its password."""

    host: str
    port: int
    password: str


def place(address: str, password: str) -> ServerOption:
    """The given address and password, or those of this machine's server from its settings. Raises CommandError."""
    if not address:
        server = load_config(None).server
        return ServerOption(server.host, server.port or PORT, password or server.password)
    from chover.client.connection.dial import parse_server

    try:
        there = parse_server(address)
    except ValueError as error:
        raise CommandError(str(error), WRONG_USAGE) from error
    return ServerOption(there.host, there.port, password)
