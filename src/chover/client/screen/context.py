"""What keys and the mouse work with: the parts of one server's screen, each with one purpose.

None of them knows this class.
"""

from __future__ import annotations

from typing import NamedTuple

from chover.client.local.host import ClientHost
from chover.client.local.settings import ClientSettings
from chover.client.screen.appearance import Appearance
from chover.client.screen.frontend import ScreenFrontend
from chover.client.screen.runner import Runner
from chover.client.screen.servers import Servers, ShownServer
from chover.client.screen.status import ScreenStatus
from chover.client.screen.terminal import ScreenTerminal
from chover.client.screen.uploading import ScreenUploads
from chover.client.screen.viewport import Viewport
from chover.client.screen.writing.line import Line
from chover.client.state import State


class ScreenContext(NamedTuple):
    host: ClientHost
    state: State
    settings: ClientSettings
    status: ScreenStatus
    appearance: Appearance
    viewport: Viewport
    line: Line
    terminal: ScreenTerminal
    runner: Runner
    uploads: ScreenUploads
    frontend: ScreenFrontend
    server: ShownServer
    servers: Servers

    @property
    def selecting(self) -> bool:
        """Whether a message is selected, so that plain keys act on it."""
        view = self.viewport.view
        return view is not None and view.selected is not None and self.line.dialog is None
