"""The input line as a draft: its text is the draft of the current conversation, or of the thread that is open there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document

from chover.client.connection.connection import Connection
from chover.client.screen.dialogs.dialog import Dialog
from chover.client.state import drafts
from chover.client.state.conversation import Conversation, Thread
from chover.client.state.entries import Entry
from chover.client.state.model.drafts import LocalDraft, key_of
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
        """The cursor position, by draft."""
        self._thread: Thread | None = None
        self._root = ""
        """The thread whose draft is in the line, and the message that begins it; "" for the conversation's draft."""
        self._rested = ""
        self._told: set[str] = set()
        self._nowhere = True
        """Whether there was no current conversation at the last check."""

    def keep(self) -> None:
        """Store the text of the line as a draft, unless a dialog uses the line."""
        current, dialog = self._state.current, self._line.dialog
        if current is None or not (dialog is None or dialog.answers):
            return
        self._documents[key_of(current.name, self._root)] = self._line.buffer.document
        reply = dialog.reply_to if dialog is not None else ""
        drafts.write(self._state, current.name, self._line.buffer.text, reply, self._root)

    def turn(self) -> None:
        """Put another draft into the line if a thread was opened or left."""
        current, dialog = self._state.current, self._line.dialog
        thread = _open_thread(current)
        if current is None or not (dialog is None or dialog.answers) or (thread is None and self._thread is None):
            return
        if thread is not self._thread:
            self.restore()
        elif thread is not None and thread.root != self._root:
            # The server has said which message begins it: what was written meanwhile belongs to that.
            text, before = self._line.buffer.text, self._root
            drafts.write(self._state, current.name, "", "", before)
            self._root = thread.root
            if text.strip():
                self.keep()
            else:
                self.restore()

    def restore(self) -> None:
        """Put the draft of what is shown into the line, with the message that it answers."""
        current, line = self._state.current, self._line
        self._thread = _open_thread(current)
        self._root = self._thread.root if self._thread is not None else ""
        line.dialog = None
        row = self._row(current)
        if current is not None and row.reply:
            line.dialog = line.answer(current, current.find(row.reply) or _unseen(row.reply))
        known = key_of(current.name, self._root) if current is not None else ""
        document = self._documents.get(known, Document())
        line.buffer.document = document if document.text == row.text else Document(row.text)

    def _row(self, current: Conversation | None) -> LocalDraft:
        rows, nothing = self._state.drafts.rows, LocalDraft("")
        return rows.get(key_of(current.name, self._root), nothing) if current is not None else nothing

    def follow(self) -> None:
        """Update the line after a change on another device, or when the first conversation is opened."""
        self._adopt()
        self.turn()
        current, dialog, row = self._state.current, self._line.dialog, self._row(self._state.current)
        if current is None or not (dialog is None or dialog.answers):
            return
        text, reply = self._line.buffer.text, dialog.reply_to if dialog is not None else ""
        if row.text != (text if text.strip() else "") or row.reply != reply:
            self.restore()
        known = key_of(current.name, self._root)
        if known not in self._state.drafts.others:
            self._told.discard(known)
        elif known not in self._told:
            self._told.add(known)
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
            root = self._root if conversation is self._state.current else ""
            self._documents.pop(key_of(conversation.name, root), None)
            drafts.sent(self._state, conversation.name, root)
            self.follow()


def _open_thread(current: Conversation | None) -> Thread | None:
    return current.detour if current is not None and isinstance(current.detour, Thread) else None


def _unseen(msgid: str) -> Entry:
    """A placeholder for a message that is not loaded."""
    return Entry("message", 0, "", "", msgid=msgid)
