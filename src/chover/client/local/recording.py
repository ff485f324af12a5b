"""Writes down the conversations of a server, if somebody wants that (the setting ``log``)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Final

from chover.client.display.text import Clean, plain
from chover.client.guard import SERVICES
from chover.client.local.host import ClientHost, ConversationLog, NotHere
from chover.client.local.log_files import LogEntry
from chover.client.local.settings import ClientSettings
from chover.client.state import State
from chover.client.state.entries import Entry, sentence

_FRONTS: Final = {"message": "<{}> ", "action": "* {} ", "notice": "-{}- "}


def log_lines(entry: Entry) -> tuple[Clean, ...]:
    """An entry as lines of a log, each complete in itself, so that no text can pretend to be another entry."""
    front = _FRONTS.get(entry.kind)
    if front is None:
        return (plain(f"-- {sentence(entry)}"),)
    before = plain(front.format(entry.nick))
    return tuple(Clean(before + plain(line)) for line in entry.text.split("\n"))


class Recording:
    """What is added to the state's conversations, except those with services, which may be about passwords."""

    def __init__(
        self, host: ClientHost, state: State, settings: ClientSettings, server: str, tell: Callable[[str], None]
    ) -> None:
        self._host = host
        self._state = state
        self._settings = settings
        self._server = server
        self._tell = tell
        self._directory = "off"
        self._log: ConversationLog | None = None

    def take(self) -> None:
        """Called after each change of the state: give to the log what is new, and tell what went wrong."""
        self._follow_setting()
        if self._log is None or self._state.records is None:
            return
        records, self._state.records = self._state.records, []
        for key, group in groupby(records, key=lambda record: record.key):
            entries = [LogEntry(each.entry.at, log_lines(each.entry), each.past) for each in group]
            if key not in SERVICES:
                self._log.append(key, entries)
        trouble = self._log.trouble()
        if trouble:
            self._tell(trouble)

    def _follow_setting(self) -> None:
        wanted = self._settings.get("log")
        if wanted == self._directory:
            return
        self.close()
        self._directory = wanted
        if wanted == "off":
            return
        try:
            self._log = self._host.log(wanted, self._server)
        except NotHere as reason:
            self._tell(str(reason))
            return
        self._state.records = []

    def close(self) -> None:
        """Write what is left."""
        if self._log is not None:
            self._log.close()
        self._log, self._state.records, self._directory = None, None, "off"
