"""What is stored for each server: pending messages, read markers, preferences."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from chover.client.guard import SERVICES
from chover.client.lines import key
from chover.client.local.host import ClientHost
from chover.client.state import State
from chover.client.state.model.drafts import LocalDraft
from chover.client.state.model.outbox import Full, Pending
from chover.client.state.model.preferences import Rows
from chover.engine.metadata import BLOCKED, MUTED, NOTIFY, PINNED, PINS

COMPACT: Final = 500
"""Lines of the journal after which it is rewritten."""


class PinnedKey(msgspec.Struct, frozen=True):
    """What a message said when it was pinned here: on other devices it is looked up."""

    name: str
    msgid: str
    nick: str
    text: str


class ServerData(msgspec.Struct):
    """Everything is keyed by folded names."""

    markers: dict[str, int] = {}
    closed: dict[str, int] = {}
    channels: list[str] = []
    pinned: list[PinnedKey] = []
    drafts: dict[str, str | LocalDraft] = {}
    """A plain text in files of older versions."""
    drafts_told: dict[str, LocalDraft] = {}
    """The drafts that the account had last."""
    notify: dict[str, str] = {}
    """This and the following fields: only what no account keeps (state/preferences.py)."""
    muted: list[str] = []
    ignored: list[str] = []
    front: list[str] = []
    """Pinned conversations."""
    pins: dict[str, str] | None = None
    """The msgids of pinned messages; None in files of older versions, which have only ``pinned``."""

    @property
    def preferences(self) -> Rows:
        rows: Rows = {}
        for which, held in ((PINNED, self.front), (MUTED, self.muted), (BLOCKED, self.ignored)):
            for name in held:
                rows.setdefault(name, {})[which] = "1"
        for which, values in ((NOTIFY, self.notify), (PINS, self.pins if self.pins is not None else self._of_before())):
            for name, value in values.items():
                rows.setdefault(name, {})[which] = value
        return rows

    def _of_before(self) -> dict[str, str]:
        pins: dict[str, str] = {}
        for pin in self.pinned:
            pins[key(pin.name)] = f"{pins.get(key(pin.name), '')} {pin.msgid}".lstrip()
        return pins

    def take(self, rows: Rows) -> None:
        self.front, self.muted, self.ignored = (
            [name for name, row in rows.items() if which in row] for which in (PINNED, MUTED, BLOCKED)
        )
        self.notify, self.pins = (
            {name: row[which] for name, row in rows.items() if which in row} for which in (NOTIFY, PINS)
        )


class _Done(msgspec.Struct, tag="done"):
    nonce: str


class _Given(msgspec.Struct, tag="given"):
    pending: Pending


_ENCODE: Final = msgspec.json.Encoder().encode
_DECODE: Final = msgspec.json.Decoder(_Done | _Given).decode


class LocalData:
    """The data for one server, as ``HOST:PORT``, and one identity there."""

    def __init__(self, host: ClientHost, state: State, server: str, who: str) -> None:
        place = re.sub(r"[^A-Za-z0-9.-]+", "_", server)
        self._host = host
        self._state = state
        self._name = f"servers/{place}.json"
        self._journal = host.journal(f"servers/{place}.{re.sub(r'[^A-Za-z0-9.-]+', '_', who)}.outbox")
        self._written: set[str] = set()
        self._lines = 0
        self._stored = ""
        self.kept = self._load()

    def _load(self) -> ServerData:
        try:
            kept = msgspec.json.decode(self._host.load(self._name) or "{}", type=ServerData)
        except msgspec.MsgspecError:
            kept = ServerData()
        state = self._state
        state.markers.update(kept.markers)
        state.closed.update(kept.closed)
        state.drafts.rows = {
            known: row if isinstance(row, LocalDraft) else LocalDraft(known, row) for known, row in kept.drafts.items()
        }
        state.drafts.told = dict(kept.drafts_told)
        state.preferences.own = kept.preferences
        state.preferences.remade()
        state.wanted.update({key(name): name for name in kept.channels})
        self._restore()
        return kept

    def _restore(self) -> None:
        """Continue sending the messages that were pending when the program ended, under the same nonces."""
        waiting: dict[str, Pending] = {}
        for line in self._journal.load():
            try:
                row = _DECODE(line)
            except msgspec.MsgspecError:
                continue
            if isinstance(row, _Given):
                waiting[row.pending.nonce] = row.pending
            else:
                waiting.pop(row.nonce, None)
        for pending in waiting.values():
            self._put_back(pending)
        self._written = set(waiting)
        self._rewrite()

    def _put_back(self, pending: Pending) -> None:
        try:
            self._state.outbox.add(
                pending.nonce,
                pending.target,
                pending.text,
                action=pending.action,
                reply_to=pending.reply_to,
                at=pending.at,
            )
        except Full:
            self._state.failed[pending.nonce] = pending

    def write(self) -> None:
        """Write the outbox to the journal, before any of it is sent."""
        outbox = self._state.outbox
        if not len(outbox) and not self._written:
            return
        # What is said to a service may hold a password, and is not said again on another connection either.
        now = {pending.nonce: pending for pending in outbox if pending.target.lower() not in SERVICES}
        for nonce in self._written - now.keys():
            self._line(_Done(nonce))
        for nonce, pending in now.items():
            if nonce not in self._written:
                self._line(_Given(pending))
        self._written = set(now)
        if self._lines > COMPACT and self._lines > 4 * len(now):
            self._rewrite()

    def _line(self, row: _Done | _Given) -> None:
        self._journal.append(_ENCODE(row).decode())
        self._lines += 1

    def _rewrite(self) -> None:
        rows = [_ENCODE(_Given(pending)).decode() for pending in self._state.outbox if pending.nonce in self._written]
        self._journal.replace(rows)
        self._lines = len(rows)

    def store(self) -> None:
        """Store the rest, if it has changed."""
        state, kept = self._state, self.kept
        kept.markers, kept.closed = dict(state.markers), dict(state.closed)
        kept.drafts, kept.drafts_told = {**state.drafts.kept()}, dict(state.drafts.told)
        kept.channels = list(state.wanted.values())
        kept.take(state.preferences.own)
        text = _ENCODE(kept).decode()
        if text != self._stored:
            self._stored = text
            self._host.store(self._name, text)

    def close(self) -> None:
        self.write()
        self.store()
        self._journal.close()
