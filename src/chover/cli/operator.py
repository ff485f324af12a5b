"""``chover who``, ``stop``, ``reload``: the operator's verbs, asked of this machine's running server."""
# ruff: noqa: T201 - answers are for people

from __future__ import annotations

from typing import Annotated, Any

import typer

from chover.cli.asking import as_json, ask, moment, table
from chover.cli.options import ConfigFile, DataDir, Json, format_address


def who(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """Show who is on, from where, since when."""
    people = ask(data, config, "who")
    lines = as_json(people) if json else _as_table(people)
    print("\n".join(lines))
    return 0


def stop(
    reason: Annotated[str, typer.Option(help="What people are told.", metavar="TEXT")] = "",
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Stop this machine's server.

    People are told why, everything is written down; returns when the server is gone.
    """
    ask(data, config, "stop", until_gone=True, **({"reason": reason} if reason else {}))
    print("stopped")
    return 0


def reload(data: DataDir = None, config: ConfigFile = None) -> int:
    """Have the server read its settings again.

    Its certificate too; shows what has changed.
    """
    print("\n".join(ask(data, config, "reload")) or "nothing has changed")
    return 0


def _as_table(people: list[dict[str, Any]]) -> list[str]:
    if not people:
        return ["nobody is on"]
    return table(("NICK", "FROM", "DOOR", "SINCE", "CHANNELS", "VERSION"), [*map(_cells, people)])


def _cells(person: dict[str, Any]) -> tuple[str, ...]:
    return (
        person["nick"],
        format_address(person["address"], person["port"]),
        person["door"],
        moment(person["since"]),
        ",".join(person.get("channels", ())) or "-",
        person.get("version", ""),
    )
