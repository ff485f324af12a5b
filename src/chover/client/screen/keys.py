"""The keys: one table, from which the help is made.

Escape closes what is open at once, and what is typed after it is text: only what a terminal sends together with it is
an Alt key (``keyboard``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from prompt_toolkit.filters import Condition, FilterOrBool
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from chover.client.screen import moves, selecting
from chover.client.screen.key import Do, Key
from chover.client.screen.keyboard import alone

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen


KEYS: Final[tuple[Key, ...]] = (
    Key("Enter", "enter", "send, or pick", moves.enter),
    Key("Alt-Enter", "escape>enter", "a new line", moves.newline),
    Key("Tab, Shift-Tab", "tab", "complete commands, nicks, #channels and :emoji", moves.complete),
    Key("", "s-tab", "", moves.complete_back),
    Key("Alt-1 … 9, 0", "", "the first to the tenth conversation", moves.nothing),
    Key("Ctrl-N, Alt-→", "c-n escape>right", "next conversation", moves.next_conversation),
    Key("Ctrl-P, Alt-←", "c-p escape>left", "conversation before", moves.previous_conversation),
    Key(
        "Alt-A, F3",
        "escape>a f3",
        "next with something new: mentions, then private, then the rest",
        moves.next_activity,
    ),
    Key("Alt-K, F2", "escape>k f2", "go to a conversation or a person by a few letters", moves.switcher),
    Key("PgUp, PgDn", "pageup", "older and newer messages", moves.page_up),
    Key("", "pagedown", "", moves.page_down),
    Key("Alt-Home, Alt-End", "escape>home", "oldest here, newest", moves.oldest),
    Key("", "escape>end", "", moves.newest),
    Key("Alt-U", "escape>u", "where new messages begin", moves.first_unread),
    Key("Alt-N, Alt-P", "escape>n", "next mention, mention before", moves.next_mention),
    Key("", "escape>p", "", moves.previous_mention),
    Key("Ctrl-F", "c-f", "search", moves.search),
    Key("Alt-C", "escape>c", "what did I miss?", moves.catch_up),
    Key("Ctrl-R", "c-r", "what was typed before", moves.recall),
    Key("↑", "up", "in an empty line: edit what you said last, or what was typed before", moves.up),
    Key("", "down", "", moves.down),
    Key("Ctrl-X Ctrl-E", "c-x>c-e", "write in $EDITOR", moves.editor),
    Key("Ctrl-X Ctrl-U", "c-x>c-u", "upload what is typed, as a file", moves.upload_draft),
    Key("Alt-S, F4", "escape>s f4", "select a message: ↑ ↓ move, then the keys below", selecting.begin),
    Key("F7, F8", "f7", "show or hide the channels, the members", moves.channels),
    Key("", "f8", "", moves.members),
    Key("Alt-M", "escape>m", "mouse on or off", moves.mouse),
    Key("Ctrl-Z", "c-z", "to the shell; fg comes back", moves.suspend),
    Key("F1", "f1", "this list", moves.help_),
    Key("Ctrl-L", "c-l", "paint everything anew", moves.redraw),
    Key("Ctrl-C", "c-c", "clear the line; in an empty one: leave, after a question", moves.interrupt),
    Key("", "c-d", "", moves.end),
    Key("Esc", "escape", "close what is open", moves.close),
    Key("", "escape>/", "", moves.slash),
    Key("", "c-q", "", moves.nothing),
)
"""Rows without a shown name belong to the one above."""


def help_rows() -> list[str]:
    rows = [f"{key.shown:<18} {key.help}" for key in KEYS if key.shown]
    return [
        *rows,
        "",
        "With a message selected:",
        *[f"{key.shown:<18} {key.help}" for key in selecting.KEYS if key.shown],
    ]


def bindings(screen: FullScreen) -> KeyBindings:
    """All keys, for one screen."""
    made = KeyBindings()
    selects = Condition(lambda: screen.selecting)
    for key in KEYS:
        # While a message is selected, plain keys act on it.
        plain = ~selects if key.keys in {"enter", "up", "down", "escape", "pageup", "pagedown"} else True
        _bind(made, screen, key, plain)
    for key in selecting.KEYS:
        _bind(made, screen, key, selects)
    made.add("<any>", filter=selects)(lambda _event: None)
    # What a terminal sends when its window gets or loses the focus (xterm, "FocusIn/FocusOut"); no key is like it.
    made.add("escape", "[", "I")(lambda _event: screen.focus(on=True))
    made.add("escape", "[", "O")(lambda _event: screen.focus(on=False))
    for digit in "1234567890":
        made.add("escape", digit)(_number(screen, (int(digit) + 9) % 10))
    return made


def _bind(made: KeyBindings, screen: FullScreen, key: Key, when: FilterOrBool) -> None:
    by_itself = alone(lambda: screen.app)
    for chord in key.keys.split():
        # An Alt key comes in one piece: an Escape with nothing behind it waits for nothing.
        eager = by_itself if chord == "escape" else False
        made.add(*chord.split(">"), filter=when, eager=eager)(_handler(screen, key.run))


def _handler(screen: FullScreen, run: Do) -> Callable[[KeyPressEvent], None]:
    def handle(_event: KeyPressEvent) -> None:
        screen.act(lambda: run(screen))

    return handle


def _number(screen: FullScreen, at: int) -> Callable[[KeyPressEvent], None]:
    def handle(_event: KeyPressEvent) -> None:
        screen.act(lambda: moves.to_number(screen, at))

    return handle
