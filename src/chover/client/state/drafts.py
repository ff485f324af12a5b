"""What was written and not sent, by conversation (docs/protocol.md, "Drafts"). No I/O.

An account keeps it where the server knows how; elsewhere, and for guests, this program does. What is here, what the
account has and what it had last are three: a draft that was changed here alone stays, one that was changed elsewhere
alone comes here. The web client's state/drafts.js has the same rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from chover import names
from chover.client.guard import looks_like_a_password
from chover.client.lines import key
from chover.client.notifications import Notification
from chover.client.state import sending
from chover.client.state.batches import DRAFTS, Batch
from chover.wire.message import Message

if TYPE_CHECKING:
    from chover.client.state import State

OFFERED: Final = DRAFTS
FENCE: Final = "drafts-"


class LocalDraft(msgspec.Struct, frozen=True):
    name: str
    text: str = ""
    reply: str = ""
    """The msgid of the message that it answers, or empty."""


class Drafts:
    """All by folded name of the conversation."""

    def __init__(self) -> None:
        self.rows: dict[str, LocalDraft] = {}
        """What is here."""
        self.told: dict[str, LocalDraft] = {}
        """What the account has, as far as we know."""
        self.others: dict[str, LocalDraft] = {}
        """What another device has written while this one did."""
        self.follows = False
        """The account has told all of it, on this connection."""
        self._sent: dict[str, LocalDraft] = {}
        self._asked: dict[str, dict[str, LocalDraft]] = {}
        self._refused: dict[str, LocalDraft] = {}
        self._pings = 0

    def begin(self) -> None:
        """What was on its way on another connection may not have come."""
        for held in (self._sent, self._asked, self._refused):
            held.clear()

    def waits(self, known: str) -> bool:
        """Whether something was written in a conversation and not sent."""
        return known in self.rows and bool(self.rows[known].text)

    def kept(self) -> dict[str, LocalDraft]:
        """What may outlive the program: of what may be kept nowhere what the account has instead."""
        rows = {known: row if keepable(row.text) else self.told.get(known) for known, row in self.rows.items()}
        return {known: row for known, row in rows.items() if row is not None}

    def _unsent(self) -> list[str]:
        """Where the account does not have it as it is here."""
        return [known for known in dict.fromkeys([*self.rows, *self.told]) if self._is_unsent(known)]

    def _is_unsent(self, known: str) -> bool:
        row = self.rows.get(known)
        if (row is not None and not keepable(row.text)) or _alike(row, self.told.get(known)):
            return False
        return not any(known in held and _alike(row, held[known]) for held in (self._refused, self._sent))

    def lines(self, state: State) -> list[str]:
        """What has the account keep what is here."""
        unsent = self._unsent() if self.follows and state.can(OFFERED) else []
        if not unsent:
            return []
        self._pings += 1
        going = {known: self.rows.get(known) or LocalDraft(self.told[known].name) for known in unsent}
        self._sent |= going
        self._asked[f"{FENCE}{self._pings}"] = going
        return [*[line for draft in going.values() for line in _line(state, draft)], f"PING {FENCE}{self._pings}"]

    def confirmed(self, token: str) -> None:
        """PONG: what was sent before its PING is kept, but for what was refused."""
        for known, draft in self._asked.pop(token, {}).items():
            if self._sent.get(known) is draft:
                del self._sent[known]
            if known not in self._refused:
                _put(self.told, known, draft)

    def refused(self, name: str) -> None:
        """FAIL DRAFT: it is not sent again until it is changed."""
        if key(name) in self._sent:
            self._refused[key(name)] = self._sent[key(name)]

    def settle(self) -> None:
        """What another device has written takes the place of what is not here any more."""
        for known in [known for known in self.others if known not in self.rows or not self.rows[known].text]:
            _put(self.rows, known, self.others.pop(known))

    def take(self, now: LocalDraft) -> None:
        """What the account has now: a draft that was changed here meanwhile stays."""
        known = key(now.name)
        row = self.rows.get(known)
        changed = not _alike(row, self.told.get(known))
        if not changed:
            _put(self.rows, known, now)
        elif now.text and not _alike(row, now):
            self.others[known] = now
        _put(self.told, known, now)


def keepable(text: str) -> bool:
    """Whether a text may be kept at all: no command (some hold passwords), and nothing that looks like a password."""
    command = text.startswith("/") and not text.startswith("//") and text[:4].lower() != "/me "
    return not command and not looks_like_a_password(text)


def _alike(one: LocalDraft | None, other: LocalDraft | None) -> bool:
    """A draft without a text is like none."""
    first, second = one or LocalDraft(""), other or LocalDraft("")
    return first.text == second.text and (not first.text or first.reply == second.reply)


def _put(rows: dict[str, LocalDraft], known: str, draft: LocalDraft) -> None:
    if draft.text or draft.reply:
        rows[known] = draft
    else:
        rows.pop(known, None)


def _line(state: State, draft: LocalDraft) -> list[str]:
    reply = draft.reply or "*"
    text = draft.text if draft.text.strip() else ""
    return sending.draft(state, draft.name, reply, text)


# ---- what the server says --------------------------------------------------------------------------------------------


def everything(state: State, batch: Batch) -> list[Notification]:
    """The batch of all of them: what it does not name is not there."""
    drafts = state.drafts
    drafts.begin()
    now = {key(message.params[0]): _draft(message) for message in batch.messages if len(message.params) > 2}
    for known, told in list(drafts.told.items()):
        if known not in now:
            drafts.take(LocalDraft(told.name))
    for draft in now.values():
        _took(state, draft)
    drafts.follows = bool(state.account) and sending.most(state) is not None
    flush(state)
    return []


def told(state: State, message: Message) -> list[Notification]:
    """One was changed on another device."""
    if len(message.params) > 2:
        _took(state, _draft(message))
    return []


def _took(state: State, draft: LocalDraft) -> None:
    """A private conversation in which a draft waits is in the list."""
    state.drafts.take(draft)
    if draft.text and not names.is_channel(draft.name):
        state.conversation(draft.name)


def _draft(message: Message) -> LocalDraft:
    name, reply, text = message.params[:3]
    return LocalDraft(name, text, "" if reply == "*" else reply)


# ---- what somebody does ----------------------------------------------------------------------------------------------


def write(state: State, name: str, text: str, reply: str = "") -> None:
    """Something is being written."""
    _put(state.drafts.rows, key(name), LocalDraft(name, text if text.strip() else "", reply))


def sent(state: State, name: str) -> None:
    """It was sent: what another device has written meanwhile takes its place."""
    state.drafts.rows.pop(key(name), None)
    flush(state)


def flush(state: State) -> None:
    """Have the account keep what is here."""
    state.drafts.settle()
    state.lines += state.drafts.lines(state)


def renamed(state: State, before: str, after: str) -> None:
    """What is written there goes along. With a channel the account's does so by itself."""
    drafts = state.drafts
    for rows in (drafts.rows, drafts.others, *([drafts.told] if names.is_channel(after) else [])):
        draft = rows.pop(key(before), None)
        if draft is not None:
            rows.setdefault(key(after), msgspec.structs.replace(draft, name=after))
