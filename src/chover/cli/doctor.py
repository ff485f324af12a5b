"""``chover doctor`` and ``chover recover``: help for a server with problems."""
# ruff: noqa: PLC0415, T201 - what is needed is imported when it runs; the answers are for people

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from chover.cli.asking import as_json, printable
from chover.cli.errors import FAILED, CommandError
from chover.cli.options import ConfigFile, DataDir, Json, load_config
from chover.plurals import counted

if TYPE_CHECKING:
    from chover.backup.recovering import Saved
    from chover.doctor.finding import Finding

_WORDS: Final = {"ok": "ok", "advice": "advice", "failed": "FAILED"}


def doctor(
    json: Json = False,
    port: Annotated[
        int | None, typer.Option("--port", help="The port that chover serve was given.", metavar="PORT")
    ] = None,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Look for what keeps the server from running well.

    Ports, reachability, certificates, clock, disk, schema, open files, kernel, leftovers and permissions, whether the
    server runs or not. Each failure has its fix below it. It changes nothing; the exit status is 1 when something
    has failed.
    """
    from msgspec import to_builtins

    from chover.config import default_path
    from chover.doctor.checks import examine

    flags = {"server.port": port, "server.data_dir": None if data is None else str(data)}
    settings = load_config(config, flags)
    findings = examine(settings, config or default_path())
    print("\n".join(as_json([to_builtins(row) for row in findings]) if json else printable(*_lines(findings))))
    return FAILED if any(row.level == "failed" for row in findings) else 0


def _lines(findings: list[Finding]) -> list[str]:
    lines = []
    for row in findings:
        lines.append(f"{_WORDS[row.level]:<7} {row.check:<12} {row.text}")
        if row.fix:
            lines.append(f"{'':<20} > {row.fix}")
    failures = sum(row.level == "failed" for row in findings)
    return [*lines, "", f"{failures} failed" if failures else "nothing has failed"]


def recover(
    target: Annotated[Path, typer.Argument(help="A new directory.", metavar="NEW_DIRECTORY")],
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Make a data directory of what a damaged one still holds.

    Stop the server first. The damaged directory stays as it is. Messages that cannot be read show as deleted. Where
    there is a backup that is new enough, restore that instead.
    """
    settings = load_config(config, {"server.data_dir": None if data is None else str(data)})
    damaged = settings.server.data_path
    from chover.backup import recovering
    from chover.backup.errors import BackupError
    from chover.ports import StoreError
    from chover.store.opening import backup_of, require_data

    try:
        require_data(settings)
        saved = recovering.recover(damaged, target, backup_of(settings))
    except (BackupError, StoreError) as error:
        raise CommandError(str(error)) from error
    print("\n".join(_saved_lines(saved, target)))
    return 0


def _saved_lines(saved: Saved, target: Path) -> list[str]:
    held = saved.database
    lines = [
        f"saved into {target}: {counted(held.events, 'event')} of conversations, and {counted(saved.files, 'file')}"
    ]
    if held.lost:
        lines.append(f"lost: {counted(held.lost, 'event')}, shown as deleted messages")
    if held.incomplete:
        lines.append(f"incomplete: {', '.join(held.incomplete)}")
    lines += [f"not saved, because it cannot be read or is damaged: {path}" for path in saved.unread]
    return [*lines, f"look at it: chover serve --data {target}. Keep the damaged directory until all is well"]
