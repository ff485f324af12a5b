"""HistServ: the nick under which plain clients are shown history."""

from __future__ import annotations

from typing import Final

from chover.server.history.replay import HISTSERV
from chover.server.services.service import Service

SERVICE: Final = Service(HISTSERV, "", "shows earlier messages to clients that cannot ask for history", {})
