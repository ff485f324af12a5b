"""``chover emoji``: the server's own emoji, which people write as ``:name:``."""
# ruff: noqa: T201 - answers are for people

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from chover.cli.asking import as_json, ask_or_do, listing, moment
from chover.cli.errors import CommandError
from chover.cli.options import ConfigFile, DataDir, Json

app: Final = typer.Typer(no_args_is_help=True, help="Add, list and remove the server's own emoji.")

_READ_BYTES: Final = 256_001
"""One more than the server allows: more need not be read to be refused."""

Name = Annotated[str, typer.Argument(help="Its name: 2 to 32 of a to z, 0 to 9, _ and -.", metavar="NAME")]


@app.command()
def add(
    name: Name,
    file: Annotated[
        Path, typer.Argument(help="A PNG, WebP or GIF of at most 256 kB and 512 × 512 pixels.", metavar="FILE")
    ],
    json: Json = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Add a picture that people write as :NAME:.

    The web client shows it in messages and as a reaction. Other clients show the name.
    """
    rows = ask_or_do(data, config, "add-emoji", name=name.strip(":"), picture=_content(file))
    print("\n".join(as_json(rows)) if json else f":{rows[0]['name']}: is there from now on")
    return 0


@app.command("list")
def list_(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """List the server's own emoji."""
    rows = ask_or_do(data, config, "emoji")
    print(listing(rows, ("NAME", "KIND", "BYTES", "ADDED"), _cells, json=json))
    return 0


@app.command()
def remove(name: Name, data: DataDir = None, config: ConfigFile = None) -> int:
    """Remove one of the server's emoji.

    Messages that have it keep its name as text.
    """
    ask_or_do(data, config, "remove-emoji", name=name.strip(":"))
    print(f":{name.strip(':')}: is gone")
    return 0


def _content(path: Path) -> str:
    """The content of a file in base64. Raises CommandError."""
    from base64 import b64encode  # noqa: PLC0415 - only this command needs it

    try:
        with path.open("rb") as file:
            return b64encode(file.read(_READ_BYTES)).decode()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return f":{row['name']}:", row["kind"], str(row["size"]), moment(row["added_at"])
