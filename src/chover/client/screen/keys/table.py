"""The keys of a screen, made from the table of actions and from what somebody has bound.

Escape closes what is open at once, and text typed after it is text: an Alt key is only what a terminal sends in one
piece (``keyboard``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from prompt_toolkit.filters import Condition, FilterOrBool
from prompt_toolkit.key_binding import KeyBindings, KeyBindingsBase, KeyPressEvent

from chover.client.commands import help_choices
from chover.client.commands.keys import key_rows
from chover.client.keyboard import REPORT, alone
from chover.client.keys.keymap import KeyMap
from chover.client.keys.notation import Chord
from chover.client.screen.context import ScreenContext
from chover.client.screen.keys import editing, navigation, selecting
from chover.client.screen.keys.navigation import Do
from chover.i18n import _


def _help(screen: ScreenContext) -> None:
    rows = key_rows(screen.appearance.keys)
    screen.frontend.choose(_("Keys and commands"), [*rows, ("", ""), *help_choices("terminal")])


HANDLERS: Final[dict[str, Do]] = {
    "send": editing.enter,
    "new-line": editing.newline,
    "complete": editing.complete,
    "complete-back": editing.complete_back,
    **{f"conversation-{at + 1}": partial(navigation.to_number, at=at) for at in range(10)},
    "next": navigation.next_conversation,
    "previous": navigation.previous_conversation,
    "next-unread": navigation.next_activity,
    "go-to": navigation.switcher,
    "undo": navigation.undo,
    "split": navigation.split,
    "other-side": navigation.other_side,
    "page-up": navigation.page_up,
    "page-down": navigation.page_down,
    "oldest": navigation.oldest,
    "newest": navigation.newest,
    "first-unread": navigation.first_unread,
    "next-mention": navigation.next_mention,
    "previous-mention": navigation.previous_mention,
    "mentions": navigation.mentions,
    "thread": navigation.thread,
    "search": navigation.search,
    "catch-up": navigation.catch_up,
    "recall": editing.recall,
    "line-up": editing.up,
    "line-down": editing.down,
    "editor": editing.editor,
    "upload-text": editing.upload_draft,
    "select": selecting.begin,
    "channels": navigation.channels,
    "members": navigation.members,
    "filters": navigation.filters,
    "mouse": navigation.mouse,
    "suspend": navigation.suspend,
    "keys": _help,
    "redraw": navigation.redraw,
    "interrupt": navigation.interrupt,
    "delete-or-quit": navigation.end,
    "dismiss": navigation.close,
    "command": navigation.slash,
    "nothing": navigation.nothing,
}
"""What the actions of the table ``client/keys/actions.py`` do."""


class ScreenKeys:
    """The key bindings of one screen. They are made again when somebody binds a key."""

    def __init__(self, screen: ScreenContext) -> None:
        self._screen = screen
        self._of: object = None
        self._made = KeyBindings()

    def __call__(self) -> KeyBindingsBase:
        maps = self._screen.appearance.keys
        if maps is not self._of:
            self._of, self._made = maps, bindings(self._screen)
        return self._made


def bindings(screen: ScreenContext) -> KeyBindings:
    """All key bindings for one screen."""
    made, maps = KeyBindings(), screen.appearance.keys
    selects = Condition(lambda: screen.selecting)
    # While a message is selected, the keys of that table act on it.
    _bind_all(made, screen, maps.main, lambda chord: ~selects if chord in maps.selected.bound else True)
    _bind_all(made, screen, maps.selected, lambda _chord: selects)
    made.add("<any>", filter=selects)(lambda _event: None)
    # A terminal sends these when its window gains or loses the focus (xterm, "FocusIn/FocusOut"); no key sends them.
    made.add("escape", "[", "I")(lambda _event: _focus(screen, on=True))
    made.add("escape", "[", "O")(lambda _event: _focus(screen, on=False))
    made.add(REPORT)(lambda event: _background(screen, event.data))
    return made


def _background(screen: ScreenContext, report: str) -> None:
    """The terminal has told its background."""
    if screen.appearance.heard(report):
        screen.terminal.redraw()


def _focus(screen: ScreenContext, *, on: bool) -> None:
    """The terminal's window has gained or lost the focus: messages are not read while nobody looks."""
    screen.terminal.focused = on
    screen.terminal.refresh()


def _bind_all(made: KeyBindings, screen: ScreenContext, table: KeyMap, when: Callable[[Chord], FilterOrBool]) -> None:
    by_itself = alone(lambda: screen.terminal.app)
    for chord, action in table.bound.items():
        # An Alt key arrives in one piece, so a single Escape does not have to wait.
        eager = by_itself if chord == ("escape",) else False
        made.add(*chord, filter=when(chord), eager=eager)(_handler(screen, _does(action)))


def _does(action: str) -> Do:
    if action.startswith("/"):
        return lambda screen: screen.frontend.obey(action)
    return HANDLERS.get(action) or selecting.HANDLERS.get(action, navigation.nothing)


def _handler(screen: ScreenContext, run: Do) -> Callable[[KeyPressEvent], None]:
    def handle(_event: KeyPressEvent) -> None:
        screen.runner.act(lambda: run(screen))

    return handle
