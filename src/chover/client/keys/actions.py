"""Everything that a key can do, by name: the table that ``/bind``, the help and the keys themselves are made from."""

from __future__ import annotations

from typing import Final

import msgspec

from chover.i18n import N_


class KeyAction(msgspec.Struct, frozen=True):
    """``keys`` are the ones that it has by itself. Without a help, it belongs to the action above."""

    name: str
    keys: tuple[str, ...]
    help: str


_NUMBERED: Final = tuple(
    KeyAction(f"conversation-{number}", (f"Alt-{number % 10}",), "" if number > 1 else N_("the first to the tenth"))
    for number in range(1, 11)
)

ACTIONS: Final[tuple[KeyAction, ...]] = (
    KeyAction("send", ("Enter",), N_("send, or pick")),
    KeyAction("new-line", ("Alt-Enter",), N_("a new line")),
    KeyAction("complete", ("Tab",), N_("complete commands, nicks, #channels and :emoji")),
    KeyAction("complete-back", ("Shift-Tab",), N_("the completion before")),
    *_NUMBERED,
    KeyAction("next", ("Ctrl-N", "Alt-→"), N_("next conversation")),
    KeyAction("previous", ("Ctrl-P", "Alt-←"), N_("previous conversation")),
    KeyAction("next-unread", ("Alt-A", "F3"), N_("next with new messages: mentions, then private, then the rest")),
    KeyAction("go-to", ("Alt-K", "F2"), N_("go to a conversation or a person by a few letters")),
    KeyAction("split", ("Alt-X",), N_("two conversations side by side, or one again")),
    KeyAction("other-side", ("Alt-W",), N_("write on the other side")),
    KeyAction("undo", ("Alt-Z",), N_("back to the conversation you just left")),
    KeyAction("page-up", ("PgUp",), N_("older messages")),
    KeyAction("page-down", ("PgDn",), N_("newer messages")),
    KeyAction("oldest", ("Alt-Home",), N_("the oldest messages here")),
    KeyAction("newest", ("Alt-End",), N_("the newest messages")),
    KeyAction("first-unread", ("Alt-U",), N_("where new messages begin")),
    KeyAction("next-mention", ("Alt-N",), N_("next mention")),
    KeyAction("previous-mention", ("Alt-P",), N_("mention before")),
    KeyAction("mentions", ("Alt-I",), N_("mentions of all channels: Enter goes to the message")),
    KeyAction("thread", ("Alt-T",), N_("the thread that was answered last; in a thread: back")),
    KeyAction("search", ("Ctrl-F",), N_("search")),
    KeyAction("catch-up", ("Alt-C",), N_("show what you missed")),
    KeyAction("recall", ("Ctrl-R",), N_("earlier input")),
    KeyAction("line-up", ("↑",), N_("in an empty line: edit your last message, or earlier input")),
    KeyAction("line-down", ("↓",), N_("the line below, or later input")),
    KeyAction("editor", ("Ctrl-X Ctrl-E",), N_("write in $EDITOR")),
    KeyAction("upload-text", ("Ctrl-X Ctrl-U",), N_("upload the typed text as a file")),
    KeyAction("select", ("Alt-S", "F4"), N_("select a message: ↑ ↓ move, then the keys below")),
    KeyAction("channels", ("F7",), N_("show or hide the channels")),
    KeyAction("members", ("F8",), N_("show or hide the members")),
    KeyAction("filters", ("Alt-=",), N_("filters on or off")),
    KeyAction("mouse", ("Alt-M",), N_("mouse on or off")),
    KeyAction("suspend", ("Ctrl-Z",), N_("suspend; fg comes back")),
    KeyAction("keys", ("F1",), N_("this list")),
    KeyAction("redraw", ("Ctrl-L",), N_("redraw the screen")),
    KeyAction("interrupt", ("Ctrl-C",), N_("clear the line; in an empty line: quit, after a question")),
    KeyAction("delete-or-quit", ("Ctrl-D",), N_("delete the next character; in an empty line: quit, after a question")),
    KeyAction("dismiss", ("Esc",), N_("close what is open")),
    KeyAction("command", ("Alt-/",), N_("close what is open, and begin a command")),
    KeyAction("nothing", ("Ctrl-Q",), N_("nothing")),
)

SELECTED: Final[tuple[KeyAction, ...]] = (
    KeyAction("selected-up", ("↑", "k"), N_("the message above")),
    KeyAction("selected-down", ("↓", "j"), N_("the message below")),
    KeyAction("selected-page-up", ("PgUp",), N_("half a page up")),
    KeyAction("selected-page-down", ("PgDn",), N_("half a page down")),
    KeyAction("selected-reply", ("r",), N_("reply")),
    KeyAction("selected-react", ("=", "+"), N_("react")),
    KeyAction("selected-edit", ("e",), N_("edit; put a message that was not sent back into the line")),
    KeyAction("selected-delete", ("Backspace", "Delete", "d"), N_("delete; discard a message that was not sent")),
    KeyAction("selected-follow", ("Enter",), N_("send a message again; go to the message that is answered")),
    KeyAction("selected-thread", ("t",), N_("its thread")),
    KeyAction("selected-pin", ("p",), N_("save for yourself, or no longer")),
    KeyAction("selected-pin-all", ("P",), N_("pin or unpin for everybody")),
    KeyAction("selected-unread", ("u",), N_("mark it and what follows as unread")),
    KeyAction("selected-remind", ("m",), N_("be reminded of it")),
    KeyAction("selected-spoilers", ("v",), N_("view the spoilers of a message, or hide them")),
    KeyAction("selected-picture", ("o",), N_("its picture, as large as the screen")),
    KeyAction("selected-fold", ("z",), N_("fold its pictures, or show them")),
    KeyAction("selected-copy", ("c", "y"), N_("copy (OSC 52)")),
    KeyAction("selected-link", ("l",), N_("copy a link to it")),
    KeyAction("selected-done", ("Esc", "q"), N_("done")),
    KeyAction("selected-command", ("/",), N_("done, and begin a command")),
    KeyAction("selected-nothing", (), N_("nothing")),
)
"""While a message is selected."""
