"""``chover channel``: channels, for the operator."""
# ruff: noqa: T201 - answers are for people

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from chover.cli.asking import as_json, ask_or_do, listing, moment, printable
from chover.cli.options import ConfigFile, DataDir, Json

app: Final = typer.Typer(help="List, show, drop and transfer channels, change their modes.", no_args_is_help=False)

Name = Annotated[str, typer.Argument(help="The channel's name.", metavar="#CHANNEL")]


@app.command("list")
def list_(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """List all channels."""
    rows = ask_or_do(data, config, "channels")
    head = ("NAME", "MEMBERS", "FOUNDER", "MODES", "SINCE", "TOPIC")
    print(listing(rows, head, _cells, json=json))
    return 0


@app.command()
def show(name: Name, json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """Show a channel with its members, ranks and lists."""
    [row] = ask_or_do(data, config, "channel", name=name)
    if json:
        print(*as_json([row]))
        return 0
    ranks = [f"+{rank} {account}" for account, rank in row.get("access", ())]
    lists = [(f"list {letter}", " ".join(masks)) for letter, masks in row.get("lists", {}).items()]
    facts = [
        ("channel", row["name"]), ("since", moment(row["created_at"])), ("founder", row.get("founder") or "nobody"),
        ("modes", row.get("modes") or "none"), ("topic", row.get("topic") or "none"),
        ("members", " ".join(row.get("people", ())) or "nobody"),
        ("permanent ranks", ", ".join(ranks) or "none"), *lists,
    ]  # fmt: skip
    print("\n".join(printable(*(f"{key:<16}{value}" for key, value in facts))))
    return 0


@app.command()
def drop(
    name: Name,
    end: Annotated[
        bool, typer.Option("--end", help="Remove everybody and delete the channel; its name is free again.")
    ] = False,
    reason: Annotated[str, typer.Option(help="The reason that its members are told.", metavar="TEXT")] = "",
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Unregister a channel, or with --end delete it."""
    ask_or_do(data, config, "drop-channel", name=name, end=end, reason=reason)
    print("\n".join(printable(f"{name} is deleted" if end else f"{name} no longer belongs to anybody")))
    return 0


@app.command()
def transfer(
    name: Name,
    account: Annotated[str, typer.Argument(help="The account that will own it.", metavar="ACCOUNT")],
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Give a channel to an account."""
    ask_or_do(data, config, "transfer-channel", name=name, account=account)
    print("\n".join(printable(f"{name} is {account}'s")))
    return 0


@app.command(context_settings={"ignore_unknown_options": True})
def modes(
    name: Name,
    words: Annotated[
        list[str],
        typer.Argument(help="Modes as in MODE: +im-s, then their parameters.", metavar="MODES…", show_default=False),
    ],
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Change the modes of a channel."""
    [row] = ask_or_do(data, config, "channel-modes", name=name, words=words)
    print("\n".join(printable(f"{row['name']} has {row.get('modes') or 'no modes'}")))
    return 0


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["name"], str(row["members"]), row.get("founder") or "-", row.get("modes") or "-",
        moment(row["created_at"]), row.get("topic", ""),
    )  # fmt: skip
