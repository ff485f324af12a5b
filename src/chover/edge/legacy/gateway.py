"""Presents a client of the original as a user of this server.

Its text becomes IRC lines, and the lobby's lines become text.
No I/O. ``answers`` are lines for the session, ``shown`` are lines for the client; the handler collects both.
"""

from __future__ import annotations

import codecs
import itertools
import random
import re
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar, Final

from chover import names
from chover.wire.ctcp import as_text
from chover.wire.hello import DISPLAY_TAG, GUEST, VERSION_TAG, Hello, LegacyMessage, chat_line, shown_name
from chover.wire.message import LINE_BYTES, Message, ProtocolError, format_line, format_tags, parse, split_text

PREFIX_BYTES: Final = 150
"""Bytes of a line that are reserved for the prefix that others receive with it."""
WAITING_BYTES: Final = 65536
"""Text that may wait until the lobby is joined."""
NICK_TRIES: Final = 50
_IN_ORDER: Final = 6
"""Attempts with 2, 3, … after the nick; later ones are random, so the hundredth guest does not need a hundred."""

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
# Colours and their numbers (https://modern.ircdocs.horse/formatting), then every other control character but tab.
_FORMATS: Final = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9A-Fa-f]{6})?|[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_LINE_ENDS: Final = re.compile(r"[\r\n]+")


class SpokenText:
    """What the client says, as messages to the lobby. They wait until it is joined."""

    def __init__(self, lobby: str, lines: deque[str]) -> None:
        self.tags = ""
        """The tags of each message: the display name, if it is not a valid nick."""
        self.in_lobby = False
        self.waiting: list[str] = []
        self.waiting_bytes = 0
        self._lobby = lobby
        self._lines = lines
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def hear(self, data: bytes) -> None:
        for text in _LINE_ENDS.split(self._decoder.decode(data)):
            if clean := _CONTROLS.sub("", text):
                self._say(clean)

    def joined(self) -> None:
        """The lobby is joined: send what has waited."""
        self.in_lobby = True
        self._send(self.waiting)
        self.waiting.clear()
        self.waiting_bytes = 0

    def _say(self, text: str) -> None:
        most = LINE_BYTES - len(b"PRIVMSG  :\r\n") - len(self._lobby.encode()) - PREFIX_BYTES
        lines = [f"PRIVMSG {self._lobby} :{piece}" for piece in split_text(text, most)]
        if self.in_lobby:
            self._send(lines)
        else:
            self.waiting += lines
            self.waiting_bytes += len(text)

    def _send(self, lines: list[str]) -> None:
        self._lines += [self.tags + line for line in lines]


class Gateway:
    """One client. ``hello`` is None for a guest."""

    def __init__(self, lobby: str, hello: Hello | None) -> None:
        self.answers: deque[str] = deque()
        self.shown: list[str] = []
        self.ended = False
        """Nothing follows the last line of ``shown``: close then."""
        self._lobby = lobby
        self._hello = hello
        self._display = _display(hello.username) if hello else GUEST
        self._nicks = _nicks(self._display)
        self._nick = ""
        self._spoken = SpokenText(lobby, self.answers)
        self._rest = b""

    # ---- from the client

    def begin(self) -> None:
        """Register."""
        nick = next(self._nicks)
        tags = {VERSION_TAG: self._hello.version} if self._hello else None
        self.answers += (
            format_line("CAP", "REQ", "server-time standard-replies message-tags"),
            format_line("NICK", nick),
            format_line("USER", names.as_nick(self._display), "0", "*", self._display, tags=tags),
            format_line("CAP", "END"),
        )

    def hear(self, data: bytes) -> None:
        """Process one message of the client, as it was received: the original knows no other boundaries."""
        self._spoken.hear(data)

    @property
    def full(self) -> bool:
        """Whether more text should be left unread for now."""
        return self._spoken.waiting_bytes > WAITING_BYTES or bool(self.answers)

    @property
    def unsaid(self) -> bool:
        """Whether some of the client's text has not reached the session."""
        return bool(self._spoken.waiting or self.answers)

    # ---- from the session

    def read(self, data: bytes) -> None:
        """Process bytes that the session wrote."""
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for line in lines:
            if not self.ended:
                self._read_line(line.decode(errors="replace"))

    def _read_line(self, line: str) -> None:
        try:
            message = parse(line)
        except ProtocolError:
            return  # an empty line says nothing
        if handler := self._HANDLERS.get(message.command):
            handler(self, message)

    def _pong(self, message: Message) -> None:
        self.answers.append(format_line("PONG", *message.params[:1]))

    def _welcome(self, message: Message) -> None:
        self._called(message.params[0])

    def _called(self, nick: str) -> None:
        self._nick = nick
        tags = {DISPLAY_TAG: self._display}
        # A name with a number after it belongs to somebody else as it is.
        named = nick != self._display and shown_name(nick, tags) == self._display
        self._spoken.tags = f"@{format_tags(tags)} " if named else ""

    def _nick_refused(self, message: Message) -> None:
        if self._nick:
            return
        if message.command == "432" and len(message.params) > 1 and not message.params[1].isascii():
            # This server does not accept names beyond ASCII, whatever number follows them.
            self._nicks = _nicks(names.in_ascii(self._display))
        nick = next(self._nicks, "")
        if nick:
            self.answers.append(format_line("NICK", nick))
        else:
            self._end("No free nick was found for you; try another name")

    def _join(self, message: Message) -> None:
        if message.nick == self._nick and self._is_lobby(message.params[0]):
            self._spoken.joined()

    def _renamed(self, message: Message) -> None:
        if message.nick == self._nick:
            self._called(message.params[0])

    def _message(self, message: Message) -> None:
        target, text = message.params[0], message.params[-1]
        if not self._is_lobby(target):
            return
        who = shown_name(message.nick, message.tags)
        text = as_text(who, text)
        if text:
            self.shown.append(chat_line(LegacyMessage(who, _when(message), _FORMATS.sub("", text))))

    def _kick(self, message: Message) -> None:
        if self._is_lobby(message.params[0]) and message.params[1] == self._nick:
            reason = message.params[2] if len(message.params) > 2 else ""
            self._end(f"You were kicked by {message.nick}" + (f": {reason}" if reason else ""))

    def _ending(self, message: Message) -> None:
        self._end(message.params[-1])

    def _not_let_in(self, message: Message) -> None:
        if not self._spoken.in_lobby:
            self._end(message.params[-1])

    def _note(self, message: Message) -> None:
        self.shown.append(f"[!] {_FORMATS.sub('', message.params[-1])}")

    def _end(self, reason: str) -> None:
        self.shown.append(f"[!] {_FORMATS.sub('', reason)}")
        self.ended = True

    def _is_lobby(self, target: str) -> bool:
        return target == self._lobby or target.lower() == self._lobby.lower()

    _HANDLERS: ClassVar[dict[str, Callable[[Gateway, Message], None]]] = {
        "PING": _pong,
        "001": _welcome,
        "JOIN": _join,
        "NICK": _renamed,
        "PRIVMSG": _message,
        "NOTICE": _message,
        "KICK": _kick,
        "ERROR": _ending,
        "FAIL": _note,
        "404": _note,
        **dict.fromkeys(("432", "433", "436", "437"), _nick_refused),
        **dict.fromkeys(("403", "405", "471", "473", "474", "475", "477"), _not_let_in),
    }


def _display(name: str) -> str:
    """A name fit to be shown.

    Unprintable characters are replaced, because without them it could pass for another name.
    """
    return "".join(c if c.isprintable() else "_" for c in name.strip()) or GUEST


def _nicks(display: str) -> Iterator[str]:
    """The nicks to try, at most NICK_TRIES."""
    nick = names.as_nick(display)
    more = names.variants(nick)
    yield nick
    yield from itertools.islice(more, _IN_ORDER)
    for _ in range(NICK_TRIES - _IN_ORDER - 1):
        yield next(itertools.islice(more, random.randrange(100), None))  # noqa: S311 - nothing is to be guessed


def _when(message: Message) -> datetime:
    """The time in the server's own time zone, as the original shows it."""
    time = message.tags.get("time")
    return (datetime.fromisoformat(time) if time else datetime.now().astimezone()).astimezone()
