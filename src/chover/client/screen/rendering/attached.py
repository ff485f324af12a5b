"""What belongs to an entry besides its text: its pictures, and the page that it links to."""

from __future__ import annotations

from collections.abc import Iterable

from chover.client.display.addresses import SITE
from chover.client.display.own_files import OwnFile, first_link, own_files
from chover.client.screen.rendering.cards import DrawnPicture, PictureSource
from chover.client.screen.rendering.rows import Look
from chover.client.state import State
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry


def link_of(state: State, conversation: Conversation, entry: Entry) -> str:
    """The address of the page whose preview may stand below an entry, or "". Private messages have none."""
    if "://" not in entry.text or not conversation.channel or not entry.is_talk or entry.deleted or not entry.msgid:
        return ""
    return first_link(entry.text, (state.support.files, state.support.get(SITE)))


def drawn(state: State, entry: Entry, look: Look, source: PictureSource | None) -> tuple[DrawnPicture, ...]:
    """The pictures of an entry, each in the room that is kept for it."""
    if source is None or not look.pictures or "://" not in entry.text:
        return ()
    columns = look.columns - look.margin
    found = [(file, source.room(file, columns, look.pictures)) for file in _files(state, entry)]
    return tuple(
        DrawnPicture(file, room, source.rows(file, room), source.reason(file, room))
        for file, room in found
        if room is not None
    )


def all_pictures(state: State, conversation: Conversation, entries: Iterable[Entry]) -> list[tuple[str, OwnFile]]:
    """All pictures of entries that are shown, in their order, each with the msgid of its message."""
    hides = state.filters.hides
    shown = [
        entry
        for entry in entries
        if not hides(conversation.key, entry) and not (not entry.own and state.ignores(entry.nick, entry.account))
    ]
    found = [(entry.msgid, file) for entry in shown for file in _files(state, entry)]
    return [(msgid, file) for msgid, file in found if file.kind == "picture" and file.width]


def _files(state: State, entry: Entry) -> tuple[OwnFile, ...]:
    return own_files(entry.text, state.support.files) if entry.is_talk and not entry.deleted else ()
