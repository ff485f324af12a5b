"""Where a front end runs: everything that it may touch besides its terminal and its connection.

A front end never opens a file, starts a program, makes a connection or asks the clock by itself: it asks its host. A
host that does not have what was asked for raises NotHere with one line for the person. So a front end in a process on
the server's machine (SSH) cannot reach that machine.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import IO, Final, Protocol

from chover.client.connection.dial import ServerAddress, connect
from chover.client.connection.trust import KnownServers
from chover.client.display.half_blocks import Pixels
from chover.client.local import pictures, programs
from chover.client.local.file_lock import locked
from chover.client.local.log_files import CannotLog, LogEntry, LogFiles
from chover.client.local.programs import ProgramOutput
from chover.i18n import _


class NotHere(Exception):
    """The host does not have what was asked for. The text is one line for the person who asked."""


class Journal(Protocol):
    """A few lines that are kept when the program ends."""

    def load(self) -> list[str]: ...
    def append(self, line: str) -> None: ...
    def replace(self, lines: list[str]) -> None:
        """Replace all lines, at once or not at all."""

    def close(self) -> None: ...


class ConversationLog(Protocol):
    """Where the conversations of one server are written down."""

    def append(self, conversation: str, entries: Sequence[LogEntry]) -> None:
        """Write entries in their order, soon, each once. Never blocks."""

    def trouble(self) -> str:
        """What went wrong since the last call, in one line for the person; usually ""."""

    def close(self) -> None:
        """Write what is left, and end."""


class ClientHost(Protocol):
    @property
    def environment(self) -> Mapping[str, str]:
        """The environment variables that describe the terminal: TERM, COLORFGBG, NO_COLOR and the like."""

    @property
    def keeps(self) -> bool:
        """Whether what is stored here is kept until next time."""

    @property
    def can_connect(self) -> bool:
        """Whether connections to other servers may be made from here."""

    no_pictures: str
    """Why ``decode`` does not work here, in one line that is to be translated; "" if it does."""

    def now(self) -> int:
        """Milliseconds since 1970."""

    def zone(self) -> tzinfo | None:
        """The time zone of the person; None for this machine's."""

    def nonce(self) -> str:
        """128 random bits, as ``A-Z a-z 0-9 - _``."""

    def edit(self, text: str) -> str:
        """Let the person edit text in an editor that takes over the terminal. Blocks. Raises NotHere."""

    def load(self, name: str) -> str:
        """The text stored under a name, or ""."""

    def store(self, name: str, text: str) -> None:
        """Store a text under a name, at once or not at all. A host that keeps nothing ignores it."""

    def journal(self, name: str) -> Journal:
        """The journal of that name. It belongs to this front end until it is closed."""

    def log(self, directory: str, server: str) -> ConversationLog:
        """The log of a server's conversations in a directory. Raises NotHere."""

    def file(self, path: str) -> IO[bytes]:
        """A file to read. Raises NotHere, or OSError."""

    async def connect(self, server: ServerAddress) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to a server for a file, with the same trust as the chat. Raises NotHere, dial.Unreachable."""

    async def decode(self, picture: bytes, width: int, height: int) -> Pixels:
        """A picture made to fit into a box of so many pixels, within limits of time and memory. Raises NotHere."""

    def scripts(self) -> list[str]:
        """The names of the person's scripts. Raises NotHere."""

    def script(self, name: str) -> str:
        """The source of a script. Raises NotHere."""

    async def run(self, command: str) -> ProgramOutput:
        """Run a command by the person's shell, within limits. Raises NotHere."""

    def notify(self, title: str, text: str) -> None:
        """Show a desktop notification; both texts must be harmless."""

    def require_suspend(self) -> None:
        """Raises NotHere if there is no shell that could continue this program."""

    def suspend(self) -> None:
        """Stop this program, and return when the shell continues it. The terminal must be in its normal mode."""


class NoJournal:
    """Keeps nothing."""

    def load(self) -> list[str]:
        return []

    def append(self, line: str) -> None: ...
    def replace(self, lines: list[str]) -> None: ...
    def close(self) -> None: ...


class FileJournal:
    """A file with one entry per line, readable by its owner alone, flushed to the system after each line."""

    def __init__(self, path: Path, file: IO[str]) -> None:
        self._path = path
        self._file = file

    def load(self) -> list[str]:
        self._file.seek(0)
        return self._file.read().splitlines()

    def append(self, line: str) -> None:
        self._file.seek(0, os.SEEK_END)
        self._file.write(line + "\n")
        self._file.flush()

    def replace(self, lines: list[str]) -> None:
        # In place, because another file would not have this lock. A crash in between leaves a line that is cut and is
        # skipped later; its contents were already sent or are in the lines before it.
        self._file.seek(0)
        self._file.truncate()
        self._file.write("".join(line + "\n" for line in lines))
        self._file.flush()

    def close(self) -> None:
        self._file.close()


SCRIPTS: Final = "scripts"
"""The directory of scripts, beside the settings."""
JOURNALS: Final = 8
"""Front ends that can keep a journal of the same name at the same time."""


class LocalHost:
    """The machine of the person who types. ``home`` is where settings and journals are stored."""

    keeps = True
    can_connect = True

    def __init__(self, home: Path | None = None, known: KnownServers | None = None) -> None:
        self._home = home
        self.known = known or KnownServers()
        self.no_pictures = "" if pictures.can_decode() else pictures.MISSING

    @property
    def home(self) -> Path:
        if self._home is None:
            # Importing this takes 18 ms, so it waits until something is stored.
            from platformdirs import user_config_path  # noqa: PLC0415

            self._home = user_config_path("chover", appauthor=False)
        return self._home

    @property
    def environment(self) -> Mapping[str, str]:
        return os.environ

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def zone(self) -> tzinfo | None:
        return None

    def nonce(self) -> str:
        return secrets.token_urlsafe(16)

    def edit(self, text: str) -> str:
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        handle, name = tempfile.mkstemp(prefix="chover-", suffix=".txt")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            try:
                done = subprocess.run([*shlex.split(editor), name], check=False)  # noqa: S603 - the user's own editor
            except OSError as error:
                raise NotHere(
                    _(
                        "{editor} cannot be started: {strerror}. Name another one in $EDITOR.",
                        editor=editor,
                        strerror=error.strerror,
                    )
                ) from error
            if done.returncode:
                return text
            return Path(name).read_text(encoding="utf-8", errors="replace").rstrip("\n")
        finally:
            Path(name).unlink(missing_ok=True)

    def load(self, name: str) -> str:
        try:
            return (self.home / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def store(self, name: str, text: str) -> None:
        path = self.home / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}")
            part.write_text(text, encoding="utf-8")
            part.chmod(0o600)
            part.replace(path)
        except OSError:
            return  # a full disk or a home without write permission ends no conversation

    def journal(self, name: str) -> Journal:
        for number in range(1, JOURNALS + 1):
            path = self.home / (name if number == 1 else f"{name}.{number}")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8", errors="replace")
            except OSError:
                return NoJournal()
            if locked(file):
                return FileJournal(path, file)
            file.close()
        return NoJournal()

    def log(self, directory: str, server: str) -> ConversationLog:
        try:
            return LogFiles(Path(directory).expanduser() / re.sub(r"[^A-Za-z0-9.-]+", "_", server), self.zone())
        except CannotLog as reason:
            raise NotHere(str(reason)) from reason

    def file(self, path: str) -> IO[bytes]:
        return Path(path).expanduser().open("rb")

    async def connect(self, server: ServerAddress) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await connect(server, self.known)

    async def decode(self, picture: bytes, width: int, height: int) -> Pixels:
        try:
            return await pictures.decode(picture, width, height)
        except pictures.CannotDecode as reason:
            raise NotHere(str(reason)) from reason

    def scripts(self) -> list[str]:
        return sorted(path.stem for path in (self.home / SCRIPTS).glob("*.py"))

    def script(self, name: str) -> str:
        path = self.home / SCRIPTS / f"{name}.py"
        if name not in self.scripts():
            raise NotHere(_("There is no script {name}: put {name}.py into {parent}.", name=name, parent=path.parent))
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NotHere(_("{path} cannot be read: {error}.", path=path, error=error)) from error

    async def run(self, command: str) -> ProgramOutput:
        try:
            return await programs.run(command)
        except programs.CannotRun as reason:
            raise NotHere(str(reason)) from reason

    def notify(self, title: str, text: str) -> None:
        # A desktop without this program shows nothing; the terminal has rung.
        command = ["notify-send", "--app-name=chover", "--", title, text]
        try:
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
        except OSError:
            return

    def require_suspend(self) -> None:
        if sys.platform == "win32":
            raise NotHere(_("Windows has no way to suspend a program."))

    def suspend(self) -> None:
        if sys.platform != "win32":
            # Stop the whole job: a shell that started us through another program waits for all of it. If no shell
            # waits at all, the kernel ignores this signal.
            os.kill(0, signal.SIGTSTP)
