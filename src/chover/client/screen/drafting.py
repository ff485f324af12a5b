"""The input line as a draft: its text is the state's draft for the current conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document

from chover.client.connection.connection import Connection
from chover.client.screen.dialogs.dialog import Dialog
from chover.client.state import drafts
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.client.state.model.drafts import LocalDraft
from chover.i18n import N_, _

ANOTHER: Final = N_("Another device has written something here, too. It is shown when this is sent or deleted.")


class DraftLine(Protocol):
    """The input line, as far as drafts are concerned."""

    buffer: Buffer
    dialog: Dialog | None

    def answer(self, conversation: Conversation, entry: Entry) -> Dialog:
        """The dialog in which the line answers a message."""


class Drafting:
    def __init__(self, connection: Connection, line: DraftLine, tell: Callable[[str], None]) -> None:
        self._connection = connection
        self._state = connection.state
        self._line = line
        self._tell = tell
        self._documents: dict[str, Document] = {}
        """The cursor position, by conversation."""
        self._rested = ""
        self._told: set[str] = set()
        self._nowhere = True
        """Whether there was no current conversation at the last check."""

    def keep(self) -> None:
        """Store the text of the line as a draft, unless a dialog uses the line."""
        current, dialog = self._state.current, self._line.dialog
        if current is None or not (dialog is None or dialog.answers):
            return
        self._documents[current.key] = self._line.buffer.document
        reply = dialog.reply_to if dialog is not None else ""
        drafts.write(self._state, current.name, self._line.buffer.text, reply)

    def restore(self) -> None:
        """Put the current conversation's draft into the line, with the message that it answers."""
        current, line = self._state.current, self._line
        line.dialog = None
        row = self._row(current)
        if current is not None and row.reply:
            line.dialog = line.answer(current, current.find(row.reply) or _unseen(row.reply))
        document = self._documents.get(current.key, Document()) if current is not None else Document()
        line.buffer.document = document if document.text == row.text else Document(row.text)

    def _row(self, current: Conversation | None) -> LocalDraft:
        rows = self._state.drafts.rows
        return rows.get(current.key, LocalDraft("")) if current is not None else LocalDraft("")

    def follow(self) -> None:
        """Update the line after a change on another device, or when the first conversation is opened."""
        self._adopt()
        current, dialog, row = self._state.current, self._line.dialog, self._row(self._state.current)
        if current is None or not (dialog is None or dialog.answers):
            return
        text, reply = self._line.buffer.text, dialog.reply_to if dialog is not None else ""
        if row.text != (text if text.strip() else "") or row.reply != reply:
            self.restore()
        if current.key not in self._state.drafts.others:
            self._told.discard(current.key)
        elif current.key not in self._told:
            self._told.add(current.key)
            self._tell(_(ANOTHER))

    def _adopt(self) -> None:
        """Text that was typed before there was a conversation is appended to the first one's draft."""
        was_nowhere, self._nowhere = self._nowhere, self._state.current is None
        text = self._line.buffer.text
        if not was_nowhere or self._nowhere or not text or self._line.dialog is not None:
            return
        self.restore()
        before = self._line.buffer.text
        joined = before + ("" if not before or before[-1].isspace() else " ") + text
        self._line.buffer.document = Document(joined)

    def rest(self) -> None:
        """Called regularly: a draft that has not changed meanwhile is stored in the account."""
        text = self._line.buffer.text
        if text == self._rested:
            self.flush()
            self.follow()
        self._rested = text

    def flush(self) -> None:
        drafts.flush(self._state)
        self._connection.flush()

    def sent(self, conversation: Conversation | None) -> None:
        """The text was sent; a draft from another device takes its place."""
        if conversation is not None:
            self._documents.pop(conversation.key, None)
            drafts.sent(self._state, conversation.name)
            self.follow()


def _unseen(msgid: str) -> Entry:
    """A placeholder for a message that is not loaded."""
    return Entry("message", 0, "", "", msgid=msgid)
