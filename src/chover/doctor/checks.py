"""All checks, in the order of the output."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from chover.admin import ask
from chover.config import Config
from chover.doctor import certificates, data, machine, ports
from chover.doctor.finding import Finding, Patient

CHECKS: Final[tuple[Callable[[Patient], Iterable[Finding]], ...]] = (
    ports.port,
    ports.reserved,
    ports.reach,
    certificates.certificates,
    machine.clock,
    machine.disk,
    data.schema,
    data.bus,
    machine.open_files,
    machine.kernel,
    machine.io_uring,
    data.leftovers,
    data.secrets,
)


PATIENCE_SECONDS: Final = 5.0
"""A server that does not answer within this time counts as hanging."""


def examine(config: Config, config_file: Path) -> list[Finding]:
    """The findings of all checks. Changes nothing."""
    try:
        (status,) = ask.ask(config.server.data_path / ask.NAME, "status", patience=PATIENCE_SECONDS)
    except (ask.AskError, ValueError):
        status = None
    patient = Patient(config, config_file, status)
    return [finding for check in CHECKS for finding in check(patient)]
