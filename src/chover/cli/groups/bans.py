"""``chover ban``: bans from the server, and the audit log."""
# ruff: noqa: T201 - answers are for people

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from chover.cli.asking import as_json, ask_or_do, listing, moment, printable
from chover.cli.options import ConfigFile, DataDir, Json

app: Final = typer.Typer(help="Keep people off the server, list and lift bans.", no_args_is_help=False)

Whom = Annotated[
    str,
    typer.Argument(
        help="A nick, an address, a range, a cloak, a nick!user@host, or account:NAME.",
        metavar="WHOM",
        show_default=False,
    ),
]


@app.command()
def add(
    whom: Whom,
    duration: Annotated[str, typer.Option("--for", help="How long: 10m, 2h, 7d, forever.", metavar="TIME")] = "forever",
    reason: Annotated[str, typer.Option(help="The reason that they and others are told.", metavar="TEXT")] = "",
    note: Annotated[str, typer.Option(help="A note that only operators can see.", metavar="TEXT")] = "",
    force: Annotated[bool, typer.Option("--force", help="Ban even if it affects more people than meant.")] = False,
    json: Json = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Ban somebody.

    The nick of somebody who is logged in bans the account, and what they come from unless others come from there, too.
    Anyone online whom it covers is disconnected. A ban that would lock out too many is refused, with the reason.
    """
    asked = {"whom": whom, "duration": duration, "reason": reason, "note": note, "force": force}
    [made] = ask_or_do(data, config, "ban", **asked)
    print("\n".join(as_json([made]) if json else _made(made)))
    return 0


@app.command("list")
def list_(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """List all bans."""
    rows = ask_or_do(data, config, "bans")
    head = ("NO", "WHOM", "UNTIL", "BY", "SINCE", "WHY")
    print(listing(rows, head, _cells, json=json))
    return 0


@app.command()
def remove(
    which: Annotated[str, typer.Argument(help="The ban's number, or whom it is for.", metavar="NO|WHOM")],
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Lift a ban."""
    lifted = ask_or_do(data, config, "unban", which=which)
    print("\n".join(printable(*(f"{_whom(ban)} is no longer banned" for ban in lifted))))
    return 0


@app.command()
def log(
    most: Annotated[int, typer.Option("--last", min=1, max=10_000, help="How many entries to show.", metavar="N")] = 50,
    json: Json = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Show what operators did, newest last."""
    rows = ask_or_do(data, config, "log", limit=most)[::-1]
    head = ("WHEN", "WHO", "DID", "TO", "WHY")
    print(listing(rows, head, _audit_cells, json=json, nothing="nothing yet"))
    return 0


def _whom(ban: dict[str, Any]) -> str:
    return f"account:{ban['what']}" if ban["kind"] == "account" else str(ban["what"])


def _until(ban: dict[str, Any]) -> str:
    return moment(ban["expires_at"]) if ban.get("expires_at") else "for good"


def _made(made: dict[str, Any]) -> list[str]:
    ban, gone = made["ban"], made["gone"]
    until = f"until {_until(ban)}" if ban.get("expires_at") else "for good"
    lines = [f"{_whom(ban)} is banned {until}; chover ban remove {ban['no']} lifts it"]
    lines += [f"{row['what']}, which they came from, is banned with it" for row in made.get("also", [])]
    lines += [
        f"others come from {cloak}, too, so they may come back as a guest; chover ban add {cloak} --force bans them all"
        for cloak in made.get("left_open", [])
    ]
    return printable(*lines, *([f"removed: {', '.join(gone)}"] if gone else []))


def _cells(ban: dict[str, Any]) -> tuple[str, ...]:
    why = " | ".join(text for text in (ban.get("reason", ""), ban.get("note", "")) if text)
    return str(ban["no"]), _whom(ban), _until(ban), ban["by"], moment(ban["at"]), why


def _audit_cells(row: dict[str, Any]) -> tuple[str, ...]:
    return moment(row["at"]), row["by"], row["did"], row.get("whom", ""), row.get("why", "")
