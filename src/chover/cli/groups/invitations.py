"""``chover invite``: links that invite people."""
# ruff: noqa: T201 - answers are for people

from __future__ import annotations

import re
from typing import Annotated, Any, Final

import typer

from chover.cli.asking import as_json, ask_or_do, listing, moment
from chover.cli.errors import WRONG_USAGE, CommandError
from chover.cli.invitation_view import shown
from chover.cli.options import ConfigFile, DataDir, Json

app: Final = typer.Typer(invoke_without_command=True, help="Make, list and revoke invitation links.")

_SECONDS: Final = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


@app.callback()
def invite(
    context: typer.Context,
    uses: Annotated[int, typer.Option(min=1, help="How many people may use the link.", metavar="N")] = 1,
    expires: Annotated[
        str, typer.Option(help="How long the link works: 30m, 12h, 7d, 4w, never.", metavar="TIME")
    ] = "7d",
    channel: Annotated[
        list[str] | None, typer.Option(help="A channel that the link leads to; can be repeated.", metavar="#CHANNEL")
    ] = None,
    role: Annotated[str, typer.Option(help="The rank that the link gives there: voice, halfop, op, admin.")] = "",
    json: Json = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Make a link that lets people in.

    Anyone who follows it gets an account and joins its channels; list and revoke manage existing links.
    """
    if context.invoked_subcommand is not None:
        return 0
    asked = {"channels": channel or [], "uses": uses, "seconds": seconds(expires), "role": role}
    rows = ask_or_do(data, config, "invite", **asked)
    print("\n".join(as_json(rows) if json else shown(rows[0])))
    return 0


@app.command("list")
def list_(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """List the invitations that still work."""
    rows = ask_or_do(data, config, "invites")
    head = ("ID", "MADE", "BY", "LEFT", "USED", "EXPIRES", "CHANNELS", "ROLE")
    print(listing(rows, head, _cells, json=json))
    return 0


@app.command()
def revoke(
    id: Annotated[str, typer.Argument(help="The id, as the list shows it.", metavar="ID")],  # noqa: A002 - its name on the screen
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Revoke an invitation, so that its link does not work any more."""
    ask_or_do(data, config, "revoke-invite", id=id)
    print(f"{id} is revoked")
    return 0


def seconds(text: str) -> int:
    """A time such as 7d in seconds; never is 0. Raises CommandError."""
    found = re.fullmatch(r"(\d{1,6})([mhdw])", text.strip().lower())
    if text.strip().lower() == "never":
        return 0
    if found is None or int(found[1]) == 0:
        raise CommandError(f"--expires {text} is not a time; examples are 30m, 12h, 7d, 4w, never", WRONG_USAGE)
    return int(found[1]) * _SECONDS[found[2]]


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["id"], moment(row["made_at"]), row["made_by"], str(row["uses"]), str(row["used"]),
        moment(row["expires_at"]), ",".join(row["channels"]) or "-", row["role"] or "-",
    )  # fmt: skip
