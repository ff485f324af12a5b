"""``chover cluster``: the servers that share a database."""
# ruff: noqa: PLC0415, T201 - what is needed is imported when it runs; the answer is for people

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import typer

from chover.cli.asking import as_json, moment, printable, table
from chover.cli.errors import FAILED, CommandError
from chover.cli.options import ConfigFile, DataDir, Json, load_config
from chover.cli.status import duration
from chover.plurals import counted

if TYPE_CHECKING:
    from chover.ports.bus import NodeFacts

app: Final = typer.Typer(help="See the servers that share a database.", no_args_is_help=False)

BEHIND_SECONDS: Final = 5.0
"""A node that is farther behind the log needs a look."""
_HEAD: Final = ("NODE", "VERSION", "STARTED", "EPOCH", "LEASE", "SESSIONS", "LAG", "JOBS", "ADDRESS")


@app.callback()
def _group() -> None:
    """The only command so far has its name, too."""


@app.command()
def status(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """Show the nodes: leases, sessions, how far behind they are, who does what, and what you should look at.

    It reads the database that store.url names; no server has to run on this machine. The exit status is 1 when there
    is something to look at.
    """
    import asyncio

    from msgspec import to_builtins

    from chover.ports import StoreError
    from chover.store.opening import local_exists, nodes_of

    settings = load_config(config, {"server.data_dir": None if data is None else str(data)})
    if not settings.store.url and not local_exists(settings):
        text = f"there is no cluster: the server keeps its data in {settings.server.data_path} alone (no store.url)"
        print(text, file=sys.stderr if json else sys.stdout)
        return 0
    try:
        nodes = asyncio.run(nodes_of(settings))
    except StoreError as error:
        raise CommandError(str(error)) from error
    warnings = list(warnings_of(nodes, time.time()))
    if json:
        print("\n".join(as_json([to_builtins(node) for node in nodes])))
    else:
        print("\n".join(screen(nodes, warnings)))
    return FAILED if warnings else 0


def screen(nodes: Sequence[NodeFacts], warnings: Sequence[str]) -> list[str]:
    """The table, and what to look at."""
    rows = [*table(_HEAD, [_cells(node) for node in nodes]), ""] if nodes else []
    versions = sorted({node.version for node in nodes if not node.died})
    notes = [f"versions {' and '.join(versions)} run beside each other"] if len(versions) > 1 else []
    return printable(*rows, *notes, *([f"! {text}" for text in warnings] or ["nothing to look at"]))


def _cells(node: NodeFacts) -> tuple[str, ...]:
    jobs = " ".join(node.jobs) or "-"
    sessions, lag = ("-", "-") if node.died else (str(node.sessions), _lag(node))
    return (
        node.id, node.version, moment(node.started), str(node.epoch), _lease(node), sessions, lag, jobs, node.address,
    )  # fmt: skip


def _lease(node: NodeFacts) -> str:
    if node.died:
        return "DEAD"
    return f"{node.seconds_left:.1f} s" if node.seconds_left > 0 else "SILENT"


def _lag(node: NodeFacts) -> str:
    return (
        f"{counted(node.lag_events, 'event')}, {node.lag_seconds:.0f} s"
        if node.lag_events or node.lag_seconds >= 1
        else "0"
    )


def warnings_of(nodes: Sequence[NodeFacts], now: float) -> Iterator[str]:
    """A line for whatever is not well. ``now`` in seconds since 1970."""
    if not any(node.seconds_left > 0 and not node.died for node in nodes):
        yield "no node is running: start one with chover serve"
    for node in nodes:
        place = f"node {node.id} ({node.address})"
        if node.died:
            yield f"{place} was declared dead {duration(now - node.died / 1000)} ago: start it again, or see its log"
        elif node.seconds_left <= 0:
            yield f"{place} is silent, its lease ended {-node.seconds_left:.0f} s ago: is it running, and its network?"
        elif node.lag_seconds > BEHIND_SECONDS:
            behind = f"{node.lag_seconds:.0f} s behind the log ({counted(node.lag_events, 'event')})"
            yield f"{place} is {behind}: is its machine busy, or the network to the database slow?"
