"""``chover hook``: addresses with which other programs post to a channel."""
# ruff: noqa: T201 - answers are for people

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from chover.cli.asking import as_json, ask_or_do, listing, moment
from chover.cli.options import ConfigFile, DataDir, Json

app: Final = typer.Typer(no_args_is_help=True, help="Let other programs speak in a channel; list and revoke hooks.")


@app.command()
def add(
    channel: Annotated[str, typer.Argument(help="The channel that the hook is for.", metavar="#CHANNEL")],
    name: Annotated[str, typer.Option(help="The name it has there.")] = "hook",
    to: Annotated[str, typer.Option(help="Post the channel's messages to this address instead.", metavar="URL")] = "",
    json: Json = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Make a hook: anyone who posts to its address speaks in the channel.

    The address is shown only once; list and revoke manage hooks. With --to each new message is posted there.
    """
    rows = ask_or_do(data, config, "add-hook", channel=channel, name=name, **({"url": to} if to else {}))
    print("\n".join(as_json(rows) if json else _shown_outgoing(rows[0]) if to else _shown(rows[0])))
    return 0


@app.command("list")
def list_(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """List all hooks, without their addresses."""
    rows = ask_or_do(data, config, "hooks")
    head = ("ID", "CHANNEL", "NAME", "MADE", "BY", "TELLS", "OFF")
    print(listing(rows, head, _cells, json=json))
    return 0


@app.command()
def revoke(
    id: Annotated[str, typer.Argument(help="The id, as the list shows it.", metavar="ID")],  # noqa: A002 - its name on the screen
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Revoke a hook, so that nobody can use it any more."""
    ask_or_do(data, config, "revoke-hook", id=id)
    print(f"{id} is revoked")
    return 0


def _shown(made: dict[str, Any]) -> list[str]:
    address, hook = made["address"], made["hook"]
    rows = (
        ("address", address),
        ("speaks in", f"{hook['channel']} as {hook['name']}"),
        ("curl", f"curl {_trust(made.get('pin', ''))}-d 'hello' {address}"),
        ("Grafana", "a contact point of kind Webhook with this URL"),
        ("Alertmanager", "webhook_configs: with this url"),
        ("GitHub", "Settings, Webhooks: this payload URL, content type application/json"),
        ("Slack's kind", "any program that asks for the URL of an incoming webhook"),
        ("to revoke it", f"chover hook revoke {hook['id']}"),
    )
    return [f"{name:<16} {text}" for name, text in rows]


def _trust(pin: str) -> str:
    """Options for curl if no authority vouches for the certificate: with a pin it trusts only that key."""
    return f"--insecure --pinnedpubkey 'sha256//{pin}' " if pin else ""


def _shown_outgoing(made: dict[str, Any]) -> list[str]:
    hook = made["hook"]
    rows = (
        ("tells", f"what is said in {hook['channel']} from now on"),
        ("to", hook["to"]),
        ("signed with", f"{made['key']} (X-Chover-Signature, see docs/hooks.md)"),
        ("to revoke it", f"chover hook revoke {hook['id']}"),
    )
    return [f"{name:<16} {text}" for name, text in rows]


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["id"],
        row["channel"],
        row["name"],
        moment(row["made_at"]),
        row["by"],
        row["to"] or "-",
        row["off"] or "-",
    )
