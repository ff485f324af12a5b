"""What prompt_toolkit draws: the line that is typed, and nothing else; it is told where there is room for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import BufferControl, Container, Window
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.layout.mouse_handlers import MouseHandlers
from prompt_toolkit.layout.processors import (
    BeforeInput,
    ConditionalProcessor,
    PasswordProcessor,
    Processor,
    Transformation,
    TransformationInput,
)
from prompt_toolkit.layout.screen import Screen, WritePosition
from prompt_toolkit.mouse_events import MouseEvent, MouseEventType

from chover.client.prompt.field import tabs
from chover.client.screen.layout import INPUT, Layout, lay_out
from chover.client.screen.panels import in_order
from chover.client.screen.text import dotted, fit, plain

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen

WHEEL = 3
"""Rows for each notch of the wheel."""


class _Visible(Processor):
    """What one pastes may hold what others sent: bidi controls and the like are shown as dots, one for one."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        fragments = transformation_input.fragments
        text = "".join(fragment[1] for fragment in fragments)
        if text.isascii():
            return Transformation(fragments)
        return Transformation([(fragment[0], dotted(fragment[1])) for fragment in fragments])


class Root(Container):
    def __init__(self, screen: FullScreen, buffer: Buffer) -> None:
        self._screen = screen
        hidden = Condition(lambda: screen.dialog is not None and screen.dialog.hidden)
        shown = [_Visible(), tabs()]
        processors = [ConditionalProcessor(PasswordProcessor(), hidden), *shown, BeforeInput(self._prompt)]
        self.window = Window(BufferControl(buffer, input_processors=processors), wrap_lines=True)
        self.layout = Layout(80, 24, 0, 0, 1)

    def _prompt(self) -> StyleAndTextTuples:
        screen = self._screen
        if screen.dialog is not None:
            return [("bold", plain(screen.dialog.prompt))]
        room = max(screen.layout.columns // 3, 4)
        return [("", fit(plain(screen.state.nick or "…"), room)), ("bold", " ❯ ")]

    def measured(self, columns: int, rows: int) -> Layout:
        """Where everything is on a terminal of this size, with what is typed now."""
        screen = self._screen
        typed = self.window.preferred_height(columns, INPUT).preferred
        current = screen.state.current
        crowd = current is not None and current.channel
        lists = screen.settings.get("channels"), screen.settings.get("members")
        return lay_out(columns, rows, typed, *lists, crowd=crowd)

    def reset(self) -> None:
        self.window.reset()

    def preferred_width(self, max_available_width: int) -> Dimension:  # noqa: ARG002 - the whole terminal is ours
        return Dimension()

    def preferred_height(self, width: int, max_available_height: int) -> Dimension:  # noqa: ARG002
        return Dimension()

    def get_children(self) -> list[Container]:
        return [self.window]

    def write_to_screen(
        self,
        screen: Screen,
        mouse_handlers: MouseHandlers,
        write_position: WritePosition,
        parent_style: str,
        erase_bg: bool,
        z_index: int | None,
    ) -> None:
        columns, rows = write_position.width, write_position.height
        self.layout = self.measured(columns, rows)
        place = WritePosition(0, self.layout.status + 1, columns, self.layout.input)
        self.window.write_to_screen(screen, mouse_handlers, place, parent_style, erase_bg, z_index)
        screen.width, screen.height = columns, rows
        if self._screen.settings.on("mouse"):
            # A handler for every cell costs a millisecond.
            mouse_handlers.set_mouse_handler_for_range(0, columns, 0, self.layout.status + 1, self._clicked)

    def _clicked(self, event: MouseEvent) -> None:
        """The wheel scrolls; a click on a conversation goes there."""
        screen, layout = self._screen, self.layout
        if event.event_type == MouseEventType.SCROLL_UP:
            screen.scroll(-WHEEL)
        elif event.event_type == MouseEventType.SCROLL_DOWN:
            screen.scroll(WHEEL)
        elif event.event_type == MouseEventType.MOUSE_UP and event.position.x < layout.channels:
            at = event.position.y - layout.top + screen.frame.first_channel
            ordered = in_order(screen.state)
            if 0 <= at < len(ordered):
                screen.act(lambda: screen.show(ordered[at]))
