"""``chover operator``: operators of the server."""
# ruff: noqa: T201 - answers are for people

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from chover.cli.asking import ask_or_do, listing, moment, printable
from chover.cli.groups.accounts import Name, new_password
from chover.cli.options import ConfigFile, DataDir, Json

app: Final = typer.Typer(help="List, add and remove operators of the server.", no_args_is_help=False)


@app.command("list")
def list_(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """List the operators of the server."""
    rows = ask_or_do(data, config, "operators")
    head = ("NAME", "RIGHTS", "SINCE")
    print(listing(rows, head, _cells, json=json, nothing="there are none; chover operator add NAME makes one"))
    return 0


@app.command()
def add(
    name: Name,
    rights: Annotated[
        str,
        typer.Option(help="What it may do: kill, ban, wallops, rehash, accounts, see, redact.", metavar="LIST"),
    ] = "",
    password: Annotated[
        bool, typer.Option("--password", help="Ask for the password of a new account, or read it from standard input.")
    ] = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Make an account operator of the server.

    It takes effect at once. An account that does not exist is made; without --password it gets a password, which is
    printed once.
    """
    wanted = {"rights": [word.strip() for word in rights.split(",")]} if rights else {}
    word = new_password() if password else ""
    [made] = ask_or_do(data, config, "add-operator", name=name, password=word, **wanted)
    print("\n".join(printable(*_made(made))))
    return 0


@app.command()
def remove(name: Name, data: DataDir = None, config: ConfigFile = None) -> int:
    """Take an account's rights over the server.

    Anyone who is operator by it loses them at once. The account stays.
    """
    ask_or_do(data, config, "remove-operator", name=name)
    print("\n".join(printable(f"{name} is no longer an operator of this server")))
    return 0


def _made(made: dict[str, Any]) -> list[str]:
    name = made["name"]
    word = [f"password         {made['password']}   (shown this once)"] if made["password"] else []
    return [
        f"{name} is registered and operator of this server" if made["made"] else f"{name} is operator of this server",
        *word,
        f"in a client      /oper {name}   (it asks for the account's password)",
        f"in IRC clients   /oper {name} <password>",
    ]


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    since = "[[operators]] of the settings" if row["settings"] else moment(row["added_at"])
    return row["name"], ",".join(row["rights"]), since
