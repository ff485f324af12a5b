"""The table of keys, which the help is made from.

Escape closes what is open at once, and text typed after it is text: an Alt key is only what a terminal sends in one
piece (``keyboard``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prompt_toolkit.filters import Condition, FilterOrBool
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from chover.client.commands import help_choices
from chover.client.keyboard import alone
from chover.client.screen.context import ScreenContext
from chover.client.screen.keys import navigation, selecting
from chover.client.screen.keys.binding import Do, KeyBinding


def _help(screen: ScreenContext) -> None:
    screen.frontend.choose(
        "Keys and commands", [(row, "") for row in help_rows()] + [("", ""), *help_choices("terminal")]
    )


KEYS: Final[tuple[KeyBinding, ...]] = (
    KeyBinding("Enter", "enter", "send, or pick", navigation.enter),
    KeyBinding("Alt-Enter", "escape>enter", "a new line", navigation.newline),
    KeyBinding("Tab, Shift-Tab", "tab", "complete commands, nicks, #channels and :emoji", navigation.complete),
    KeyBinding("", "s-tab", "", navigation.complete_back),
    KeyBinding("Alt-1 … 9, 0", "", "the first to the tenth conversation", navigation.nothing),
    KeyBinding("Ctrl-N, Alt-→", "c-n escape>right", "next conversation", navigation.next_conversation),
    KeyBinding("Ctrl-P, Alt-←", "c-p escape>left", "previous conversation", navigation.previous_conversation),
    KeyBinding(
        "Alt-A, F3",
        "escape>a f3",
        "next with new messages: mentions, then private, then the rest",
        navigation.next_activity,
    ),
    KeyBinding("Alt-K, F2", "escape>k f2", "go to a conversation or a person by a few letters", navigation.switcher),
    KeyBinding("Alt-Z", "escape>z", "back to the conversation you just left", navigation.undo),
    KeyBinding("PgUp, PgDn", "pageup", "older and newer messages", navigation.page_up),
    KeyBinding("", "pagedown", "", navigation.page_down),
    KeyBinding("Alt-Home, Alt-End", "escape>home", "oldest here, newest", navigation.oldest),
    KeyBinding("", "escape>end", "", navigation.newest),
    KeyBinding("Alt-U", "escape>u", "where new messages begin", navigation.first_unread),
    KeyBinding("Alt-N, Alt-P", "escape>n", "next mention, mention before", navigation.next_mention),
    KeyBinding("", "escape>p", "", navigation.previous_mention),
    KeyBinding("Ctrl-F", "c-f", "search", navigation.search),
    KeyBinding("Alt-C", "escape>c", "show what you missed", navigation.catch_up),
    KeyBinding("Ctrl-R", "c-r", "earlier input", navigation.recall),
    KeyBinding("↑", "up", "in an empty line: edit your last message, or earlier input", navigation.up),
    KeyBinding("", "down", "", navigation.down),
    KeyBinding("Ctrl-X Ctrl-E", "c-x>c-e", "write in $EDITOR", navigation.editor),
    KeyBinding("Ctrl-X Ctrl-U", "c-x>c-u", "upload the typed text as a file", navigation.upload_draft),
    KeyBinding("Alt-S, F4", "escape>s f4", "select a message: ↑ ↓ move, then the keys below", selecting.begin),
    KeyBinding("F7, F8", "f7", "show or hide the channels, the members", navigation.channels),
    KeyBinding("", "f8", "", navigation.members),
    KeyBinding("Alt-M", "escape>m", "mouse on or off", navigation.mouse),
    KeyBinding("Ctrl-Z", "c-z", "suspend; fg comes back", navigation.suspend),
    KeyBinding("F1", "f1", "this list", _help),
    KeyBinding("Ctrl-L", "c-l", "redraw the screen", navigation.redraw),
    KeyBinding("Ctrl-C", "c-c", "clear the line; in an empty line: quit, after a question", navigation.interrupt),
    KeyBinding("", "c-d", "", navigation.end),
    KeyBinding("Esc", "escape", "close what is open", navigation.close),
    KeyBinding("", "escape>/", "", navigation.slash),
    KeyBinding("", "c-q", "", navigation.nothing),
)
"""Rows without a displayed name belong to the one above."""


def help_rows() -> list[str]:
    rows = [f"{key.shown:<18} {key.help}" for key in KEYS if key.shown]
    return [
        *rows,
        "",
        "With a message selected:",
        *[f"{key.shown:<18} {key.help}" for key in selecting.KEYS if key.shown],
    ]


def bindings(screen: ScreenContext) -> KeyBindings:
    """All key bindings for one screen."""
    made = KeyBindings()
    selects = Condition(lambda: screen.selecting)
    for key in KEYS:
        # While a message is selected, plain keys act on it.
        plain = ~selects if key.keys in {"enter", "up", "down", "escape", "pageup", "pagedown"} else True
        _bind(made, screen, key, plain)
    for key in selecting.KEYS:
        _bind(made, screen, key, selects)
    made.add("<any>", filter=selects)(lambda _event: None)
    # A terminal sends these when its window gains or loses the focus (xterm, "FocusIn/FocusOut"); no key sends them.
    made.add("escape", "[", "I")(lambda _event: _focus(screen, on=True))
    made.add("escape", "[", "O")(lambda _event: _focus(screen, on=False))
    for digit in "1234567890":
        made.add("escape", digit)(_number(screen, (int(digit) + 9) % 10))
    return made


def _focus(screen: ScreenContext, *, on: bool) -> None:
    """The terminal's window has gained or lost the focus: messages are not read while nobody looks."""
    screen.viewport.focused = on
    screen.terminal.refresh()


def _bind(made: KeyBindings, screen: ScreenContext, key: KeyBinding, when: FilterOrBool) -> None:
    by_itself = alone(lambda: screen.terminal.app)
    for chord in key.keys.split():
        # An Alt key arrives in one piece, so a single Escape does not have to wait.
        eager = by_itself if chord == "escape" else False
        made.add(*chord.split(">"), filter=when, eager=eager)(_handler(screen, key.run))


def _handler(screen: ScreenContext, run: Do) -> Callable[[KeyPressEvent], None]:
    def handle(_event: KeyPressEvent) -> None:
        screen.runner.act(lambda: run(screen))

    return handle


def _number(screen: ScreenContext, at: int) -> Callable[[KeyPressEvent], None]:
    def handle(_event: KeyPressEvent) -> None:
        screen.runner.act(lambda: navigation.to_number(screen, at))

    return handle
