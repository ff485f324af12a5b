"""Dialogs: uses of the input line other than sending messages, such as switching, searching, reacting and asking."""

from __future__ import annotations

from typing import Protocol

CHOICES = 50
"""The maximum number of rows to pick from."""

Popup = tuple[str, list[str], int]


class DialogLine(Protocol):
    """The input line while a dialog uses it."""

    def close(self) -> None:
        """End the dialog; the previous text is shown again."""

    def put(self, text: str) -> None:
        """Replace the text of the line."""

    def insert(self, text: str) -> None:
        """Insert text into the line, as if it were typed."""


class Dialog:
    """``prompt`` is shown before the input, ``begin`` is the initial text; ``hidden``: the input is not shown."""

    prompt = "? "
    begin = ""
    hidden = False

    answers = False
    """Whether the text answers a message, and is kept as a draft."""
    reply_to = ""
    """The msgid of that message."""

    def __init__(self, line: DialogLine) -> None:
        self.line = line
        self.picked = 0

    def rows(self) -> list[str]:
        """The rows to pick from."""
        return []

    def picture(self) -> list[str]:
        """Painted rows that replace the messages and the topic."""
        return []

    def title(self) -> str:
        return ""

    def popup(self) -> Popup | None:
        rows = self.rows()
        return (self.title(), rows, self.picked) if rows or self.title() else None

    def settle(self) -> None:
        """Called before painting: the selected row has to be one of the current ones."""
        self.move(0)

    def move(self, by: int) -> None:
        self.picked = min(max(self.picked + by, 0), max(len(self.rows()) - 1, 0))

    def changed(self, text: str) -> None:
        """The text has changed."""

    def accept(self, text: str) -> None:
        """Enter."""
        raise NotImplementedError
