"""The mouse: the wheel scrolls, a click on a conversation goes there."""

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
        elif event.event_type == MouseEventType.MOUSE_UP and event.position.x < screen.appearance.layout.channels:
            _go_to(screen, event.position.y - screen.appearance.layout.top)

    return clicked


def _scroll(screen: ScreenContext, by: int) -> None:
    screen.viewport.scroll(by)
    screen.terminal.refresh()


def _go_to(screen: ScreenContext, row: int) -> None:
    """Go to the conversation in this row of the list."""
    ordered = in_order(screen.state)
    at = row + first_shown(screen.state, ordered, screen.appearance.layout.height)
    if 0 <= at < len(ordered):
        screen.runner.act(lambda: screen.line.show(ordered[at]))
