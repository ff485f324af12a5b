"""prompt_toolkit's part of a full screen: the line, the keys, the terminal's modes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prompt_toolkit.application import Application
from prompt_toolkit.filters import Condition
from prompt_toolkit.input import Input
from prompt_toolkit.layout import Layout
from prompt_toolkit.output import Output

from chover.client.screen.keyboard import listen
from chover.client.screen.keys import bindings

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen

CHORD_SECONDS: Final = 0.5
"""Longest pause within Ctrl-X Ctrl-E; no other keys wait for another one."""


def application(screen: FullScreen, source: Input | None, output: Output | None) -> Application[None]:
    """Not running yet; without ``source`` and ``output`` those of the process."""
    app: Application[None] = Application(
        layout=Layout(screen.root, focused_element=screen.root.window),
        key_bindings=bindings(screen),
        full_screen=True,
        input=source,
        output=output,
        enable_page_navigation_bindings=False,
        mouse_support=Condition(lambda: screen.settings.on("mouse")),
        include_default_pygments_style=False,
    )
    app.timeoutlen = CHORD_SECONDS
    listen(app)
    return app
