"""``chover doctor``: what stands in a server's way, and the exact fix."""
# ruff: noqa: PLC0415, T201 - the checks are imported to be run; the answer is for people

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.cli.asking import as_json, printable
from chover.cli.errors import FAILED
from chover.cli.options import ConfigFile, DataDir, Json, load_config

if TYPE_CHECKING:
    from chover.doctor.finding import Finding

_WORDS: Final = {"ok": "ok", "advice": "advice", "failed": "FAILED"}


def doctor(json: Json = False, data: DataDir = None, config: ConfigFile = None) -> int:
    """Look for what keeps the server from running well.

    Ports, reachability, certificates, clock, disk, schema, open files, kernel, leftovers and permissions, whether the
    server runs or not. Each failure has its fix below it. It changes nothing; the exit status is 1 when something
    has failed.
    """
    from msgspec import to_builtins

    from chover.config import default_path
    from chover.doctor.checks import examine

    settings = load_config(config, {"server.data_dir": None if data is None else str(data)})
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
