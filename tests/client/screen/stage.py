"""A full screen without a terminal and without a server: lines and keys go in, pictures come out."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Mapping
from datetime import UTC

import pyte
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.output.vt100 import Vt100_Output

from chover.client.capabilities import FULL
from chover.client.connection.dial import ServerAddress, Unreachable
from chover.client.connection.listeners import ChangeListeners
from chover.client.connection.trust import Untrusted
from chover.client.keyboard import Keyboard
from chover.client.local.host import NoJournal, NotHere
from chover.client.local.programs import ProgramOutput
from chover.client.notifications import Notification
from chover.client.screen.fullscreen import FullScreen
from chover.client.state import State, dispatch, lifecycle
from chover.wire.capabilities import NONCE
from chover.wire.message import Message, parse

CHAT = ServerAddress("chat.test")
NOON = 1781870400000
"""2026-06-19T12:00:00Z."""
CAPS = {**dict.fromkeys(FULL, ""), "draft/multiline": "max-bytes=4096,max-lines=32"}


class MemoryHost:
    """Nothing of it outlives the test; the clock stands still until it is moved."""

    keeps = True
    can_connect = True
    no_pictures = "There is no decoder here."

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self.environment = environment or {"TERM": "xterm"}
        self.at = NOON
        self.stored: dict[str, str] = {}
        self.notified: list[tuple[str, str]] = []
        self.edited = ""
        self.sources: dict[str, str] = {}
        """The person's scripts."""
        self.outputs: dict[str, ProgramOutput] = {}
        """What commands of this machine write."""
        self.suspended = 0
        self._nonces = 0

    def now(self):
        return self.at

    def zone(self):
        return UTC

    def nonce(self):
        self._nonces += 1
        return f"n{self._nonces}"

    def edit(self, text):
        if not self.edited:
            raise NotHere("There is no editor here.")
        return self.edited

    def require_suspend(self):
        pass

    def suspend(self):
        self.suspended += 1

    def load(self, name):
        return self.stored.get(name, "")

    def store(self, name, text):
        self.stored[name] = text

    def journal(self, _name):
        return NoJournal()

    def log(self, directory, _server):
        raise NotHere(f"Nothing is logged: {directory} cannot be written (no disk).")

    def file(self, path):
        raise FileNotFoundError(path)

    def scripts(self):
        return sorted(self.sources)

    def script(self, name):
        if name not in self.sources:
            raise NotHere(f"There is no script {name}: put {name}.py into /scripts.")
        return self.sources[name]

    async def run(self, command):
        return self.outputs[command]

    def notify(self, title, text):
        self.notified.append((title, text))


class Wire:
    """Replaces a connection: records what is written, and the test provides what the server says."""

    def __init__(self, state: State, server: ServerAddress = CHAT) -> None:
        self.state = state
        self.server = server
        self.who, self.password = "Alice", ""
        self.answer: asyncio.Queue[Unreachable | Untrusted | None] = asyncio.Queue()
        """What comes of each attempt to connect."""
        self.closed = False
        self.sent: list[str] = []
        self.hurried = 0
        """How often somebody waited for a connection."""
        self.changes = ChangeListeners()
        self._news: asyncio.Queue[Notification] = asyncio.Queue()

    def flush(self):
        if self.state.online:
            self.sent += lifecycle.take(self.state)

    async def next(self):
        return await self._news.get()

    def receive(self, *lines: str, at: int) -> None:
        for line in lines:
            for notifications in dispatch.receive(self.state, parse(line), at):
                self._news.put_nowait(notifications)
        self.flush()
        self.changes.tell()

    async def open(self, away=None):
        refusal = await self.answer.get()
        if isinstance(refusal, Unreachable) and away is not None:
            away(str(refusal))
        while isinstance(refusal, Unreachable) and away is not None:
            refusal = await self.answer.get()
        if refusal is not None:
            raise refusal

    async def settle(self, _patience):
        return list(self.state.outbox)

    async def close(self):
        self.closed = True

    def log_in(self, password):
        self.password = f"Alice:{password}"

    def wake(self):
        self.sent.append("(wake)")

    def hurry(self):
        self.hurried += 1


class Stage:
    def __init__(self, columns: int, rows: int, host: MemoryHost, caps: Mapping[str, str]) -> None:
        self.host = host
        self.size = Size(rows, columns)
        self.terminal = pyte.Screen(columns, rows)
        self.written = io.StringIO()
        self._stream = pyte.Stream(self.terminal)
        self.state = State(discovers=True, keep=100_000)
        self.wire = Wire(self.state)
        self.takes = True
        """Whether the terminal accepts output."""
        self.others: dict[str, Wire] = {}
        """The servers beside the first one, by address."""
        self._caps = caps
        self.keyboard = Keyboard(lambda _press: None, lambda: self.host.at / 1000)
        self.account = ""
        """The account that we are logged in to from the beginning."""
        self.screen: FullScreen
        self.running: asyncio.Task[None]

    def build(self, source) -> None:
        output = Vt100_Output(self, lambda: self.size, term="xterm-256color", enable_cpr=False)
        self.screen = FullScreen(
            self.host, self.wire, input=source, output=output, ready=lambda: self.takes, opens=self._opens
        )

    def _opens(self, server: ServerAddress) -> Wire:
        made = self.others[server.host] = Wire(State(discovers=True, keep=100_000), server)
        return made

    # ---- what an output writes to

    encoding = "utf-8"

    def write(self, text: str) -> None:
        self.written.write(text)
        self._stream.feed(text)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return -1

    # ---- what a test does

    def nothing_written(self) -> None:
        """Forget the output so far."""
        self.written = io.StringIO()

    async def online(self, nick: str = "Alice", *channels: str) -> None:
        """Register and join the channels, without history; a second has passed since."""
        lifecycle.begin(self.state, nick, self._caps, self.account)
        for channel in channels:
            self.joins(channel)
        self.says("PONG s settled")
        self.wire.sent.clear()
        self.pass_(1000)
        await self.settled()

    async def comes(self, host: str, *channels: str) -> Wire:
        """Another server answers, and we are in these channels of it."""
        wire = self.others[host]
        lifecycle.begin(wire.state, "Alice", self._caps, "")
        wire.answer.put_nowait(None)
        for channel in channels:
            lines = f":Alice!a@c JOIN {channel}", f":s 353 Alice = {channel} :Alice", f":s 366 Alice {channel} :End"
            wire.receive(*lines, f"BATCH +h chathistory {channel}", "BATCH -h", at=self.host.at)
        wire.receive("PONG s settled", at=self.host.at)
        wire.sent.clear()
        self.pass_(1000)
        await self.settled()
        return wire

    def no_history(self, name: str) -> None:
        """Answer a request for a conversation's history with nothing."""
        self.says(f"BATCH +h chathistory {name}", "BATCH -h")

    def joins(self, channel: str, *members: str) -> None:
        names = " ".join(members or (self.state.nick,))
        self.says(f":{self.state.nick}!a@c JOIN {channel}", f":s 353 {self.state.nick} = {channel} :{names}")
        self.says(f":s 366 {self.state.nick} {channel} :End")
        self.no_history(channel)

    def says(self, *lines: str) -> None:
        """The server sends lines; those without a time happen now."""
        self.wire.receive(*lines, at=self.host.at)

    def bob(self, text: str, target: str = "#lobby", msgid: str = "", **tags: str) -> None:
        given = {"msgid": msgid or f"m{self.host.at}", **tags}
        self.says(str(Message("PRIVMSG", [target, text], "Bob!b@c", given)))
        self.pass_(1000)

    def pass_(self, milliseconds: int) -> None:
        self.host.at += milliseconds

    def echo(self, msgid: str) -> None:
        """The server keeps what was sent last."""
        message = next(parse(line) for line in reversed(self.wire.sent) if " PRIVMSG " in line)
        tags = {"msgid": msgid, NONCE: message.tags[NONCE], "label": message.tags["label"]}
        tags |= {name: value for name, value in message.tags.items() if name.startswith("+draft/")}
        self.says(str(Message("PRIVMSG", message.params, f"{self.state.nick}!a@c", tags)))
        self.pass_(1000)

    async def keys(self, text: str) -> None:
        """Press keys as a terminal sends them, and wait until the result is painted."""
        self.press(text)
        await self.settled()

    def press(self, text: str) -> None:
        """Keys that arrived in one piece, followed by a pause."""
        pressed: list[KeyPress] = []
        self.keyboard.feed_key_callback = pressed.append
        self.keyboard.feed(text)
        self.keyboard.flush()
        self.screen.app.key_processor.feed_multiple(pressed)
        # In the context that its own input would be read in: there may be several screens.
        self.screen.app.context.run(self.screen.app.key_processor.process_keys)

    async def line(self, text: str) -> None:
        """Type a line, and press Enter."""
        await self.keys(text)
        await self.keys("\r")

    async def settled(self) -> None:
        """Wait until every notification is processed, and everything is painted."""
        for _ in range(3):
            await asyncio.sleep(0)
        while self.screen.app._invalidated and not self.running.done():
            await asyncio.sleep(0)
        # After painting, what belongs to the visible messages is asked for.
        await asyncio.sleep(0)

    async def picture(self) -> str:
        """The contents of the screen, without trailing spaces."""
        await self.settled()
        return "\n".join(row.rstrip() for row in self.terminal.display).rstrip()

    async def row(self, text: str) -> str:
        """The row that holds this text."""
        picture = await self.picture()
        return next((row for row in picture.split("\n") if text in row), f"{text!r} is not in:\n{picture}")

    def resize(self, columns: int, rows: int) -> None:
        self.size = Size(rows, columns)
        self.terminal.resize(rows, columns)
        self.screen.app._on_resize()

    async def ends(self) -> None:
        """Wait until the user has left."""
        async with asyncio.timeout(10):
            await self.running

    def commands(self, *names: str) -> list[str]:
        """The sent lines with these commands, without their tags."""
        bare = [line.partition(" ")[2] if line.startswith("@") else line for line in self.wire.sent]
        return [line for line in bare if line.partition(" ")[0] in names]


@contextlib.asynccontextmanager
async def stage(
    columns: int = 80, rows: int = 12, *, host: MemoryHost | None = None, caps: Mapping[str, str] = CAPS
) -> AsyncIterator[Stage]:
    made = Stage(columns, rows, host or MemoryHost(), caps)
    with create_pipe_input() as source:
        made.build(source)
        running = made.running = asyncio.create_task(made.screen.run())
        await asyncio.sleep(0)
        try:
            await made.settled()
            yield made
        finally:
            made.screen.leave()
            await running
