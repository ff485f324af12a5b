"""``chover who``, ``stop``, ``reload``: the operator's verbs for this machine's running server."""
# ruff: noqa: T201 - answers are for people

from __future__ import annotations

import time
from typing import Annotated, Any, Final

import typer

from chover.cli.asking import ask, ask_or_do, ask_when_back, listing, moment
from chover.cli.options import ConfigFile, DataDir, Json, format_address
from chover.plurals import counted

_HEAD: Final = ("NICK", "FROM", "PROTOCOL", "SINCE", "CHANNELS", "VERSION")
_PAST_HEAD: Final = ("NICK", "ACCOUNT", "FROM", "PROTOCOL", "SINCE", "UNTIL", "CLOAK", "VERSION")


def who(
    whom: Annotated[
        str,
        typer.Argument(help="A nick, account:NAME, an address or a range; with --past a cloak, too.", metavar="WHOM"),
    ] = "",
    past: Annotated[bool, typer.Option("--past", help="Show past connections as well.")] = False,
    most: Annotated[
        int, typer.Option("--last", min=1, max=10_000, help="How many rows --past shows.", metavar="N")
    ] = 100,
    json: Json = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Show who is online, from where and since when.

    With --past show past connections, newest last: all, or those that match WHOM.
    """
    if past:
        rows = ask_or_do(data, config, "past", whom=whom, limit=most)[::-1]
        nobody = "no such connection is on record"
        print(listing(rows, _PAST_HEAD, _connection_cells, json=json, nothing=nobody))
        return 0
    people = [person for person in ask(data, config, "who") if _fits(person, whom)]
    print(listing(people, _HEAD, _cells, json=json, nothing="nobody is online"))
    return 0


def stop(
    reason: Annotated[str, typer.Option(help="The reason that people are told.", metavar="TEXT")] = "",
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Stop this machine's server.

    People are told why, and everything is saved; it returns when the server has stopped.
    """
    ask(data, config, "stop", until_gone=True, **({"reason": reason} if reason else {}))
    print("stopped")
    return 0


def restart(data: DataDir = None, config: ConfigFile = None) -> int:
    """Restart the server and keep connections open.

    Its port stays open all the time, and IRC clients without TLS stay connected. All others connect again.
    """
    began = time.monotonic()
    ask(data, config, "restart", until_gone=True)
    rows = ask_when_back(data, config, "who")
    print(f"restarted in {time.monotonic() - began:.1f} s; {counted(len(rows), 'connection')} by now")
    return 0


def reload(data: DataDir = None, config: ConfigFile = None) -> int:
    """Make the server read its settings again.

    It reads its certificate too, and shows what has changed.
    """
    print("\n".join(ask(data, config, "reload")) or "nothing has changed")
    return 0


def _fits(person: dict[str, Any], whom: str) -> bool:
    known = {person["nick"].lower(), f"account:{person.get('account', '')}".lower(), person["address"]}
    return not whom or whom.lower() in known or (bool(whom) and _inside(person["address"], whom))


def _inside(address: str, network: str) -> bool:
    from ipaddress import ip_address, ip_network  # noqa: PLC0415 - most ask for everybody

    try:
        return ip_address(address) in ip_network(network, strict=False)
    except ValueError:
        return False


def _connection_cells(record: dict[str, Any]) -> tuple[str, ...]:
    via = f" via {record['via']}" if record.get("via") else ""
    return (
        record["nick"],
        record.get("account", "-"),
        (record["address"] or "this machine") + via,
        record["protocol"],
        moment(record["since"]),
        moment(record["until"]) if record.get("until") else "now",
        record["host"],
        record.get("version", ""),
    )


def _cells(person: dict[str, Any]) -> tuple[str, ...]:
    return (
        person["nick"],
        format_address(person["address"], person["port"]),
        person["protocol"],
        moment(person["since"]),
        ",".join(person.get("channels", ())) or "-",
        person.get("version", ""),
    )
