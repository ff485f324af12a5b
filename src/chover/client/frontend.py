"""What slash commands may ask of a front end: of any, or only of one that shows the state."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Protocol

from chover.client.connection.connection import Connection
from chover.client.local.host import ClientHost
from chover.client.local.local_data import ServerData
from chover.client.local.settings import ClientSettings
from chover.client.state import State, actions, leaving
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.i18n import _


class LoadedScripts:
    """The scripts of a front end; this one has none."""

    def rows(self) -> list[str]:
        """A line for each script. Raises CannotDo."""
        return []

    def load(self, name: str) -> str:
        """Load a script, or load it anew. Returns what to tell. Raises CannotDo."""
        raise NotImplementedError

    def unload(self, name: str) -> str:
        """Unload a script. Returns what to tell. Raises CannotDo."""
        raise NotImplementedError

    def run(self, name: str, rest: str) -> bool:  # noqa: ARG002
        """Run a command of a script. Returns False if there is none of that name."""
        return False


class OtherServers:
    """The servers beside the one of a front end, and what is seen side by side."""

    def connect(self, address: str) -> None:
        """Connect to another server, beside this one or in its place. Raises CannotDo."""
        raise NotImplementedError

    def disconnect(self, name: str) -> None:  # noqa: ARG002
        """Leave one of several servers, by its name; "" for the one that is shown. Raises CannotDo."""
        raise CannotDo(_("There is only one server here: /quit leaves it."))

    def beside(self, name: str) -> None:  # noqa: ARG002
        """Show a conversation beside the current one; "" for the same, "off" for none. Raises CannotDo."""
        raise CannotDo(_("There is one conversation at a time here."))


class LineFrontend(Protocol):
    """What the commands of the prompt line need: a front end that only writes lines."""

    kind: str
    """Which of the clients in the table of commands it is: terminal, reader or classic."""
    host: ClientHost
    state: State
    connection: Connection
    scripts: LoadedScripts = LoadedScripts()

    def tell(self, text: str) -> None:
        """Show lines to the person at this terminal."""

    def say(self, target: str, text: str, *, action: bool = False, reply_to: str = "") -> None:
        """Send text. Raises CannotDo if too much is waiting to be sent."""

    def show(self, conversation: Conversation) -> None:
        """Go to a conversation."""

    def reveal(self, nick: str) -> None:
        """Show the conversation with a nick, unless the next line would silently go there."""

    def part(self, conversation: Conversation, reason: str) -> None:
        """Leave a channel, or close a private conversation."""

    def choose(self, title: str, rows: list[tuple[str, str]]) -> None:
        """Let the person pick a row. Each row is a text and the command that runs when it is picked."""

    def leave(self) -> None:
        """End the front end."""


Background = Callable[[Coroutine[object, object, None]], None]
"""Runs a task that ends with the front end at the latest; what it has said is sent."""


class Frontend(LineFrontend, Protocol):
    settings: ClientSettings
    background: Background
    servers: OtherServers
    kept: ServerData
    """What is stored here for this server, such as read markers and preferences."""

    def reveal(self, nick: str) -> None:
        self.show(actions.talk_to(self.state, nick))

    def part(self, conversation: Conversation, reason: str) -> None:
        leaving.ask_the_way_back(self.state, conversation)
        leaving.leave(self.state, conversation, reason)
        self.tell(_("Left {name}; /undo brings it back within ten seconds.", name=conversation.name))

    def chosen(self) -> Entry | None:
        """The selected message, on which commands act; None if none is selected."""

    def select(self, number: int) -> None:
        """Select the entry with that number in the conversation that is shown."""

    def confirm(self, question: str, then: str) -> None:
        """Ask a question, and run the command ``then`` if the answer is yes."""

    def secret(self, prompt: str, then: str) -> None:
        """Ask for a secret, which is not shown, and run the command ``then`` with the secret appended."""

    def look_for(self, text: str) -> None:
        """Open the search for a text."""

    def look_at(self, conversation: Conversation, msgid: str) -> None:
        """Show a message; if ``msgid`` is "", only the conversation. Raises CannotDo if it cannot be shown."""

    def hand_over(self, link: str) -> None:
        """Give a link to the person: copied where that is possible, and shown."""
        self.tell(link)

    def redraw(self) -> None: ...
    def clear(self) -> None:
        """Hide everything that was said up to now."""

    def upload(self, path: str) -> None:
        """Upload a file. Raises CannotDo."""

    def changed_settings(self) -> None:
        """Apply the settings that have changed."""
