"""The line that is typed as a draft: what stands there is what the state has of where we are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prompt_toolkit.document import Document

from chover.client.screen.dialogs import AnswerDialog
from chover.client.state import drafts
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.client.state.model.drafts import LocalDraft

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen

ANOTHER: Final = "Another device has written something here, too. It comes when this is sent or emptied."


class Drafting:
    def __init__(self, screen: FullScreen) -> None:
        self._screen = screen
        self._documents: dict[str, Document] = {}
        """Where the caret stood, by conversation."""
        self._rested = ""
        self._told: set[str] = set()

    def keep(self) -> None:
        """Remember what stands in the line, and where: unless the line is for something else."""
        screen = self._screen
        current, dialog = screen.state.current, screen.dialog
        if current is None or not (dialog is None or isinstance(dialog, AnswerDialog)):
            return
        self._documents[current.key] = screen.buffer.document
        reply = dialog.entry.msgid if isinstance(dialog, AnswerDialog) else ""
        drafts.write(screen.state, current.name, screen.buffer.text, reply)

    def restore(self) -> None:
        """Have in the line what was written where we are, with the message that it answers."""
        screen = self._screen
        current = screen.state.current
        screen.dialog = None
        row = self._row(current)
        if current is not None and row.reply:
            screen.dialog = AnswerDialog(screen, current, current.find(row.reply) or _unseen(row.reply))
        document = self._documents.get(current.key, Document()) if current is not None else Document()
        screen.buffer.document = document if document.text == row.text else Document(row.text)

    def _row(self, current: Conversation | None) -> LocalDraft:
        rows = self._screen.state.drafts.rows
        return rows.get(current.key, LocalDraft("")) if current is not None else LocalDraft("")

    def follow(self) -> None:
        """Another device may have changed it."""
        screen = self._screen
        current, dialog, row = screen.state.current, screen.dialog, self._row(screen.state.current)
        if current is None or not (dialog is None or isinstance(dialog, AnswerDialog)):
            return
        text, reply = screen.buffer.text, dialog.entry.msgid if isinstance(dialog, AnswerDialog) else ""
        if row.text != (text if text.strip() else "") or row.reply != reply:
            self.restore()
        if current.key not in screen.state.drafts.others:
            self._told.discard(current.key)
        elif current.key not in self._told:
            self._told.add(current.key)
            screen.tell(ANOTHER)

    def rest(self) -> None:
        """Some time has passed: what has not changed meanwhile is kept with the account."""
        text = self._screen.buffer.text
        if text == self._rested:
            self.flush()
            self.follow()
        self._rested = text

    def flush(self) -> None:
        drafts.flush(self._screen.state)
        self._screen.connection.flush()

    def sent(self, conversation: Conversation | None) -> None:
        """What stood in the line was sent; another device's words take its place."""
        if conversation is not None:
            self._documents.pop(conversation.key, None)
            drafts.sent(self._screen.state, conversation.name)
            self.follow()


def _unseen(msgid: str) -> Entry:
    """A message that is not here yet."""
    return Entry("message", 0, "", "", msgid=msgid)
