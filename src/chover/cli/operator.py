"""``chover who``, ``stop``, ``reload``: the operator's verbs, asked of this machine's running server."""
# ruff: noqa: PLC0415, T201 - answers are for people, and other commands ask nobody

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from chover.cli.errors import CommandError
from chover.cli.options import ConfigFile, DataDir, Json, format_address, load_config


def _ask(data: Path | None, config: Path | None, verb: str, **parameters: Any) -> list[Any]:
    from chover.admin.ask import NAME, AskError, ask

    # With --data the settings are not read: a mistake in them must not keep a server from being stopped.
    directory = data or load_config(config).server.data_path
    try:
        return ask(directory / NAME, verb, **parameters)
    except AskError as error:
        raise CommandError(str(error)) from error


def who(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """Show who is on, from where, since when."""
    people = _ask(data, config, "who")
    lines = _as_json(people) if json else _as_table(people)
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
    _ask(data, config, "stop", until_gone=True, **({"reason": reason} if reason else {}))
    print("stopped")
    return 0


def reload(data: DataDir = None, config: ConfigFile = None) -> int:
    """Have the server read its settings again.

    Its certificate too; shows what has changed.
    """
    print("\n".join(_ask(data, config, "reload")) or "nothing has changed")
    return 0


def _as_json(rows: list[Any]) -> list[str]:
    from json import dumps

    return [dumps(row, ensure_ascii=False) for row in rows]


def _as_table(people: list[dict[str, Any]]) -> list[str]:
    if not people:
        return ["nobody is on"]
    table = [("NICK", "FROM", "DOOR", "SINCE", "CHANNELS", "VERSION"), *map(_cells, people)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]


def _cells(person: dict[str, Any]) -> tuple[str, ...]:
    since = datetime.fromtimestamp(person["since"] / 1000).astimezone()
    cells = (
        person["nick"],
        format_address(person["address"], person["port"]),
        person["door"],
        f"{since:%Y-%m-%d %H:%M}",
        ",".join(person.get("channels", ())) or "-",
        person.get("version", ""),
    )
    # A version is the client's own text, and this is a terminal.
    return tuple("".join(char if char.isprintable() else "?" for char in cell) for cell in cells)
