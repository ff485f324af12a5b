"""Where one speaks at the prompt line, and what can be typed there behind a slash."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from chover import names
from chover.client.guard import looks_like_a_password
from chover.client.lines import key, same
from chover.client.state import State, wishes
from chover.client.state.wishes import CannotDo
from chover.wire.plain import harmless

if TYPE_CHECKING:
    from chover.client.connection import Connection

_COMMAND: Final = re.compile(r"/([A-Za-z-]+)(?:\s+(.*))?")
"""A path has another slash in it, and is a message."""
_STOPPED: Final = "That looks like a password: it was not sent. What NickServ is to know goes by /msg NickServ."


class Speaking:
    """``connection`` is there before anything is typed."""

    connection: Connection

    def __init__(self, state: State) -> None:
        self._state = state
        self._chosen = ""
        """Where the user went to speak."""

    @property
    def target(self) -> str:
        """Where text goes: where the user went as long as we are there, else the first channel."""
        lost = names.is_channel(self._chosen) and key(self._chosen) not in self._state.wanted
        return self._state.home if lost or not self._chosen else self._chosen

    @property
    def shown(self) -> str:
        """The same as the prompt names it: not where there is but one place to speak in."""
        several = len(self._state.wanted) > 1 or not same(self.target, self._state.home)
        return harmless(self.target) if several else ""

    def is_here(self, conversation: str) -> bool:
        return same(conversation, self.target)

    def left(self, channel: str) -> str:
        """We are out of a channel; the word for whoever spoke in it."""
        if not same(channel, self._chosen):
            return ""
        self._chosen = ""
        return self._where()

    async def type(self, text: str) -> str:
        """Do what somebody at a terminal has typed; the word for them, or "". Raises CannotDo."""
        found = _COMMAND.fullmatch(text)
        if found is None:
            await self._say(text[1:] if text.startswith("//") else text)
            return ""
        command = _COMMANDS.get(found[1].lower())
        if command is None:
            raise CannotDo(
                f"There is no /{found[1]} here, nothing was sent: /help lists what there is, // sends a slash."
            )
        word = await command(self, (found[2] or "").strip())
        self.connection.flush()
        return word

    async def _say(self, text: str) -> None:
        self._guard(text)
        await self.connection.say(self.target, text)

    def _guard(self, text: str) -> None:
        if looks_like_a_password(text, self.connection.password.rpartition(":")[2]):
            raise CannotDo(_STOPPED)

    def _where(self) -> str:
        where = harmless(self.target)
        return f"You speak in {where} now." if names.is_channel(where) else f"You speak to {where} alone now."

    # ---- commands

    async def join(self, rest: str) -> str:
        channel, _, password = rest.partition(" ")
        if not names.is_channel(channel):
            raise CannotDo("/join #channel: its name begins with #.")
        wishes.join(self._state, channel, password)
        self._chosen = channel
        return self._where()

    async def query(self, nick: str) -> str:
        if names.is_channel(nick) and key(nick) not in self._state.wanted:
            raise CannotDo(f"You are not in {harmless(nick)}: /join {harmless(nick)}")
        self._chosen = nick
        return self._where()

    async def part(self, rest: str) -> str:
        channel = rest or self.target
        conversation = self._state.conversations.get(key(channel))
        if conversation is None or not conversation.joined:
            raise CannotDo(f"You are not in {harmless(channel)}.")
        wishes.close(self._state, conversation)
        return ""

    async def msg(self, rest: str) -> str:
        target, _, text = rest.partition(" ")
        if not text.strip():
            raise CannotDo("/msg target text")
        if names.is_channel(target):
            self._guard(text)
        await self.connection.say(target, text)
        return ""

    async def me(self, rest: str) -> str:
        if not rest:
            raise CannotDo("/me text")
        self._guard(rest)
        await self.connection.say(self.target, rest, action=True)
        return ""


_COMMANDS: Final[dict[str, Callable[[Speaking, str], Awaitable[str]]]] = {
    "join": Speaking.join,
    "j": Speaking.join,
    "query": Speaking.query,
    "part": Speaking.part,
    "msg": Speaking.msg,
    "me": Speaking.me,
}
