"""Drafts, preferences and blocks that a device has changed on another node, told to the devices of the account here.

It is told by what the account's row holds, so it reaches them however the change became known, also without the bus.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chover.engine.events import BlocksSet, Event
from chover.engine.ids import NOWHERE
from chover.engine.metadata import BLOCKED, HIGHLIGHTS, highlights, unmarked
from chover.ports import Account, AccountSettings, ConversationPreference, Draft
from chover.server.delivery import metadata_lines
from chover.server.profile import blocks, drafts
from chover.server.profile.preferences import OWN

if TYPE_CHECKING:
    from chover.server.delivery.metadata_lines import Values
    from chover.server.session.session import Node

_NOTHING = ConversationPreference("", {})


def tell(node: Node, before: Account, after: Account) -> None:
    """Tell the devices here what is different."""
    _block(node, after)
    devices = list(node.fanout.sessions.get(after.id, ()))
    if not devices:
        return
    for draft in _changed_drafts(before.settings, after.settings):
        drafts.tell(devices, draft)
    for name, values in _changed_preferences(before.settings, after.settings):
        metadata_lines.tell(devices, name, values)
    for sign, mask in _changed_blocks(before.settings, after.settings):
        blocks.show(devices, sign, mask)
        for name in blocks.named(node, mask):
            metadata_lines.tell(devices, name, {BLOCKED: "1" if sign == "+" else "0"})


def _block(node: Node, account: Account) -> None:
    """Presence tells it, too, as long as there is a bus."""
    user, masks = node.chat.users.get(account.id), account.settings.blocked
    if user is not None and node.chat.blocks.get(user.id, ()) != masks:
        node.presence.where.apply(Event(NOWHERE, user.source, BlocksSet(masks), at=node.chat.now()))


def _changed_drafts(before: AccountSettings, after: AccountSettings) -> Iterator[Draft]:
    for folded, draft in before.drafts.items():
        if folded not in after.drafts:
            yield Draft(draft.name, thread=draft.thread)
    yield from [draft for folded, draft in after.drafts.items() if before.drafts.get(folded) != draft]


def _changed_preferences(before: AccountSettings, after: AccountSettings) -> Iterator[tuple[str, Values]]:
    for folded in {**before.marks, **after.marks}:
        old, new = before.marks.get(folded, _NOTHING), after.marks.get(folded, _NOTHING)
        gone = {key: unmarked(key) for key in old.values if key not in new.values}
        changed = {key: value for key, value in new.values.items() if old.values.get(key) != value}
        yield new.name or old.name, {**gone, **changed}
    if before.highlights != after.highlights:
        yield OWN, {HIGHLIGHTS: highlights(after.highlights) or None}


def _changed_blocks(before: AccountSettings, after: AccountSettings) -> Iterator[tuple[str, str]]:
    """Signs and masks."""
    yield from [("-", mask) for mask in before.blocked if mask not in after.blocked]
    yield from [("+", mask) for mask in after.blocked if mask not in before.blocked]
