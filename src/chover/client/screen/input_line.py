"""The input line, the only thing that prompt_toolkit draws. It is told where there is room for it."""

from __future__ import annotations

from collections.abc import Callable

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
from prompt_toolkit.mouse_events import MouseEvent

from chover.client.display.text import dotted, fit, plain
from chover.client.local.settings import ClientSettings
from chover.client.prompt.field import tabs
from chover.client.screen.appearance import Appearance
from chover.client.screen.rendering.layout import INPUT, Layout, Wanted, lay_out
from chover.client.screen.writing.line import Line
from chover.client.state import State
from chover.client.state.conversation import Thread
from chover.i18n import _


class _Visible(Processor):
    """Pasted text may contain text of others: bidi controls and the like are shown as dots, one for one."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        fragments = transformation_input.fragments
        text = "".join(fragment[1] for fragment in fragments)
        if text.isascii():
            return Transformation(fragments)
        return Transformation([(fragment[0], dotted(fragment[1])) for fragment in fragments])


class InputLine(Container):
    def __init__(
        self,
        state: State,
        settings: ClientSettings,
        line: Line,
        appearance: Appearance,
        clicked: Callable[[MouseEvent], None],
    ) -> None:
        self._state = state
        self._settings = settings
        self._line = line
        self._appearance = appearance
        self._clicked = clicked
        hidden = Condition(lambda: line.dialog is not None and line.dialog.hidden)
        shown = [_Visible(), tabs()]
        processors = [ConditionalProcessor(PasswordProcessor(), hidden), *shown, BeforeInput(self._prompt)]
        self.window = Window(BufferControl(line.buffer, input_processors=processors), wrap_lines=True)

    def _prompt(self) -> StyleAndTextTuples:
        if self._line.dialog is not None:
            return [("bold", plain(self._line.dialog.prompt))]
        room = max(self._appearance.layout.columns // 3, 4)
        current = self._state.current
        within = _(" (thread)") if current is not None and isinstance(current.detour, Thread) else ""
        return [("", fit(plain(self._state.nick or "…"), room)), ("bold", f"{within} ❯ ")]

    def measured(self, columns: int, rows: int) -> Layout:
        """The layout for a terminal of this size, with the current input."""
        typed = self.window.preferred_height(columns, INPUT).preferred
        current = self._state.current
        crowd = current is not None and current.channel
        split, get = self._appearance.split, self._settings.get
        wanted = Wanted(get("channels"), get("members"), crowd, split.other is not None, split.right)
        return lay_out(columns, rows, typed, wanted)

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
        layout = self._appearance.layout
        place = WritePosition(0, layout.status + 1, columns, layout.input)
        self.window.write_to_screen(screen, mouse_handlers, place, parent_style, erase_bg, z_index)
        screen.width, screen.height = columns, rows
        if self._settings.on("mouse"):
            # A handler for each cell would cost a millisecond.
            mouse_handlers.set_mouse_handler_for_range(0, columns, 0, layout.status + 1, self._clicked)
