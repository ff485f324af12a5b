"""How a running server is, on one screen."""

from __future__ import annotations

import msgspec


class CertificateStatus(msgspec.Struct, frozen=True):
    """A certificate that is shown to clients. ``expires`` in seconds since 1970."""

    name: str
    """Its file, or ``self-signed``."""
    fingerprint: str
    expires: float


class DataStatus(msgspec.Struct, frozen=True):
    """What the data directory takes, and what is left on its disk, in bytes."""

    directory: str
    database: int
    index: int
    files: int
    free: int


class ServerStatus(msgspec.Struct, frozen=True):
    """``started`` in seconds since 1970; ``last_backup`` too, and 0 while none is known."""

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
    """Bytes; 0 where the system does not say."""
    data: DataStatus
    certificates: tuple[CertificateStatus, ...]
    last_backup: float
    warnings: tuple[str, ...] = ()
