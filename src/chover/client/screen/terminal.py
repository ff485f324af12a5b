"""The terminal of a screen: output besides the input line, and when it is painted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from typing import Final

from prompt_toolkit.application import Application
from prompt_toolkit.key_binding.key_processor import KeyPress

from chover.client.screen.rendering.painter import Painter

BEGIN: Final = "\x1b[22;2t\x1b[?1004h"
ASK: Final = "\x1b]11;?\x1b\\"
"""Asks for the colour of the background (xterm, OSC 11). A terminal that cannot tell is silent; nobody waits for it."""
END: Final = "\x1b[?1004l\x1b[23;2t"
"""The title is pushed on a stack of the terminal and popped from it (xterm, XTWINOPS)."""


class ScreenTerminal:
    """``ready`` says whether the terminal has accepted everything; until ``drained`` nothing more is painted."""

    def __init__(self, app: Application[None], ready: Callable[[], bool]) -> None:
        self.app = app
        self.output = app.output
        self.painter = Painter(app.output)
        self.redrawn: Callable[[], None] = lambda: None
        """Called before everything is drawn again."""
        self.focused: bool | None = None
        """Whether the terminal's window has the focus; None: the terminal has not reported it."""
        self._ready = ready

    def begin(self, *, asks: bool) -> None:
        """Ask the terminal to save its title, to report the focus and, with ``asks``, for its background."""
        self.output.write_raw(BEGIN + (ASK if asks else ""))

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self.output.write_raw(END)
            self.output.flush()

    def refresh(self) -> None:
        """Schedule painting for this turn of the loop."""
        if self._ready():
            self.app.invalidate()

    def drained(self) -> None:
        """The terminal has accepted everything: paint what was skipped."""
        self.app.invalidate()

    def send(self, data: str) -> None:
        """Write something that is not painted, if it is anything."""
        if data:
            self.output.write_raw(data)
            self.output.flush()

    def redraw(self) -> None:
        self.redrawn()
        self.painter.forget()
        self.app.renderer.clear()
        self.refresh()

    def leave(self) -> None:
        if self.app.is_running and not self.app.is_done:
            self.app.exit()

    def background(self, work: Coroutine[object, object, None]) -> None:
        """Run a task that ends with the screen at the latest."""
        self.app.create_background_task(work)

    def next_key(self) -> KeyPress | None:
        """The key after the pressed one, if they arrived together."""
        queue = self.app.key_processor.input_queue
        return queue[0] if queue else None
