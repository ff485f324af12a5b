"""Executes an operator's verb: through the running server, or on the locked store."""
# ruff: noqa: PLC0415 - other commands ask nobody

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from chover.cli.errors import CommandError
from chover.cli.options import load_config

START_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 0.02


def ask(data: Path | None, config: Path | None, verb: str, **parameters: Any) -> list[Any]:
    """The running server's answer. Raises CommandError."""
    from chover.admin import ask as socket

    # With --data the settings are not read: a mistake in them must not keep anybody from stopping a server.
    directory = data or load_config(config).server.data_path
    try:
        return socket.ask(directory / socket.NAME, verb, **parameters)
    except socket.AskError as error:
        raise CommandError(str(error)) from error


def ask_when_back(data: Path | None, config: Path | None, verb: str) -> list[Any]:
    """The same for a server that is just starting; waits for it. Raises CommandError."""
    from chover.admin import ask as socket

    directory = data or load_config(config).server.data_path
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return socket.ask(directory / socket.NAME, verb)
        except socket.AskError as error:
            if time.monotonic() > deadline:
                raise CommandError(f"the server has not come back within {START_SECONDS:.0f} s: {error}") from error
        time.sleep(LOOK_SECONDS)


def ask_or_do(data: Path | None, config: Path | None, verb: str, **parameters: Any) -> list[Any]:
    """The same. If no server is running, the locked store is used, and is named on standard error.

    Raises CommandError, also if no server has ever run there: nothing is created.
    """
    from chover.admin import ask as socket

    settings = load_config(config, {"server.data_dir": None if data is None else str(data)})
    try:
        return socket.ask(settings.server.data_path / socket.NAME, verb, **parameters)
    except socket.NobodyThere:
        pass
    except socket.AskError as error:
        raise CommandError(str(error)) from error
    from chover import locked
    from chover.admin.verb import NotDone
    from chover.edge.tls.errors import CertificateError
    from chover.ports import StoreError

    try:
        rows = locked.do(settings, verb, **parameters)
    except (NotDone, StoreError, CertificateError) as error:
        raise CommandError(str(error)) from error
    # Somebody who named another directory than the running server's sees it here.
    print(f"chover: no server is running; the data in {settings.server.data_path} was used", file=sys.stderr)  # noqa: T201
    return rows


def listing(
    rows: list[Any],
    head: tuple[str, ...],
    cells: Callable[[Any], tuple[str, ...]],
    *,
    json: bool,
    nothing: str = "there are none",
) -> str:
    """A verb's result: a table for people, ``nothing`` if it is empty, or a JSON object per line."""
    if json:
        return "\n".join(as_json(rows))
    return "\n".join(table(head, [*map(cells, rows)])) if rows else nothing


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Lines of aligned columns. They are safe for a terminal: cells may contain other people's text."""
    shown = [head, *(tuple(printable(*row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in shown]


def printable(*lines: str) -> list[str]:
    """The lines in a form that is safe for a terminal."""
    return ["".join(char if char.isprintable() else "?" for char in line) for line in lines]


def moment(milliseconds: int) -> str:
    """A time in ms since 1970 in words, in this machine's zone; 0 is never."""
    return f"{datetime.fromtimestamp(milliseconds / 1000).astimezone():%Y-%m-%d %H:%M}" if milliseconds else "never"


def as_json(rows: list[Any]) -> list[str]:
    from json import dumps

    return [dumps(row, ensure_ascii=False) for row in rows]
