"""The state of a running server, on one screen."""

from __future__ import annotations

import msgspec


class CertificateStatus(msgspec.Struct, frozen=True):
    """A certificate that is presented to clients. ``expires`` in seconds since 1970."""

    name: str
    """Its file, or ``self-signed``."""
    fingerprint: str
    expires: float


class DataStatus(msgspec.Struct, frozen=True):
    """The size of the data directory, and the free space on its disk, in bytes."""

    directory: str
    database: int
    index: int
    files: int
    free: int


class ServerStatus(msgspec.Struct, frozen=True):
    """``started`` and ``last_backup`` in seconds since 1970; ``last_backup`` is 0 if none is known."""

    version: str
    pid: int
    started: float
    addresses: tuple[str, ...]
    people: int
    sessions: int
    channels: int
    messages: int
    """Since the start."""
    messages_per_minute: float
    """Of the last five minutes, or since the start if that is later."""
    memory: int
    """In bytes; 0 if the system does not report it."""
    data: DataStatus
    certificates: tuple[CertificateStatus, ...]
    last_backup: float
    warnings: tuple[str, ...] = ()
