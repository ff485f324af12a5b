"""The full screen for somebody at a remote terminal, in a process on the server's machine (SSH).

Its host offers nothing of that machine: no editor, no files, no programs, no connections. It gets its connection from
outside, and does not reconnect.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import tzinfo
from types import MappingProxyType
from typing import IO, Final, NoReturn, TextIO, cast

from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.output.vt100 import Vt100_Output

from chover.client.capabilities import FULL
from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress, ServerLink, Unreachable
from chover.client.connection.registration import GREETING, LoginIdentity, Rejected
from chover.client.connection.trust import Untrusted
from chover.client.keyboard import Keyboard
from chover.client.local.host import Journal, NoJournal, NotHere
from chover.client.screen.fullscreen import FullScreen
from chover.client.state import State
from chover.i18n import N_, Speaker, _
from chover.ports import Caller, TerminalScreen
from chover.wire.plain import harmless

KEEP: Final = 2_000
"""Entries of a conversation that are kept in memory; older ones are fetched again when somebody scrolls back."""
NOT_HERE: Final = N_("This does not work over SSH, which runs on the server's machine. Use chover chat on your own.")
NO_SHELL: Final = N_(
    "Over SSH there is no shell to return to. ~ Ctrl-Z at the beginning of a line suspends ssh itself."
)
READ_BYTES: Final = 65536
GOODBYE_SECONDS: Final = 1.0


class ServedHost:
    """Implements host.Host without any resources."""

    keeps = False
    can_connect = False
    no_pictures = NOT_HERE

    def __init__(self, term: str, languages: Mapping[str, str] = MappingProxyType({})) -> None:
        self.environment: Mapping[str, str] = {"TERM": term, **languages}

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def zone(self) -> tzinfo | None:
        return None

    def nonce(self) -> str:
        return secrets.token_urlsafe(16)

    def edit(self, text: str) -> NoReturn:  # noqa: ARG002
        raise NotHere(_(NOT_HERE))

    def load(self, name: str) -> str:  # noqa: ARG002
        return ""

    def store(self, name: str, text: str) -> None: ...

    def journal(self, name: str) -> Journal:  # noqa: ARG002
        return NoJournal()

    def log(self, directory: str, server: str) -> NoReturn:  # noqa: ARG002
        raise NotHere(_(NOT_HERE))

    def file(self, path: str) -> IO[bytes]:  # noqa: ARG002
        raise NotHere(_(NOT_HERE))

    async def connect(self, server: ServerAddress) -> NoReturn:  # noqa: ARG002
        raise NotHere(_(NOT_HERE))

    async def decode(self, picture: bytes, width: int, height: int) -> NoReturn:  # noqa: ARG002
        raise NotHere(NOT_HERE)

    def scripts(self) -> NoReturn:
        raise NotHere(_(NOT_HERE))

    def script(self, name: str) -> NoReturn:  # noqa: ARG002
        raise NotHere(_(NOT_HERE))

    async def run(self, command: str) -> NoReturn:  # noqa: ARG002
        raise NotHere(_(NOT_HERE))

    def notify(self, title: str, text: str) -> None: ...

    def require_suspend(self) -> None:
        raise NotHere(_(NO_SHELL))

    def suspend(self) -> None: ...


class Heard(asyncio.StreamReaderProtocol):
    """Also reports when the server has ended the session; what it has sent before can still be read."""

    def __init__(self, reader: asyncio.StreamReader, ended: Callable[[], None]) -> None:
        super().__init__(reader)
        self._tell = ended

    def eof_received(self) -> bool | None:
        asyncio.get_running_loop().call_soon(self._tell)
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._tell()


class TerminalKeys(Input):
    """The keys of a remote terminal, as text that arrives in pieces."""

    def __init__(self) -> None:
        self._keys: list[KeyPress] = []
        self._parser = Keyboard(self._keys.append)
        self._ready: Callable[[], None] | None = None
        self._gone = False

    def feed(self, text: str) -> None:
        self._parser.feed(text)
        self._tell()

    def end(self) -> None:
        self._gone = True
        self._tell()

    def _tell(self) -> None:
        if self._ready is not None:
            self._ready()

    def fileno(self) -> int:
        raise NotImplementedError  # nothing here is a file of the server's

    def typeahead_hash(self) -> str:
        return f"served-{id(self)}"

    def read_keys(self) -> list[KeyPress]:
        keys = self._keys[:]
        self._keys.clear()
        return keys

    def flush_keys(self) -> list[KeyPress]:
        self._parser.flush()
        return self.read_keys()

    @property
    def closed(self) -> bool:
        return self._gone

    def raw_mode(self) -> AbstractContextManager[None]:
        return nullcontext()

    cooked_mode = raw_mode
    detach = raw_mode

    @contextmanager
    def _attached(self, ready: Callable[[], None]) -> Iterator[None]:
        self._ready = ready
        if self._gone or self._keys:
            asyncio.get_running_loop().call_soon(ready)
        try:
            yield
        finally:
            self._ready = None

    def attach(self, input_ready_callback: Callable[[], None]) -> AbstractContextManager[None]:
        return self._attached(input_ready_callback)


class _Paper:
    """The output for prompt_toolkit."""

    encoding = "utf-8"

    def __init__(self, screen: TerminalScreen) -> None:
        self._screen = screen

    def write(self, text: str) -> None:
        # The terminal is in raw mode: a line feed alone does not return to the first column.
        self._screen.write(text.replace("\r\n", "\n").replace("\n", "\r\n"))

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("this terminal is on another machine")


class Turns:
    """Paints one screen per turn of the loop, so that keys for other screens are handled in between."""

    def __init__(self) -> None:
        self._asked: deque[Callable[[], None]] = deque()
        self._scheduled = False

    def ask(self, paint: Callable[[], None]) -> None:
        self._asked.append(paint)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        paint = self._asked.popleft()
        self._scheduled = bool(self._asked)
        if self._scheduled:
            asyncio.get_running_loop().call_soon(self._next)
        paint()


class ServedUi:
    """The full screen of one caller. Implements ports.TerminalUi."""

    def __init__(self, turns: Turns, caller: Caller, sock: socket.socket, screen: TerminalScreen) -> None:
        self._caller = caller
        self._terminal = screen
        self._sock = sock
        self._way: asyncio.WriteTransport | None = None
        self._keys = TerminalKeys()
        self._speaker = Speaker()
        identity = LoginIdentity(caller.name, caller.password, by_key=caller.by_key)
        state = State(keep=KEEP, discovers=True)
        server = ServerAddress("localhost", caller.peer.port)
        self._connection = Connection(server, identity, state, wanted=FULL, reach=self._reach)
        output = Vt100_Output(
            cast("TextIO", _Paper(screen)),
            lambda: Size(rows=screen.size()[1], columns=screen.size()[0]),
            term=screen.term,
            enable_cpr=False,
        )
        with self._speaker.speaking():
            self._screen = FullScreen(
                ServedHost(screen.term, screen.languages),
                self._connection,
                input=self._keys,
                output=output,
                ready=self._taken,
            )
        self._screen.app.terminal_size_polling_interval = None
        self._take_turns(turns)

    def _take_turns(self, turns: Turns) -> None:
        app = self._screen.app
        at_once = app.invalidate
        asked = False

        def paint() -> None:
            nonlocal asked
            asked = False
            # Another caller's task may be the one that asks for this turn.
            with self._speaker.speaking():
                at_once()

        def invalidate() -> None:
            nonlocal asked
            if not asked:
                asked = True
                turns.ask(paint)

        app.invalidate = invalidate  # type: ignore[method-assign] # prompt_toolkit calls it, too

    def _taken(self) -> bool:
        return not self._terminal.backlog()

    async def _reach(self, *, met: bool) -> ServerLink:
        """Connect, but only once: the session ends with the front end, so a call does not reconnect."""
        if met:
            raise Rejected(_("The session is over."), final=True)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        self._way, heard = await loop.create_unix_connection(
            lambda: Heard(reader, self._session_ended), sock=self._sock
        )
        link = ServerLink(reader, asyncio.StreamWriter(self._way, heard, reader, loop))
        link.writer.write(GREETING.encode() + b"\r\n")
        link.first = await reader.read(READ_BYTES)
        return link

    def _session_ended(self) -> None:
        if self._screen.app.is_running:
            self._screen.leave()
        else:
            self._keys.end()

    def _hang_up(self) -> None:
        if self._way:
            self._way.close()
        else:
            self._sock.close()

    # ---- ports.TerminalUi

    async def run(self) -> None:
        with self._speaker.speaking():
            await self._run()

    async def _run(self) -> None:
        try:
            await self._connection.open()
            if self._caller.word:
                self._screen.parts.status.word = self._caller.word
            await self._screen.run(alone=False)
        except (Rejected, Untrusted, Unreachable) as error:
            self._terminal.write(f"{harmless(str(error))}\r\n")
        except EOFError:
            # Nobody is left who could quit.
            self._hang_up()
        finally:
            if self._connection.state.closing_reason:
                # The server has ended the session, not the caller.
                self._terminal.write(f"{harmless(self._connection.state.closing_reason)}\r\n")
            self._screen.close_local_data()
            await self._connection.settle(GOODBYE_SECONDS)
            await self._connection.close()
            self._hang_up()

    def typed(self, text: str) -> None:
        with self._speaker.speaking():
            self._keys.feed(text)

    def resized(self) -> None:
        self._screen.app.invalidate()

    def drained(self) -> None:
        with self._speaker.speaking():
            self._screen.drained()

    def gone(self) -> None:
        with self._speaker.speaking():
            self._keys.end()
