"""The programs that people chat with, each on a terminal of its own, and how one says and sees a line in it."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
from pathlib import Path
from typing import Final

from tests.e2e.server import ROOT, TROUBLE, environment
from tests.e2e.wire import Original
from tests.terminal import Terminal

_TAKE_TERMINAL: Final = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)"
CONTROLLING: Final = f"{_TAKE_TERMINAL}; os.execvp(sys.argv[1], sys.argv[1:])"
"""Makes the terminal the one whose Ctrl-C interrupts, then becomes the program."""
STAMP: Final = r"[A-Z][a-z]{2} \d\d \[\d\d:\d\d [AP]M\]"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def script(home: Path, port: int) -> Path:
    """The script of the original with another PORT at its end, as its README tells people to change it."""
    text, changed = re.subn(r"PORT = 55555", f"PORT = {port}", (ROOT / "chatOverSockets.py").read_text())
    assert changed == 1
    copy = home / "chatOverSockets.py"
    copy.write_text(text)
    return copy


class Person:
    """Somebody at a terminal. ``shown`` is how this program shows what another, NICK, says."""

    shown = "NICK> TEXT"

    def __init__(self, home: Path, nick: str, *command: str, **env: str) -> None:
        self.nick = nick
        given = environment(home, TERM="xterm", PROMPT_TOOLKIT_NO_CPR="1", **env)
        self.terminal = Terminal(sys.executable, "-c", CONTROLLING, *command, **given)

    async def say(self, text: str) -> None:
        self.terminal.type(f"{text}\r")

    async def sees(self, nick: str, text: str) -> None:
        line = await self.terminal.shows(text)
        assert re.search(self.shown.replace("NICK", nick).replace("TEXT", text), line), line

    async def close(self) -> None:
        await self.terminal.close()


class ServingTheScript(Person):
    """``python chatOverSockets.py``, menu item 0: what is seen on its console."""

    def __init__(self, home: Path, port: int) -> None:
        self.port = port
        data = str(home / "data")
        super().__init__(home, "", sys.executable, str(script(home, port)), CHOVER_SERVER_DATA_DIR=data)

    async def arrive(self) -> None:
        await self.terminal.prompts("selection >")
        self.terminal.type("0\r")
        await self.terminal.shows("listening on")

    async def leave(self) -> int:
        """Ctrl-C; the exit status."""
        self.terminal.type("\x03")
        return await self.terminal.ends()

    async def close(self) -> None:
        await super().close()
        assert not TROUBLE.search("\n".join(self.terminal.lines))


class AtTheScript(Person):
    """``python chatOverSockets.py``, menu item 1."""

    shown = rf"^NICK \| {STAMP} ❯ TEXT$"

    def __init__(self, home: Path, nick: str, port: int) -> None:
        super().__init__(home, nick, sys.executable, str(script(home, port)))

    async def arrive(self) -> None:
        await self.terminal.prompts("selection >")
        self.terminal.type("1\r")
        await self.terminal.prompts("username >")
        self.terminal.type(f"{self.nick}\r")
        await self.terminal.prompts("❯")


class AtFullScreen(Person):
    """``chover chat``: the list of channels stands at the left of what is said."""

    shown = r"\d\d:\d\d +»?NICK TEXT$"

    def __init__(self, home: Path, nick: str, port: int, *options: str) -> None:
        command = (sys.executable, "-m", "chover", "chat", f"127.0.0.1:{port}", "--nick", nick, *options)
        super().__init__(home, nick, *command)

    async def arrive(self) -> None:
        await self.terminal.shows("1>#lobby")
        await self.terminal.prompts(f"{self.nick} ❯")

    async def sees(self, nick: str, text: str) -> None:
        # It shows what is on its way, too; that has a word behind it.
        await self.terminal.matches(self.shown.replace("NICK", nick).replace("TEXT", text))


class AtClassic(AtFullScreen):
    """``chover chat --classic``."""

    shown = rf"^NICK \| {STAMP} ❯ TEXT$"

    def __init__(self, home: Path, nick: str, port: int) -> None:
        super().__init__(home, nick, port, "--classic")

    async def arrive(self) -> None:
        await self.terminal.prompts("❯")

    sees = Person.sees


class AtIrssi(Person):
    shown = r"< ?NICK> TEXT$"

    def __init__(self, home: Path, nick: str, port: int) -> None:
        # It slows itself down to one line in 2.2 s.
        (home / "config").write_text('settings = { "irc/core" = { cmd_queue_speed = "10msec"; }; };\n')
        super().__init__(home, nick, "irssi", f"--home={home}", "-c", "127.0.0.1", "-p", str(port), "-n", nick)

    async def arrive(self) -> None:
        await self.terminal.shows("Mode change [+i]")
        self.terminal.type("/window goto #lobby\r")
        await self.terminal.shows(f"{self.nick} [")


class AtWeeChat(Person):
    """Without a screen: it prints what it would show, and types what it reads from a pipe."""

    settings: tuple[str, ...] = ()
    """Commands before it connects."""
    shown = "<NICK> TEXT$"
    _line = r"<${raw:${tg_prefix_nocolor}}> ${raw:${tg_message_nocolor}}\n"

    def __init__(self, home: Path, nick: str, port: int) -> None:
        self._keys = home / "keys"
        commands = (
            f"/set fifo.file.path {self._keys}",
            "/fifo enable",
            f'/trigger add shown print "" "" "" "/print -stdout {self._line}"',
            f"/server add chat 127.0.0.1/{port} -notls -nicks={nick}",
            *self.settings,
            "/connect chat",
        )
        run = [word for command in commands for word in ("-r", command)]
        super().__init__(home, nick, "weechat-headless", "-d", str(home), *run)

    async def arrive(self) -> None:
        await self.terminal.shows("has joined #lobby")

    async def say(self, text: str) -> None:
        self._keys.write_text(f"irc.chat.#lobby *{text}\n")


class AtOpenssl(Person):
    """IRC typed into TLS."""

    shown = r":NICK!\S+ PRIVMSG #lobby :TEXT$"

    def __init__(self, home: Path, nick: str, port: int) -> None:
        super().__init__(home, nick, "openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-quiet", "-crlf")

    async def arrive(self) -> None:
        self.terminal.type(f"NICK {self.nick}\rUSER {self.nick} 0 * :{self.nick}\r")
        await self.terminal.shows(f" 366 {self.nick} #lobby ")

    async def say(self, text: str) -> None:
        self.terminal.type(f"PRIVMSG #lobby :{text}\r")


class AtTheOriginal:
    """What the original's client puts on the wire, without the client."""

    def __init__(self, home: Path, nick: str, port: int) -> None:
        self.nick = nick
        self._wire = Original(port)
        self._seen = ""

    async def arrive(self) -> None:
        self._wire.send_bytes(self._wire.header(self.nick.encode()))

    async def say(self, text: str) -> None:
        self._wire.send_bytes(text.encode())

    async def sees(self, nick: str, text: str) -> None:
        line = rf"^{nick} \| {STAMP} ❯ {text}$"
        if not re.search(line, self._seen, re.MULTILINE):
            self._seen += await asyncio.to_thread(self._wire.shows, text) + "\n"
        assert re.search(line, self._seen, re.MULTILINE), self._seen

    async def close(self) -> None:
        self._wire.close()
