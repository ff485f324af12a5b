"""Drafts by conversation and by thread: those here, and those that the account has. No I/O."""

from __future__ import annotations

from typing import Final

import msgspec

from chover.client.guard import looks_like_a_password
from chover.client.lines import key

FENCE: Final = "drafts-"


class LocalDraft(msgspec.Struct, frozen=True):
    name: str
    text: str = ""
    reply: str = ""
    """The msgid of the message that it answers, or empty."""
    thread: str = ""
    """The msgid of the message that begins the thread which it is written in, or empty."""

    @property
    def key(self) -> str:
        return key_of(self.name, self.thread)


def key_of(name: str, thread: str = "") -> str:
    """By what a draft is kept: no name contains a space."""
    return f"{key(name)} {thread}" if thread else key(name)


class Drafts:
    """Drafts by folded name of the conversation, and by the message that begins a thread."""

    def __init__(self) -> None:
        self.rows: dict[str, LocalDraft] = {}
        """The drafts here."""
        self.told: dict[str, LocalDraft] = {}
        """The account's drafts, as far as we know."""
        self.others: dict[str, LocalDraft] = {}
        """Drafts that another device has written while this one did."""
        self.follows = False
        """Whether the account has sent all of them, on this connection."""
        self._sent: dict[str, LocalDraft] = {}
        self._asked: dict[str, dict[str, LocalDraft]] = {}
        self._refused: dict[str, LocalDraft] = {}
        self._pings = 0

    def begin(self) -> None:
        """Drafts that were under way on another connection may not have arrived."""
        for held in (self._sent, self._asked, self._refused):
            held.clear()

    def waits(self, known: str) -> bool:
        """Whether a conversation has a draft."""
        return known in self.rows and bool(self.rows[known].text)

    def kept(self) -> dict[str, LocalDraft]:
        """Drafts that may outlive the program. If one must not be kept, the account's is kept instead."""
        rows = {known: row if keepable(row.text) else self.told.get(known) for known, row in self.rows.items()}
        return {known: row for known, row in rows.items() if row is not None}

    def _unsent(self) -> list[str]:
        """Drafts that the account does not have in this form."""
        return [known for known in dict.fromkeys([*self.rows, *self.told]) if self._is_unsent(known)]

    def _is_unsent(self, known: str) -> bool:
        row = self.rows.get(known)
        if (row is not None and not keepable(row.text)) or _alike(row, self.told.get(known)):
            return False
        return not any(known in held and _alike(row, held[known]) for held in (self._refused, self._sent))

    def going(self) -> tuple[list[LocalDraft], str]:
        """Drafts that the account does not have in this form, and the token of the PING to send after them."""
        going = {known: self.rows.get(known) or emptied(self.told[known]) for known in self._unsent()}
        if not going:
            return [], ""
        self._pings += 1
        token = f"{FENCE}{self._pings}"
        self._sent |= going
        self._asked[token] = going
        return list(going.values()), token

    def confirmed(self, token: str) -> None:
        """PONG: everything sent before its PING is kept, unless it was refused."""
        for known, draft in self._asked.pop(token, {}).items():
            if self._sent.get(known) is draft:
                del self._sent[known]
            if known not in self._refused:
                put(self.told, known, draft)

    def refused(self, known: str) -> None:
        """FAIL DRAFT: it is not sent again until it is changed."""
        if known in self._sent:
            self._refused[known] = self._sent[known]

    def settle(self) -> None:
        """What another device has written takes the place of drafts that are gone here."""
        for known in [known for known in self.others if known not in self.rows or not self.rows[known].text]:
            put(self.rows, known, self.others.pop(known))

    def take(self, now: LocalDraft) -> None:
        """The account's draft has changed: a draft that was changed here meanwhile stays."""
        known = now.key
        row = self.rows.get(known)
        changed = not _alike(row, self.told.get(known))
        if not changed:
            put(self.rows, known, now)
        elif now.text and not _alike(row, now):
            self.others[known] = now
        put(self.told, known, now)


def emptied(draft: LocalDraft) -> LocalDraft:
    """In place of a draft that is gone."""
    return msgspec.structs.replace(draft, text="", reply="")


def keepable(text: str) -> bool:
    """Whether a text may be kept: no command (some contain passwords), and nothing that looks like a password."""
    command = text.startswith("/") and not text.startswith("//") and text[:4].lower() != "/me "
    return not command and not looks_like_a_password(text)


def _alike(one: LocalDraft | None, other: LocalDraft | None) -> bool:
    """A draft without a text equals none."""
    first, second = one or LocalDraft(""), other or LocalDraft("")
    return first.text == second.text and (not first.text or first.reply == second.reply)


def put(rows: dict[str, LocalDraft], known: str, draft: LocalDraft) -> None:
    if draft.text or draft.reply:
        rows[known] = draft
    else:
        rows.pop(known, None)
