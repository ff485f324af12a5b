"""What several commands take: options, the settings, addresses."""
# ruff: noqa: PLC0415 - commands that need no settings do not wait for them

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from chover.cli.errors import WRONG_USAGE, CommandError

if TYPE_CHECKING:
    from chover.config import Config

PORT: Final = 55555
"""The port where no other is named; the default of ``server.port``."""

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration file (TOML).", metavar="FILE")
]
DataDir = Annotated[Path | None, typer.Option("--data", help="Directory of everything kept.", metavar="DIR")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
Nick = Annotated[
    str, typer.Option("--nick", help="The name to chat under; a guest's by default.", metavar="NAME")
]
Server = Annotated[
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


def parse_address(text: str) -> tuple[str, int]:
    """HOST, HOST:PORT, [IPv6] or [IPv6]:PORT. Raises CommandError."""
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.endswith("]")):
        host, port = text, str(PORT)
    host = host.strip("[]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        wanted = "write HOST or HOST:PORT, the port from 1 to 65535"
        raise CommandError(f"{text!r} is no address; {wanted}", WRONG_USAGE)
    return host, int(port)


def format_address(host: str, port: int) -> str:
    """As people write it: an IPv6 address in brackets, * for every interface."""
    return f"[{host}]:{port}" if ":" in host else f"{host or '*'}:{port}"


def server_address(text: str) -> tuple[str, int]:
    """The address given, or that of this machine's server by its settings. Raises CommandError."""
    if text:
        return parse_address(text)
    server = load_config(None).server
    everywhere = server.host in {"", "0.0.0.0", "::"}  # noqa: S104 - nothing is bound here
    return "127.0.0.1" if everywhere else server.host, server.port or PORT
