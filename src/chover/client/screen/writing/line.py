"""The input line: its text, which is a draft, and the dialog that uses it, if any."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document

from chover.client.connection.connection import Connection
from chover.client.local.host import ClientHost
from chover.client.local.settings import ClientSettings
from chover.client.prompt.completing import Completion
from chover.client.prompt.field import keep_printable
from chover.client.screen.dialogs.dialog import Dialog
from chover.client.screen.dialogs.messages import AnswerDialog
from chover.client.screen.status import ScreenStatus
from chover.client.screen.writing.drafting import Drafting
from chover.client.sending import say
from chover.client.state import actions, leaving
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry

HISTORY = 500
"""The maximum number of remembered input lines."""


class Line:
    """Implements DialogLine, AnswerLine and DraftLine; messages are sent through ``connection``."""

    def __init__(
        self,
        host: ClientHost,
        connection: Connection,
        settings: ClientSettings,
        status: ScreenStatus,
        refresh: Callable[[], None],
        kind: str,
    ) -> None:
        self.host = host
        self.connection = connection
        self.state = connection.state
        self.dialog: Dialog | None = None
        self.outgoing: Callable[[str, str], str | None] = lambda _target, text: text
        """What is sent in place of a text to a target; None for nothing."""
        self.typed: list[str] = []
        """Input that was sent, for Ctrl-R and ↑."""
        self.pasting_until = 0.0
        """Until this time of the loop's clock, Enter counts as part of a paste."""
        self._settings = settings
        self._refresh = refresh
        self.drafting = Drafting(connection, self, status.tell)
        self.buffer = Buffer(multiline=True, on_text_changed=self._text_changed)
        keep_printable(self.buffer)
        self.completion = Completion(self.state, self.buffer, kind)

    def put(self, text: str) -> None:
        """Replace the text of the line."""
        self.buffer.document = Document(text)

    def insert(self, text: str) -> None:
        self.buffer.insert_text(text)

    def show(self, conversation: Conversation) -> None:
        """Show a conversation, and its draft in the line."""
        self.drafting.keep()
        self.dialog = None
        self.state.show(conversation.key)
        self.drafting.restore()
        self.drafting.flush()
        self._refresh()

    def part(self, conversation: Conversation, reason: str) -> None:
        """Leave a conversation; the status line shows it while it can be restored."""
        self.drafting.keep()
        self.dialog = None
        leaving.ask_the_way_back(self.state, conversation)
        leaving.leave(self.state, conversation, reason)
        self.drafting.restore()

    def open(self, dialog: Dialog) -> None:
        """Let a dialog use the line."""
        if self.dialog is None:
            self.drafting.keep()
        self.dialog = dialog
        self.buffer.document = Document(dialog.begin)
        self.drafting.keep()
        self._refresh()

    def close(self) -> None:
        answering = self.dialog is not None and self.dialog.answers
        self.dialog = None
        if answering:
            # The text is kept, but no longer answers a message.
            self.drafting.keep()
        self.drafting.restore()
        self._refresh()

    def answer(self, conversation: Conversation, entry: Entry) -> AnswerDialog:
        """A reply, which begins with the current text."""
        return AnswerDialog(self, conversation, entry, self.buffer.text if self.dialog is None else "")

    def send(self, conversation: Conversation, text: str, reply_to: str) -> None:
        changed = self.outgoing(conversation.name, text)
        if changed is not None:
            say(self, conversation.name, changed, reply_to=reply_to)
        self.buffer.text = ""
        self.drafting.sent(conversation)

    def take(self, *, secret: bool) -> str:
        """Take the text of the line and clear it. A ``secret`` is not remembered."""
        text = self.buffer.text
        # Sending a message also ends the typing notification.
        self.state.typed = (0, "")
        self.buffer.document = Document()
        self.drafting.sent(self.state.current)
        if not secret:
            self.typed = [*[line for line in self.typed if line != text], text][-HISTORY:]
        return text

    def _text_changed(self, _buffer: Buffer) -> None:
        self.drafting.keep()
        if self.dialog is not None:
            self.dialog.changed(self.buffer.text)
        elif self._settings.on("typing") and self.state.current is not None:
            text, current = self.buffer.text, self.state.current
            active = bool(text.strip()) and not text.startswith("/")
            self.state.now = self.host.now()
            actions.typing(self.state, current, active=active)
            self.connection.flush()
