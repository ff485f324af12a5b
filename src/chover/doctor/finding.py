"""What a check looks at, and its result."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from chover.config import Config

Level = Literal["ok", "advice", "failed"]


class Finding(msgspec.Struct, frozen=True):
    """``advice`` is useful but not required. ``fix`` is a command or a setting, empty if all is well."""

    check: str
    level: Level
    text: str
    fix: str = ""


@dataclass(frozen=True)
class Patient:
    """A server: its settings, and its state if it is running (the answer of ``status``)."""

    config: Config
    config_file: Path
    status: dict[str, Any] | None = None
    proc: Path = Path("/proc")
    now: float = field(default_factory=time.time)
    """Seconds since 1970."""

    @property
    def directory(self) -> Path:
        return self.config.server.data_path

    @property
    def pid(self) -> int:
        """The server's process id; 0 if none is running."""
        return int(self.status["pid"]) if self.status else 0

    def kernel(self, name: str) -> str:
        """The contents of a file below /proc/sys; empty if there is none."""
        try:
            return (self.proc / "sys" / name).read_text(encoding="ascii").strip()
        except OSError:
            return ""


def ok(check: str, text: str) -> Finding:
    return Finding(check, "ok", text)


def advice(check: str, text: str, fix: str) -> Finding:
    return Finding(check, "advice", text, fix)


def failed(check: str, text: str, fix: str) -> Finding:
    return Finding(check, "failed", text, fix)
