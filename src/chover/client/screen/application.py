"""prompt_toolkit's part of a full screen: the input line, the keys, the terminal's modes."""

from __future__ import annotations

from typing import Final

from prompt_toolkit.application import Application
from prompt_toolkit.filters import Condition
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output

from chover.client.keyboard import listen
from chover.client.local.settings import ClientSettings

CHORD_SECONDS: Final = 0.5
"""Longest pause within Ctrl-X Ctrl-E; no other keys wait for a second one."""


def application(settings: ClientSettings, source: Input | None, output: Output | None) -> Application[None]:
    """An application that is not running yet, without layout and keys.

    ``source`` and ``output`` default to the process's.
    """
    app: Application[None] = Application(
        full_screen=True,
        input=source,
        output=output,
        enable_page_navigation_bindings=False,
        mouse_support=Condition(lambda: settings.on("mouse")),
        include_default_pygments_style=False,
    )
    app.timeoutlen = CHORD_SECONDS
    listen(app)
    return app
