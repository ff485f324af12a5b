"""A host for the doors: just enough of a chat that guests can talk in one lobby."""

import asyncio
from collections import Counter

from chover.ports import NoFiles, Peer, Refused, Sink
from chover.ports.host import Introduction
from chover.ports.measures import single
from chover.wire.hello import LegacyMessage
from chover.wire.message import Message, format_line, parse

LOBBY = "#lobby"


class FakeSession:
    """Registers, joins the lobby by itself, relays PRIVMSG, and records what happened to it."""

    def __init__(self, host: "FakeHost", peer: Peer, sink: Sink):
        self.host, self.peer, self.sink = host, peer, sink
        self.rest = b""
        self.raw = b""
        self.lines: list[Message] = []
        self.nick = ""
        self.user: list[str] = []
        self.joined = False
        self.reason = None
        self.drains = 0

    @property
    def texts(self):
        return [line.params[-1] for line in self.lines if line.command == "PRIVMSG"]

    def receive(self, data):
        self.raw += data
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            if line.strip():
                self.handle(parse(line.rstrip(b"\r").decode()))
        self.host.changed()

    def handle(self, message):
        self.lines.append(message)
        match message.command:
            case "NICK" if message.params[0] in self.host.nicks:
                self.write(format_line("433", "*", message.params[0], "Nickname is already in use", source="srv"))
            case "NICK":
                self.nick = message.params[0]
                self.host.nicks.add(self.nick)
                self.register()
            case "USER":
                self.user = message.params
                self.register()
            case "PRIVMSG" if self.joined:
                self.host.say(self.nick, message.params[1], but=self, tags=message.tags)
            case "PING":
                self.write(format_line("PONG", "srv", message.params[0], source="srv"))

    def register(self):
        if not self.nick or not self.user or self.joined:
            return
        self.write(format_line("001", self.nick, "Welcome", source="srv"))
        if self.host.ban:
            self.write(format_line("474", self.nick, LOBBY, "You are banned from #lobby", source="srv"))
            return
        self.joined = True
        self.write(format_line("JOIN", LOBBY, source=f"{self.nick}!u@h"))

    def write(self, line):
        self.sink.write(line.encode() + b"\r\n")

    def lost(self, reason):
        self.reason = reason
        self.host.changed()

    def held_up(self):
        self.held = True

    def drained(self):
        self.held = False
        self.drains += 1
        self.host.changed()


class FakeHost:
    def __init__(self):
        self.sessions: list[FakeSession] = []
        self.tail: list[LegacyMessage] = []
        self.nicks: set[str] = set()
        self.here: Counter[str] = Counter()
        self.admitted = self.dismissed = 0
        self.refusal = ""
        self.ill = ""
        self.clock = ""
        self.watchers = []
        self.ban = False
        self.files = NoFiles()
        self.hooks = None
        self.exports = None
        self.previews = None
        self._changed = asyncio.Event()

    def changed(self):
        self._changed.set()

    async def until(self, true, seconds=10):
        """Wait for something to be so."""
        async with asyncio.timeout(seconds):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    async def session(self, number=1):
        """The session that was opened as the numberth."""
        await self.until(lambda: len(self.sessions) >= number)
        return self.sessions[number - 1]

    def overheard(self, said):
        """Somebody in the lobby says something that connections without a user hear, too."""
        self.tail.append(said)
        for watcher in list(self.watchers):
            watcher(said)

    def say(self, nick, text, but=None, at="2025-06-19T17:01:00.000Z", tags=None):
        line = format_line("PRIVMSG", LOBBY, text, source=f"{nick}!u@h", tags={"time": at, **(tags or {})})
        for session in self.sessions:
            if session.joined and session is not but and session.reason is None:
                session.write(line)

    # ---- ports.Host

    def admit(self, address):
        if self.refusal:
            raise Refused(self.refusal)
        self.here[address] += 1
        self.admitted += 1
        self.changed()

    def dismiss(self, address):
        self.here[address] -= 1
        assert self.here[address] >= 0, "given back twice"
        self.dismissed += 1
        self.changed()

    def open_session(self, peer, sink):
        session = FakeSession(self, peer, sink)
        self.sessions.append(session)
        self.changed()
        return session

    def measures(self):
        return [single("users", "gauge", "Users who are here.", len(self.nicks))]

    async def ailment(self):
        return self.ill

    def introduction(self):
        return Introduction("TeaHouse", "Be kind.", guests=True, registration="open", email_required=False, mail=False)

    def clock_warning(self):
        return self.clock

    def lobby(self):
        return LOBBY

    def watch_lobby(self, receive):
        self.watchers.append(receive)
        self.changed()
        return lambda: receive in self.watchers and self.watchers.remove(receive)

    def lobby_tail(self):
        self.changed()  # somebody has fallen silent
        return self.tail
