"""What commands may ask of a face, whichever it is: of one that has lines alone, or of one that shows what is there."""

from __future__ import annotations

from typing import Protocol

from chover.client.connection.connection import Connection
from chover.client.local.host import ClientHost
from chover.client.local.local_data import ServerData
from chover.client.local.settings import ClientSettings
from chover.client.state import State, actions, leaving
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry


class LineFrontend(Protocol):
    """A face with nothing but lines: what the commands of the prompt line need."""

    kind: str
    """Which of the clients in the table of commands it is: terminal, reader or classic."""
    host: ClientHost
    state: State
    connection: Connection

    def tell(self, text: str) -> None:
        """Show lines for the eyes of whoever is here."""

    def say(self, target: str, text: str, *, action: bool = False, reply_to: str = "") -> None:
        """Have text sent. Raises CannotDo when too much is waiting."""

    def show(self, conversation: Conversation) -> None:
        """Go to a conversation."""

    def reveal(self, nick: str) -> None:
        """Something was said to somebody: show it, unless that changed unseen where the next line goes."""

    def part(self, conversation: Conversation, reason: str) -> None:
        """Leave a channel, or close a private conversation."""

    def choose(self, title: str, rows: list[tuple[str, str]]) -> None:
        """Show rows to pick one of; each is a text, and the command that runs when it is picked."""

    def leave(self) -> None:
        """End."""


class Frontend(LineFrontend, Protocol):
    settings: ClientSettings

    @property
    def kept(self) -> ServerData:
        """What was set about conversations of this server."""

    def reveal(self, nick: str) -> None:
        self.show(actions.talk_to(self.state, nick))

    def part(self, conversation: Conversation, reason: str) -> None:
        leaving.ask_the_way_back(self.state, conversation)
        leaving.leave(self.state, conversation, reason)
        self.tell(f"Left {conversation.name}; /undo brings it back, for ten seconds.")

    def chosen(self) -> Entry | None:
        """The message that somebody acts on: the selected one, else None."""

    def select(self, number: int) -> None:
        """Mark the entry of that number in the conversation that is shown."""

    def confirm(self, question: str, then: str) -> None:
        """Ask, and run the command ``then`` when the answer is yes."""

    def secret(self, prompt: str, then: str) -> None:
        """Ask for something that is not shown, and run the command ``then`` with it behind."""

    def look_for(self, text: str) -> None:
        """Search."""

    def look_at(self, conversation: Conversation, msgid: str) -> None:
        """Show a message, or with "" just the conversation. Raises CannotDo when it cannot be had."""

    def redraw(self) -> None: ...
    def clear(self) -> None:
        """Show nothing of what was said up to now."""

    def upload(self, path: str) -> None:
        """Send a file. Raises CannotDo."""

    def go_elsewhere(self, address: str) -> None:
        """End here, and go on at another server. Raises CannotDo."""

    def changed_settings(self) -> None:
        """What a setting changes is to be seen."""
