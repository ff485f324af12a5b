"""Notifications: the terminal's bell and the desktop's, by conversation."""

from __future__ import annotations

from prompt_toolkit.output import Output

from chover.client.display.message import one_line
from chover.client.lines import key
from chover.client.local.host import ClientHost
from chover.client.local.settings import ClientSettings
from chover.client.notifications import PlainLine
from chover.client.state import State
from chover.i18n import _


def wanted(level: str, line: PlainLine) -> bool:
    """Whether a line causes a notification at this level: all, mentions or off."""
    if line.past or line.own:
        return False
    return level == "all" or (level == "mentions" and line.mentions)


class Bell:
    def __init__(self, host: ClientHost, state: State, settings: ClientSettings, output: Output) -> None:
        self._host = host
        self._state = state
        self._settings = settings
        self._output = output

    def ring(self, line: PlainLine, *, focused: bool, server: str = "") -> None:
        """Notify of a line, if its conversation's level says so. ``focused``: the user is looking at this terminal.

        ``server`` is its name, if there are several.
        """
        known = key(line.conversation)
        preferences = self._state.preferences
        level = preferences.notify.get(known, self._settings.get("notify"))
        if known in preferences.muted or preferences.ignores(line.sender, line.account) or not wanted(level, line):
            return
        if focused and known in (self._state.active if self._state.looking else "", self._state.also_seen):
            return
        if self._settings.on("bell"):
            self._output.bell()
            self._output.flush()
        if self._settings.on("desktop"):
            where = "" if line.private else _(" in {conversation}", conversation=line.conversation)
            where += f" ({server})" if server else ""
            self._host.notify(f"{line.sender}{where}", one_line(line.text))
