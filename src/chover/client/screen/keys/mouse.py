"""The mouse: the wheel scrolls, a click goes to a conversation or selects a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prompt_toolkit.mouse_events import MouseEvent, MouseEventType

from chover.client.screen.context import ScreenContext
from chover.client.screen.rendering.panels import first_shown
from chover.client.state.overview import in_order

WHEEL: Final = 3
"""Rows per notch of the wheel."""


def mouse_handler(screen: ScreenContext) -> Callable[[MouseEvent], None]:
    def clicked(event: MouseEvent) -> None:
        if event.event_type == MouseEventType.SCROLL_UP:
            _scroll(screen, -WHEEL)
        elif event.event_type == MouseEventType.SCROLL_DOWN:
            _scroll(screen, WHEEL)
        elif event.event_type == MouseEventType.MOUSE_UP:
            _click(screen, event.position.x, event.position.y - screen.appearance.layout.top)

    return clicked


def _scroll(screen: ScreenContext, by: int) -> None:
    screen.viewport.scroll(by)
    screen.terminal.refresh()


def _click(screen: ScreenContext, column: int, row: int) -> None:
    layout = screen.appearance.layout
    if not 0 <= row < layout.height:
        return
    if column < layout.channels:
        _go_to(screen, row)
    elif layout.left <= column < layout.left + layout.messages and screen.line.dialog is None:
        _select(screen, row)


def _go_to(screen: ScreenContext, row: int) -> None:
    """Go to the conversation in this row of the list, or to the mentions above it."""
    above = int(screen.settings.on("mentions"))
    if row < above:
        screen.runner.act(lambda: screen.frontend.obey("/mentions"))
        return
    ordered = in_order(screen.state)
    at = row - above + first_shown(screen.state, ordered, screen.appearance.layout.height - above)
    if 0 <= at < len(ordered):
        screen.runner.act(lambda: screen.line.show(ordered[at]))


def _select(screen: ScreenContext, row: int) -> None:
    """Select the message in this row; a second click there is the end of it."""
    view, layout = screen.viewport.view, screen.appearance.layout
    if view is None:
        return
    seen = view.visible(screen.appearance.look, layout.height)
    at = row - (layout.height - len(seen))
    number = seen[at].number if at >= 0 and view.rows.selectable(seen[at].number) else None

    def select() -> None:
        view.selected = None if number == view.selected else number

    screen.runner.act(select)
