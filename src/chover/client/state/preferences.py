"""A person's preferences: conversations pinned or muted, notification levels, people who are ignored. No I/O.

The account keeps them for all its devices if the server supports it (docs/protocol.md, "Marks"). Otherwise, and for
guests, this program does. Its preferences are copied to the account once, if the account has none for that name.
"""

from __future__ import annotations

from typing import Final

from chover.client.lines import key
from chover.client.notifications import Notification, Preferred
from chover.client.state import threads
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.client.state.model.batches import Batch
from chover.client.state.model.preferences import OWN, Rows
from chover.client.state.model.preferences import put as put_row
from chover.client.state.model.requests import HistoryRequest
from chover.client.state.model.state import State, read_up_to
from chover.engine.metadata import (
    BLOCKED,
    MUTED,
    NOTIFY,
    PINNED,
    PINS,
    PRIVATE,
    RINGS,
    SETTINGS,
    THREADS,
    UNREAD,
    marked,
)
from chover.i18n import _
from chover.wire.capabilities import VENDOR
from chover.wire.message import Message, format_line

OFFERED: Final = f"{VENDOR}/marks"
"""The server keeps them. Without it, the same words would be metadata that everybody sees."""
SUBSCRIBE: Final = format_line("METADATA", OWN, "SUB", *PRIVATE)

PINS_BYTES: Final = 300
"""The size of the msgids for one conversation, as the server limits it."""


def _changed(state: State) -> None:
    """Apply a change of what counts; messages of people who are now ignored are no longer new."""
    before, words = state.preferences.ignored, state.preferences.highlights
    state.preferences.remade()
    for conversation in state.conversations.values():
        if state.preferences.highlights != words:
            conversation.judge_unread()
            conversation.count()
        if state.preferences.ignored != before:
            conversation.heed()
        if (read_at := read_up_to(state, conversation)) != conversation.read_at:
            conversation.read_at = read_at
            conversation.count()


# ---- what somebody does


def put(state: State, name: str, which: str, value: str | None) -> None:
    """Set a preference about a conversation or a nick; None removes it. Raises CannotDo."""
    preferences = state.preferences
    if preferences.follows and not state.online:
        raise CannotDo(_("There is no connection, and this is stored in your account: try again when it is back."))
    put_row(preferences.told if preferences.follows else preferences.own, key(name), which, value)
    _changed(state)
    if preferences.follows or (which == BLOCKED and state.can(OFFERED)):
        # For a guest, the server drops private messages of ignored people as long as the guest is connected.
        _ask(state, name, which, value)


def _ask(state: State, name: str, which: str, value: str | None) -> None:
    down = "0" if which in {PINNED, MUTED, BLOCKED} else ""
    state.ask(HistoryRequest("mark", name, _("Not saved")), "METADATA", name, "SET", which, value or down)


def pin(state: State, name: str, msgid: str) -> bool:
    """Save a message for oneself, or remove it. Returns whether it is saved now. Raises CannotDo."""
    held = state.preferences.pins.get(key(name), [])
    after = [other for other in held if other != msgid] if msgid in held else [*held, msgid]
    value = " ".join(after)
    if msgid in after and len(value.encode()) > PINS_BYTES:
        raise CannotDo(_("At most {n} messages can be saved in {name}; remove one first.", n=len(held), name=name))
    put(state, name, PINS, value or None)
    return msgid in after


def mark_unread(state: State, conversation: Conversation, entry: Entry) -> None:
    """Have a message and everything after it unread again, on all devices. Raises CannotDo."""
    put(state, conversation.name, UNREAD, str(entry.at))
    conversation.keeps_unread, conversation.new_from = True, entry.at - 1


def read_again(state: State, conversation: Conversation) -> None:
    """It was read: it is not unread any more."""
    if conversation.key in state.preferences.unread and (state.online or not state.preferences.follows):
        put(state, conversation.name, UNREAD, None)


def read_thread(state: State, conversation: Conversation) -> bool:
    """All of the open thread was read. Returns whether that was not known."""
    value = threads.mark_read(state, conversation)
    if value is None or (state.preferences.follows and not state.online):
        return False
    put(state, conversation.name, THREADS, value)
    return True


def prefer(state: State, text: str) -> None:
    """Store the settings in the account, for a front end whose host keeps nothing."""
    if state.preferences.follows and state.online:
        put(state, OWN, SETTINGS, text or None)


def renamed(state: State, before: str, after: str) -> None:
    """A channel was renamed: this program's preferences move along; the server reports the account's."""
    row = state.preferences.own.pop(key(before), None)
    if row is not None:
        state.preferences.own[key(after)] = row | state.preferences.own.get(key(after), {})
        state.preferences.remade()


# ---- what the server says


def begin(state: State) -> None:
    """A connection is registered: ask for all of them. Until they arrive, the last known ones apply."""
    state.preferences.complete = False
    if OFFERED in state.caps and "draft/metadata-3" in state.caps and "batch" in state.caps:
        state.lines.append(SUBSCRIBE)
    else:
        state.preferences.follows = False
        state.preferences.remade()


def everything(state: State, batch: Batch) -> list[Notification]:
    """The batch ``metadata *``: what it does not name is not set. It is sent again after each login and logout."""
    preferences = state.preferences
    preferred = preferences.told.get(OWN, {}).get(SETTINGS) if preferences.complete else None
    preferences.told = {}
    for message in batch.messages:
        _take(preferences.told, message)
    preferences.complete, preferences.follows = True, bool(state.account)
    _carry_over(state)
    _changed(state)
    now = preferences.told.get(OWN, {}).get(SETTINGS, "")
    return [Preferred(now)] if preferences.follows and now != preferred else []


def _carry_over(state: State) -> None:
    """Copy this program's preferences for names that the account has none for; a guest's ignores only."""
    preferences = state.preferences
    for name, row in list(preferences.own.items()):
        known = set(preferences.told.get(name, ()))
        for which, value in list(row.items()):
            # Ignoring somebody is separate from preferences about the conversation with them.
            silent = BLOCKED not in known if which == BLOCKED else preferences.follows and known <= {BLOCKED}
            if silent:
                _ask(state, name, which, value)
                put_row(preferences.told, name, which, value)
            elif preferences.follows:
                put_row(preferences.own, name, which, None)


def keyvalue(state: State, message: Message) -> list[Notification] | None:
    """761 and 766: a preference was changed, here or on another device; None for anything else."""
    preferences = state.preferences
    state.answered(message.tags.get("label", ""))
    found = _take(preferences.told, message)
    if found is None:
        return None
    name, which = found
    value = preferences.told.get(name, {}).get(which)
    if preferences.follows:
        # It is the account's now.
        put_row(preferences.own, name, which, None)
    elif which == BLOCKED and preferences.complete:
        put_row(preferences.own, name, which, value)
    _changed(state)
    return [Preferred(value or "")] if which == SETTINGS and preferences.follows else []


def _take(rows: Rows, message: Message) -> tuple[str, str] | None:
    """Store a line's value in the rows. Returns the name and the key; None if it is not a preference."""
    name, which = (message.params[at] if at < len(message.params) else "" for at in (1, 2))
    if which not in PRIVATE or not name:
        return None
    value = marked(which, message.params[-1]) if message.command == "761" else None
    if which == NOTIFY and value not in RINGS:
        value = None
    put_row(rows, key(name), which, value)
    return key(name), which


def refused(state: State) -> None:
    """Something was not kept: ask for what is."""
    state.lines.append(SUBSCRIBE)
