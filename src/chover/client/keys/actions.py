"""Everything that a key can do, by name: the table that ``/bind``, the help and the keys themselves are made from."""

from __future__ import annotations

from typing import Final

import msgspec


class KeyAction(msgspec.Struct, frozen=True):
    """``keys`` are the ones that it has by itself. Without a help, it belongs to the action above."""

    name: str
    keys: tuple[str, ...]
    help: str


_NUMBERED: Final = tuple(
    KeyAction(f"conversation-{number}", (f"Alt-{number % 10}",), "" if number > 1 else "the first to the tenth")
    for number in range(1, 11)
)

ACTIONS: Final[tuple[KeyAction, ...]] = (
    KeyAction("send", ("Enter",), "send, or pick"),
    KeyAction("new-line", ("Alt-Enter",), "a new line"),
    KeyAction("complete", ("Tab",), "complete commands, nicks, #channels and :emoji"),
    KeyAction("complete-back", ("Shift-Tab",), "the completion before"),
    *_NUMBERED,
    KeyAction("next", ("Ctrl-N", "Alt-→"), "next conversation"),
    KeyAction("previous", ("Ctrl-P", "Alt-←"), "previous conversation"),
    KeyAction("next-unread", ("Alt-A", "F3"), "next with new messages: mentions, then private, then the rest"),
    KeyAction("go-to", ("Alt-K", "F2"), "go to a conversation or a person by a few letters"),
    KeyAction("undo", ("Alt-Z",), "back to the conversation you just left"),
    KeyAction("page-up", ("PgUp",), "older messages"),
    KeyAction("page-down", ("PgDn",), "newer messages"),
    KeyAction("oldest", ("Alt-Home",), "the oldest messages here"),
    KeyAction("newest", ("Alt-End",), "the newest messages"),
    KeyAction("first-unread", ("Alt-U",), "where new messages begin"),
    KeyAction("next-mention", ("Alt-N",), "next mention"),
    KeyAction("previous-mention", ("Alt-P",), "mention before"),
    KeyAction("mentions", ("Alt-I",), "mentions of all channels: Enter goes to the message"),
    KeyAction("thread", ("Alt-T",), "the thread that was answered last; in a thread: back"),
    KeyAction("search", ("Ctrl-F",), "search"),
    KeyAction("catch-up", ("Alt-C",), "show what you missed"),
    KeyAction("recall", ("Ctrl-R",), "earlier input"),
    KeyAction("line-up", ("↑",), "in an empty line: edit your last message, or earlier input"),
    KeyAction("line-down", ("↓",), "the line below, or later input"),
    KeyAction("editor", ("Ctrl-X Ctrl-E",), "write in $EDITOR"),
    KeyAction("upload-text", ("Ctrl-X Ctrl-U",), "upload the typed text as a file"),
    KeyAction("select", ("Alt-S", "F4"), "select a message: ↑ ↓ move, then the keys below"),
    KeyAction("channels", ("F7",), "show or hide the channels"),
    KeyAction("members", ("F8",), "show or hide the members"),
    KeyAction("filters", ("Alt-=",), "filters on or off"),
    KeyAction("mouse", ("Alt-M",), "mouse on or off"),
    KeyAction("suspend", ("Ctrl-Z",), "suspend; fg comes back"),
    KeyAction("keys", ("F1",), "this list"),
    KeyAction("redraw", ("Ctrl-L",), "redraw the screen"),
    KeyAction("interrupt", ("Ctrl-C",), "clear the line; in an empty line: quit, after a question"),
    KeyAction("delete-or-quit", ("Ctrl-D",), "delete the next character; in an empty line: quit, after a question"),
    KeyAction("dismiss", ("Esc",), "close what is open"),
    KeyAction("command", ("Alt-/",), "close what is open, and begin a command"),
    KeyAction("nothing", ("Ctrl-Q",), "nothing"),
)

SELECTED: Final[tuple[KeyAction, ...]] = (
    KeyAction("selected-up", ("↑", "k"), "the message above"),
    KeyAction("selected-down", ("↓", "j"), "the message below"),
    KeyAction("selected-page-up", ("PgUp",), "half a page up"),
    KeyAction("selected-page-down", ("PgDn",), "half a page down"),
    KeyAction("selected-reply", ("r",), "reply"),
    KeyAction("selected-react", ("=", "+"), "react"),
    KeyAction("selected-edit", ("e",), "edit; put a message that was not sent back into the line"),
    KeyAction("selected-delete", ("Backspace", "Delete", "d"), "delete; discard a message that was not sent"),
    KeyAction("selected-follow", ("Enter",), "send a message again; go to the message that is answered"),
    KeyAction("selected-thread", ("t",), "its thread"),
    KeyAction("selected-pin", ("p",), "pin or unpin"),
    KeyAction("selected-pin-all", ("P",), "pin or unpin for everybody"),
    KeyAction("selected-unread", ("u",), "mark it and what follows as unread"),
    KeyAction("selected-spoilers", ("v",), "view the spoilers of a message, or hide them"),
    KeyAction("selected-copy", ("c", "y"), "copy (OSC 52)"),
    KeyAction("selected-link", ("l",), "copy a link to it"),
    KeyAction("selected-done", ("Esc", "q"), "done"),
    KeyAction("selected-command", ("/",), "done, and begin a command"),
    KeyAction("selected-nothing", (), "nothing"),
)
"""While a message is selected."""
