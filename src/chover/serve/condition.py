"""The state of the server: its metrics besides those of the chat, and warnings for its operator."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from chover.edge.listener import TlsCertificates
from chover.plurals import counted
from chover.ports.measures import Measure, Sample, resident_bytes, single
from chover.ports.status import CertificateStatus, DataStatus, ServerStatus
from chover.serve.data_sizes import DataSizes
from chover.serve.open_files import shortage
from chover.server.host import ChatHost
from chover.server.measures import ERRORS
from chover.store import last_backup
from chover.version import __version__

DAY: Final = 86_400.0
LOW_DISK_BYTES: Final = 1 << 30
"""With less free space the operator is warned; uploads are refused much later."""
RENEW_DAYS: Final = 14
BACKUP_DAYS: Final = 7


class Condition:
    """Implements ``Operator.status``, and adds metrics to the host's."""

    def __init__(
        self, host: ChatHost, data: DataSizes, certificates: Sequence[TlsCertificates], failed_logins: Callable[[], int]
    ) -> None:
        self._host = host
        self._data = data
        self._certificates = certificates
        self._failed_logins = failed_logins
        self._directory = host.node.config.server.data_path
        self.addresses: tuple[str, ...] = ()
        """The addresses that the server listens on, once it does."""
        host.node.measure_sources.append(self.measures)

    # ---- for Prometheus ------------------------------------------------------------------------------------------

    def measures(self) -> list[Measure]:
        return [
            _build(),
            *self._data.measures(),
            single("failed_logins_total", "counter", "Wrong passwords, keys and codes.", self._failed_logins()),
            self._days_left(),
            self._backup(),
        ]

    def _days_left(self) -> Measure:
        now = time.time()
        samples = [Sample((row.expires - now) / DAY, {"certificate": row.name}) for row in self._shown()]
        return Measure("certificate_days_left", "gauge", "Days until a certificate expires.", samples)

    def _backup(self) -> Measure:
        backup = last_backup.read(self._directory)
        samples = [Sample(backup.at / 1000)] if backup is not None else []
        return Measure("last_backup_time_seconds", "gauge", "When the last backup was made, since 1970.", samples)

    def _shown(self) -> Iterator[CertificateStatus]:
        for certificates in self._certificates:
            identity = certificates.identity
            if identity is not None:
                yield CertificateStatus(certificates.name, identity.fingerprint, identity.expires)

    def certificate_warnings(self) -> list[str]:
        """A line for each certificate in use that has expired or soon will."""
        return list(_said(map(_certificate, self._shown())))

    # ---- for the operator ----------------------------------------------------------------------------------------

    async def status(self) -> ServerStatus:
        node, backup = self._host.node, last_backup.read(self._directory)
        await self._data.measure()
        data, certificates = self._data.status(), tuple(self._shown())
        warnings = [
            await self._host.ailment(),
            self._host.clock_warning(),
            _disk(data),
            *map(_certificate, certificates),
            _backup_age(backup.at / 1000 if backup is not None else 0.0),
            shortage(node.config.limits.connections),
            _logged(ERRORS.seen),
        ]
        return ServerStatus(
            version=__version__,
            pid=os.getpid(),
            started=node.started,
            addresses=self.addresses,
            people=len(node.chat.users),
            sessions=sum(session.user is not None for session in node.sessions),
            channels=len(node.chat.channels),
            messages=self._host.messages.total,
            messages_per_minute=self._host.messages.per_minute(time.time_ns() // 1_000_000),
            memory=resident_bytes(),
            data=data,
            certificates=certificates,
            last_backup=backup.at / 1000 if backup is not None else 0.0,
            warnings=tuple(_said(warnings)),
        )


def _build() -> Measure:
    labels = {"version": __version__, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    return Measure("build_info", "gauge", "What this server is made of; the value is always 1.", [Sample(1, labels)])


# ---- warnings: a line that says what to do, or nothing


def _said(warnings: Iterable[str]) -> Iterator[str]:
    return (text for text in warnings if text)


def _disk(data: DataStatus) -> str:
    if data.free >= LOW_DISK_BYTES:
        return ""
    return f"the disk of {data.directory} has {data.free / 1e6:.0f} MB left: make room, or move the data"


def _certificate(shown: CertificateStatus) -> str:
    days = (shown.expires - time.time()) / DAY
    if days > RENEW_DAYS:
        return ""
    when = f"expires in {counted(round(days), 'day')}" if days > 0 else "has expired"
    return f"the certificate {shown.name} {when}: renew it, then run: chover reload"


def _backup_age(at: float) -> str:
    days = (time.time() - at) / DAY
    return (
        f"the last backup is {counted(round(days), 'day')} old: see why there is no newer one"
        if at and days > BACKUP_DAYS
        else ""
    )


def _logged(errors: int) -> str:
    return f"{counted(errors, 'error')} in the log since the start: look there" if errors else ""
