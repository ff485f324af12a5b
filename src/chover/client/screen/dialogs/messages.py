"""Dialogs for one message: answering, editing, reacting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from chover.client.commands import is_command
from chover.client.emoji import emoji_of, find, no_emoji
from chover.client.screen.dialogs.dialog import CHOICES, Dialog, DialogLine
from chover.client.state import State, actions
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.i18n import _


def spoken(text: str) -> str:
    """The text of a message. Raises CannotDo for a command."""
    if is_command(text):
        raise CannotDo(_("That is a command, and it was not sent: Esc goes back to the line. // sends a slash."))
    return text[1:] if text.startswith("//") else text


class AnswerLine(DialogLine, Protocol):
    """An input line whose text can be sent as an answer."""

    def send(self, conversation: Conversation, text: str, reply_to: str) -> None:
        """Send a text and clear the line. Raises CannotDo."""


class AnswerDialog(Dialog):
    """A reply to one message. ``begin`` is the previous text of the line."""

    answers = True

    def __init__(self, line: AnswerLine, conversation: Conversation, entry: Entry, begin: str) -> None:
        super().__init__(line)
        self.prompt = _("reply to {nick} ❯ ", nick=entry.nick) if entry.nick else _("reply ❯ ")
        self.begin = begin
        self.reply_to = entry.msgid
        self._line = line
        self._conversation = conversation

    def accept(self, text: str) -> None:
        if text.strip():
            self._line.send(self._conversation, spoken(text), self.reply_to)
        self.line.close()


class Edit(Dialog):
    """Editing a message of ours."""

    def __init__(self, line: DialogLine, state: State, conversation: Conversation, entry: Entry) -> None:
        super().__init__(line)
        self.prompt = _("edit ❯ ")
        self.begin = f"/{entry.text}" if entry.text.startswith("/") else entry.text
        self._state = state
        self._conversation = conversation
        self.entry = entry

    def accept(self, text: str) -> None:
        actions.edit(self._state, self._conversation, self.entry, spoken(text))
        self.line.close()


class React(Dialog):
    def __init__(self, line: DialogLine, state: State, conversation: Conversation, entry: Entry) -> None:
        super().__init__(line)
        self.prompt = _("react ❯ ")
        self._state = state
        self._conversation = conversation
        self._entry = entry
        self._text = ""

    def title(self) -> str:
        return _("A name or an emoji") if self._marks() else no_emoji(self._text)

    def rows(self) -> list[str]:
        return [mark if mark == f":{name}:" else f"{mark} {name}" for name, mark in self._marks()]

    def _marks(self) -> list[tuple[str, str]]:
        typed = self._text.strip()
        own = self._state.emoji.names
        return find(typed, CHOICES, own) or [(typed, mark) for mark in [emoji_of(typed, own)] if mark]

    def changed(self, text: str) -> None:
        self._text, self.picked = text, 0

    def accept(self, text: str) -> None:
        marks = self._marks()
        if not marks:
            raise CannotDo(no_emoji(text.strip()))
        self.line.close()
        actions.react(self._state, self._conversation, self._entry, marks[self.picked][1])


class Remind(Dialog):
    """Asks when to bring a message back: one of some times, or what is typed."""

    times: Final = ("20m", "1h", "3h", "tomorrow 9:00", "monday 9:00")

    def __init__(self, line: DialogLine, ask: Callable[[str], None]) -> None:
        """``ask`` gets the text of the time. It raises CannotDo."""
        super().__init__(line)
        self.prompt = _("remind me ❯ ")
        self._ask = ask
        self._text = ""

    def title(self) -> str:
        return _("When? Pick a time, or type one (2h, 9:00, 2026-12-01 14:30)")

    def rows(self) -> list[str]:
        return [time for time in self.times if time.startswith(self._text)]

    def changed(self, text: str) -> None:
        self._text, self.picked = text.strip().lower(), 0

    def accept(self, text: str) -> None:
        rows = self.rows()
        self._ask(rows[self.picked] if rows else text.strip())
        self.line.close()
