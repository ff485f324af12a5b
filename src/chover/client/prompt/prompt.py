"""The current conversation of the prompt line, and its slash commands: the commands of all clients."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from chover import names
from chover.client.commands import possible, run
from chover.client.frontend import LineFrontend
from chover.client.guard import looks_like_a_password
from chover.client.lines import key, same
from chover.client.local.host import LocalHost
from chover.client.sending import say
from chover.client.state import State, actions
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.wire.plain import harmless

if TYPE_CHECKING:
    from chover.client.connection.connection import Connection

HELP: Final = (
    "/q | /quit | /exit - exit chatOverSockets\n"
    "/? | /help | /h    - print this help message\n"
    "default            - send as message\n"
    "//text             - send as message what begins with /"
)
WIDTH: Final = 79
_COMMAND: Final = re.compile(r"/[^\s/]\S*(?:\s.*)?")
_PATH: Final = re.compile(r"/[^\s/]+/")
"""A path has another slash in it, and is a message."""
_STOPPED: Final = "That looks like a password: it was not sent. To send it to NickServ, use /msg NickServ."


def _nothing(_text: str) -> None: ...


class Speaking(LineFrontend):
    """``connection`` is set before anything is typed; ``told`` shows lines."""

    kind = "classic"
    connection: Connection

    def __init__(self, state: State, told: Callable[[str], None] = _nothing) -> None:
        self.host = LocalHost()
        self.state = state
        self.left_for_good = False
        """Whether the user wants to leave."""
        self._told = told
        self._spoke = ""
        """The last conversation that the user was told about."""

    @property
    def target(self) -> str:
        """Where text goes: the conversation that the user chose if it still exists, otherwise the first channel."""
        opening = self.state.wanted.get(self.state.opening)
        current = self.state.current
        if opening is not None:
            return opening
        lost = current is None or (current.channel and current.key not in self.state.wanted)
        return self.state.home if lost or current is None else current.name

    @property
    def shown(self) -> str:
        """The same for the prompt: empty if there is only one conversation."""
        several = len(self.state.wanted) > 1 or not same(self.target, self.state.home)
        return harmless(self.target) if several else ""

    def is_here(self, conversation: str) -> bool:
        return same(conversation, self.target)

    def left(self, channel: str) -> str:
        """We have left a channel. Returns a line if the user was talking there."""
        if key(channel) == self.state.opening:
            self.state.opening = ""
        if key(channel) == self.state.active:
            self.state.show(key(self.state.home))
        return self._moved() if same(channel, self._spoke) else ""

    async def type(self, text: str) -> None:
        """Process a line typed at a terminal. Raises CannotDo."""
        if _COMMAND.fullmatch(text) is None or _PATH.match(text):
            await self._say(text[1:] if text.startswith("//") else text)
            return
        before = self.target
        run(self, text)
        self.connection.flush()
        if not same(before, self.target):
            self.tell(self._moved())

    async def _say(self, text: str) -> None:
        """Send text; waits while too much is pending already."""
        if looks_like_a_password(text, self.connection.password.rpartition(":")[2]):
            raise CannotDo(_STOPPED)
        await self.connection.say(self.target, text)

    def _moved(self) -> str:
        self._spoke = self.target
        where = harmless(self.target)
        return f"You speak in {where} now." if names.is_channel(where) else f"You speak to {where} alone now."

    # ---- Speaker

    def tell(self, text: str) -> None:
        self._told(text)

    def say(self, target: str, text: str, *, action: bool = False, reply_to: str = "") -> None:
        say(self, target, text, action=action, reply_to=reply_to)

    def show(self, conversation: Conversation) -> None:
        self.state.opening = ""
        self.state.show(conversation.key)

    def reveal(self, nick: str) -> None:
        """A single message does not switch the conversation: the next line would be sent there."""

    def part(self, conversation: Conversation, reason: str) -> None:
        """Leave at once: printed lines cannot be hidden until the departure is certain."""
        actions.close(self.state, conversation, reason)

    def choose(self, title: str, rows: list[tuple[str, str]]) -> None:
        self.tell("\n".join([title, *[text.rstrip() for text, _ in rows]]))

    def leave(self) -> None:
        self.left_for_good = True


def help_text() -> str:
    """The original's lines, and then the names of other commands: all of it fits on a small terminal."""
    others = " ".join(f"/{row.name}" for row in possible("classic") if row.name not in {"help", "quit"})
    return f"{HELP}\n" + textwrap.fill(
        others, WIDTH, initial_indent=f"{'/help command':<19}- what one of these does: ", subsequent_indent=" " * 21
    )
