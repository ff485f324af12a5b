"""``chover status``: the state of this machine's server, on one screen."""
# ruff: noqa: T201 - the answer is for people

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chover.cli.asking import as_json, ask, printable
from chover.cli.options import ConfigFile, DataDir, Json
from chover.plurals import counted

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def status(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """Show how the server is, and what you should look at.

    Its version, addresses, people, messages, sizes, disk, certificates and last backup, and warnings with what to do.
    """
    (row,) = ask(data, config, "status")
    print("\n".join(as_json([row]) if json else printable(*lines(row, time.time()))))
    return 0


def lines(row: dict[str, Any], now: float) -> list[str]:
    """The screen. ``now`` in seconds since 1970."""
    data = row["data"]
    shown = [
        ("version", f"{row['version']}, process {row['pid']}, up {duration(now - row['started'])}"),
        ("workers", _workers(row.get("workers", ()))),
        ("listens on", ", ".join(row["addresses"])),
        (
            "people",
            f"{row['people']} with {counted(row['sessions'], 'connection')}, in {counted(row['channels'], 'channel')}",
        ),
        ("messages", f"{row['messages_per_minute']:.1f} a minute, {row['messages']} since the start"),
        ("memory", size(row["memory"]) if row["memory"] else ""),
        ("data", f"{data['directory']}: {_sizes(data)}"),
        ("disk", f"{size(data['free'])} free"),
        *(("certificate", _certificate(shown, now)) for shown in row["certificates"]),
        ("last backup", _ago(row["last_backup"], now)),
    ]
    warnings = [f"! {text}" for text in row["warnings"]] or ["nothing to look at"]
    return [*(f"{name:<12} {text}" for name, text in shown if text), "", *warnings]


def _workers(processes: Sequence[int]) -> str:
    return f"{len(processes)}: processes {', '.join(map(str, processes))}" if processes else ""


def _sizes(data: dict[str, Any]) -> str:
    return ", ".join(f"{name} {size(data[name])}" for name in ("database", "index", "files"))


def _certificate(shown: dict[str, Any], now: float) -> str:
    day = datetime.fromtimestamp(shown["expires"]).astimezone()
    left = (shown["expires"] - now) / 86_400
    return f"{shown['name']}, until {day:%Y-%m-%d} ({counted(round(left), 'day')})"


def _ago(at: float, now: float) -> str:
    return f"{duration(now - at)} ago" if at else "none known"


def size(number: float) -> str:
    """A number of bytes in words."""
    unit = 0
    while number >= 1000 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{number:.{1 if unit else 0}f} {_UNITS[unit]}"


def duration(seconds: float) -> str:
    """The duration in its two largest units."""
    minutes = max(int(seconds), 0) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
