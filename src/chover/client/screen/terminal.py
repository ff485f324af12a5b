"""The terminal of a screen: what is written to it beside the line, and when it is painted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from typing import Final

from prompt_toolkit.application import Application
from prompt_toolkit.key_binding.key_processor import KeyPress

from chover.client.screen.rendering.painter import Painter

BEGIN: Final = "\x1b[22;2t\x1b[?1004h"
END: Final = "\x1b[?1004l\x1b[23;2t"
"""The title goes on a stack of the terminal and comes back from it (xterm, XTWINOPS)."""


class ScreenTerminal:
    """``ready`` says whether the terminal has taken what was written; until ``drained`` nothing more is painted."""

    def __init__(self, app: Application[None], ready: Callable[[], bool]) -> None:
        self.app = app
        self.output = app.output
        self.painter = Painter(app.output)
        self._ready = ready

    def begin(self) -> None:
        """Ask the terminal to keep its title and to tell of the focus."""
        self.output.write_raw(BEGIN)

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self.output.write_raw(END)
            self.output.flush()

    def refresh(self) -> None:
        """Have it painted, in this turn of the loop."""
        if self._ready():
            self.app.invalidate()

    def drained(self) -> None:
        """The terminal has taken everything: what was left out is painted."""
        self.app.invalidate()

    def redraw(self) -> None:
        self.painter.forget()
        self.app.renderer.clear()
        self.refresh()

    def leave(self) -> None:
        if self.app.is_running and not self.app.is_done:
            self.app.exit()

    def background(self, work: Coroutine[object, object, None]) -> None:
        """Have something done that ends at the latest with the screen."""
        self.app.create_background_task(work)

    def next_key(self) -> KeyPress | None:
        """The key behind the one that is pressed, if they came together."""
        queue = self.app.key_processor.input_queue
        return queue[0] if queue else None
