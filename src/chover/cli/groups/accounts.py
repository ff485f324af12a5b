"""``chover account``: accounts, for the operator."""
# ruff: noqa: PLC0415, T201 - exporting is rare, and answers are for people

from __future__ import annotations

import sys
import tempfile
import time
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from chover.cli.asking import as_json, ask_or_do, listing, moment
from chover.cli.errors import CommandError
from chover.cli.options import ConfigFile, DataDir, Json, load_config
from chover.plurals import counted

if TYPE_CHECKING:
    from chover.config import Config

app: Final = typer.Typer(help="List, create, recover, suspend and delete accounts.", no_args_is_help=False)

Name = Annotated[str, typer.Argument(help="The account's name.", metavar="NAME")]
Own = Annotated[
    bool, typer.Option("--password", help="Ask for the password here, or read it from standard input.")
]  # fmt: skip


@app.command("list")
def list_(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """List all accounts."""
    rows = ask_or_do(data, config, "accounts")
    head = ("NAME", "MADE", "ON", "E-MAIL", "SUSPENDED")
    print(listing(rows, head, _cells, json=json))
    return 0


@app.command()
def show(name: Name, json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """Show an account with its device tokens."""
    [row] = ask_or_do(data, config, "account", name=name)
    tokens_ = ask_or_do(data, config, "tokens", name=name)
    if json:
        print(*as_json([{**row, "tokens": tokens_}]))
        return 0
    facts = (
        ("account", row["name"]), ("id", row["id"]), ("made", moment(row["created_at"])),
        ("on", "yes" if row["on"] else "no"), ("e-mail", row["email"] or "none"),
        ("suspended", row["suspended"] or "no"), ("device tokens", str(len(tokens_))),
    )  # fmt: skip
    print("\n".join(f"{key:<15}{value}" for key, value in facts))
    return 0


@app.command()
def add(
    name: Name,
    password: Own = False,
    email: Annotated[str, typer.Option(help="Its e-mail address.", metavar="ADDRESS")] = "",
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Create an account, even if registration is closed.

    Without --password it prints a code with which the owner sets a password.
    """
    word = new_password() if password else ""
    row, *code = ask_or_do(data, config, "add-account", name=name, password=word, email=email)
    print(f"{row['name']} is registered")
    if code:
        print("\n".join(_how(row["name"], code[0])))
    return 0


@app.command()
def passwd(
    name: Name,
    password: Own = False,
    keep: Annotated[bool, typer.Option("--keep-sessions", help="Leave its devices logged in.")] = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Help somebody who has lost the password.

    Prints a code with which the owner sets a new one; with --password sets it at once and disconnects its devices.
    """
    word = new_password() if password else ""
    code = ask_or_do(data, config, "account-password", name=name, password=word, keep=keep)
    print("\n".join(_how(name, code[0])) if code else f"{name} has a new password")
    return 0


@app.command()
def suspend(
    name: Name,
    reason: Annotated[str, typer.Option(help="The reason that its owner is told.", metavar="TEXT")] = "by the operator",
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Suspend an account, so that nobody can log in to it.

    Anyone who is logged in to it is disconnected.
    """
    ask_or_do(data, config, "suspend-account", name=name, reason=reason)
    print(f"{name} is suspended")
    return 0


@app.command()
def resume(name: Name, data: DataDir = None, config: ConfigFile = None) -> int:
    """Lift the suspension of an account."""
    ask_or_do(data, config, "resume-account", name=name)
    print(f"{name} may log in again")
    return 0


@app.command()
def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    messages: Annotated[
        bool, typer.Option("--messages", help="Delete everything that it has said and uploaded, too.")
    ] = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Delete an account for good.

    Its messages stay in their channels, unless --messages is given; its name is free again, unless it is banned.
    """
    _confirm(f"Delete {name} for good?", name, yes=yes)
    if messages:
        _erase(name, data, config)
    ask_or_do(data, config, "delete-account", name=name)
    print(f"{name} is deleted")
    bans = ask_or_do(data, config, "bans")
    if any(ban["kind"] == "account" and ban["what"] == name.lower() for ban in bans):
        print(f"its ban stays: nobody can register {name} until you lift it: chover ban remove account:{name}")
    return 0


@app.command("erase-messages")
def erase_messages(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Delete everything that an account has said and uploaded, everywhere.

    Anyone who is online sees the messages disappear. The account stays; backups that were made before keep them.
    """
    _confirm(f"Delete everything that {name} has said?", name, yes=yes)
    _erase(name, data, config)
    return 0


def _confirm(question: str, name: str, *, yes: bool) -> None:
    """Ask for confirmation. Raises CommandError."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError("this cannot be undone; without a terminal to confirm it, use --yes")
    if input(f"{question} Type its name: ") != name:
        raise CommandError("nothing was deleted")


def _erase(name: str, data: Path | None, config: Path | None) -> None:
    [erased] = ask_or_do(data, config, "erase-messages", account=name)
    print(f"deleted {counted(erased['messages'], 'message')} and {counted(erased['files'], 'file')} of {name}")


@app.command()
def export(name: Name, data: DataDir = None, config: ConfigFile = None) -> int:
    """Print everything that is stored about an account, and all that it has said.

    JSON lines, as in `chover export`, which also makes a page and copies files. Secrets are not included.
    """
    import asyncio

    from chover.ports import StoreError

    settings = load_config(config, {"server.data_dir": None if data is None else str(data)})
    [facts] = ask_or_do(data, config, "export-account", name=name)
    try:
        asyncio.run(_export(settings, facts))
    except StoreError as error:
        raise CommandError(str(error)) from error
    return 0


async def _export(settings: Config, facts: dict[str, Any]) -> None:
    from chover.archive.account_export import write_account
    from chover.store.opening import open_copy

    with tempfile.TemporaryDirectory(prefix="chover-export-") as room:
        storage = await open_copy(settings, Path(room) / "copy")
        try:
            await write_account(storage, facts, sys.stdout.buffer, time.time_ns() // 1_000_000)
            sys.stdout.buffer.flush()
        finally:
            await storage.close()


@app.command()
def tokens(
    name: Name,
    make: Annotated[str, typer.Option(help="Make a token for a device or a bot.", metavar="LABEL")] = "",
    revoke: Annotated[str, typer.Option(help="Revoke the token with this id.", metavar="ID")] = "",
    json: Json = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """List, make or revoke the device tokens of an account."""
    if make:
        print(*ask_or_do(data, config, "make-token", name=name, label=make))
        return 0
    if revoke:
        ask_or_do(data, config, "revoke-token", name=name, id=revoke)
        print(f"{revoke} no longer logs in")
        return 0
    rows = ask_or_do(data, config, "tokens", name=name)
    head = ("ID", "DEVICE", "MADE", "LAST USED")
    print(listing(rows, head, _token_cells, json=json))
    return 0


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["name"], moment(row["created_at"]), "yes" if row["on"] else "no", row["email"] or "-",
        row["suspended"] or "-",
    )  # fmt: skip


def _token_cells(row: dict[str, Any]) -> tuple[str, ...]:
    return row["id"], row["label"], moment(row["created_at"]), moment(row["used_at"])


def _how(name: str, code: str) -> list[str]:
    return [
        f"code             {code}   (works once, within a day)",
        f"its owner says   /msg NickServ RESET {name} {code} <new password>",
    ]


def new_password() -> str:
    """A password that nobody sees on the command line. Raises CommandError if none is given."""
    word = getpass("New password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if not word:
        raise CommandError("no password was given; nothing was changed")
    if sys.stdin.isatty() and getpass("Again: ") != word:
        raise CommandError("the two passwords differ; nothing was changed")
    return word
