"""The mouse: the wheel scrolls, a click goes to a conversation or selects a message, and dragging copies text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prompt_toolkit.data_structures import Point
from prompt_toolkit.mouse_events import MouseButton, MouseEvent, MouseEventType

from chover.client.screen.context import ScreenContext
from chover.client.screen.rendering.clipboard import copy
from chover.client.screen.rendering.dragged import Dragged
from chover.client.screen.rendering.layout import Layout
from chover.client.screen.rendering.panels import first_shown
from chover.i18n import _

WHEEL: Final = 3
"""Rows per notch of the wheel."""


def mouse_handler(screen: ScreenContext) -> Callable[[MouseEvent], None]:
    pressed: Point | None = None

    def clicked(event: MouseEvent) -> None:
        nonlocal pressed
        if event.event_type == MouseEventType.SCROLL_UP:
            _scroll(screen, event.position.x, -WHEEL)
        elif event.event_type == MouseEventType.SCROLL_DOWN:
            _scroll(screen, event.position.x, WHEEL)
        elif event.event_type == MouseEventType.MOUSE_DOWN and event.button == MouseButton.LEFT:
            pressed = event.position
        elif event.event_type == MouseEventType.MOUSE_MOVE and event.button == MouseButton.LEFT and pressed:
            _drag(screen, pressed, event.position)
        elif event.event_type == MouseEventType.MOUSE_UP:
            pressed = None
            if not _drop(screen):
                _click(screen, event.position.x, event.position.y - screen.appearance.layout.top)

    return clicked


def _scroll(screen: ScreenContext, column: int, by: int) -> None:
    """Scroll the conversation under the pointer."""
    beside = screen.servers.other_side()
    if beside is not None and _is_beside(screen, column):
        server, conversation = beside
        server.viewport.scroll_beside(conversation, by)
    else:
        screen.viewport.scroll(by)
    screen.terminal.refresh()


def _is_beside(screen: ScreenContext, column: int) -> bool:
    layout = screen.appearance.layout
    return layout.beside_left <= column < layout.beside_left + layout.beside


def _drag(screen: ScreenContext, pressed: Point, position: Point) -> None:
    """Mark the text from where the button was pressed to where the pointer is."""
    layout = screen.appearance.layout
    first, second = _cell(layout, pressed), _cell(layout, position)
    inside = 0 <= first[0] < layout.height and 0 <= first[1] < layout.messages and screen.line.dialog is None
    moved = first != second or screen.viewport.dragged is not None
    if inside and moved and screen.viewport.view is not None:
        end = min(max(second[0], 0), layout.height - 1), min(max(second[1], 0), layout.messages - 1)
        screen.viewport.dragged = Dragged(first, end, screen.appearance.look.margin)
        screen.terminal.refresh()


def _cell(layout: Layout, position: Point) -> tuple[int, int]:
    """Row and column within the messages."""
    return position.y - layout.top, position.x - layout.left


def _drop(screen: ScreenContext) -> bool:
    """Copy what is marked. Returns False if nothing is."""
    dragged, screen.viewport.dragged = screen.viewport.dragged, None
    view, layout = screen.viewport.view, screen.appearance.layout
    if dragged is None or view is None:
        return False
    seen = view.visible(screen.appearance.look, layout.height)
    rows = [""] * (layout.height - len(seen)) + [each.text for each in seen] + [""] * screen.viewport.raised
    rows = rows[screen.viewport.raised :]
    text = dragged.text(rows, layout.messages)
    if text:
        copy(screen.terminal.output, text)
        screen.status.word = _("Copied, if this terminal allows it (OSC 52).")
    screen.terminal.refresh()
    return True


def _click(screen: ScreenContext, column: int, row: int) -> None:
    layout = screen.appearance.layout
    if not 0 <= row < layout.height:
        return
    if column < layout.channels:
        _go_to(screen, row)
    elif _is_beside(screen, column):
        screen.runner.act(screen.servers.turn_side)
    elif layout.left <= column < layout.left + layout.messages and screen.line.dialog is None:
        _select(screen, row)


def _go_to(screen: ScreenContext, row: int) -> None:
    """Go to the conversation in this row of the list, or to the mentions above it."""
    above = int(screen.settings.on("mentions"))
    if row < above:
        screen.runner.act(lambda: screen.frontend.obey("/mentions"))
        return
    rows = screen.servers.rows()
    at = row - above + first_shown(rows, screen.appearance.layout.height - above)
    if 0 <= at < len(rows):
        screen.runner.act(lambda: screen.servers.show(rows[at]))


def _select(screen: ScreenContext, row: int) -> None:
    """Select the message in this row; a second click there is the end of it."""
    view, layout = screen.viewport.view, screen.appearance.layout
    if view is None:
        return
    seen = view.visible(screen.appearance.look, layout.height)
    at = row + screen.viewport.raised - (layout.height - len(seen))
    number = seen[at].number if 0 <= at < len(seen) and view.rows.selectable(seen[at].number) else None

    def select() -> None:
        view.selected = None if number == view.selected else number

    screen.runner.act(select)
