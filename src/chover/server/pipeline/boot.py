"""What a server loads when it starts: the channels, their members, and their owners."""

from __future__ import annotations

from collections.abc import Iterable

from chover.engine.effects.channels import add_channel
from chover.engine.effects.membership import enroll
from chover.engine.effects.users import meet
from chover.engine.events import Grant, Source
from chover.engine.ids import channel_log
from chover.engine.model import Channel, ListEntry, Membership
from chover.engine.state import ChatState
from chover.ports import Account, Snapshot


def recall(chat: ChatState, accounts: Iterable[Account]) -> None:
    """The people whom accounts block, and those whom they accept."""
    accounts = list(accounts)
    chat.accepts.update({row.id: dict.fromkeys(row.settings.accepted) for row in accounts if row.settings.accepted})
    chat.blocks.update({account.id: account.settings.blocked for account in accounts if account.settings.blocked})


def restore(chat: ChatState, snapshot: Snapshot) -> None:
    """Load the state from the store."""
    for row in snapshot.channels:
        folded = chat.rules.same_channel(row.name)
        add_channel(chat,
            Channel(
                row.id, row.name, folded, row.created_at, row.head, row.rules_version,
                row.topic, row.topic_by, row.topic_at, row.said, dict(row.modes),
                visibility=row.visibility, retention_days=row.retention_days,
            )
        )  # fmt: skip
    for entry in snapshot.lists:
        entries = chat.channels[channel_log(entry.channel)].lists.setdefault(entry.mode, {})
        entries[entry.mask] = ListEntry(entry.mask, entry.set_by, entry.set_at, entry.account, entry.until)
    for right in snapshot.access:
        access = chat.channels[channel_log(right.channel)].access
        access[right.account] = Grant(right.account, right.name, right.role)
    for first in snapshot.since:
        chat.channels[channel_log(first.channel)].since[first.account] = first.since
    for note in snapshot.metadata:
        chat.channels[channel_log(note.channel)].metadata[note.key] = note.value
    for gone in snapshot.former:
        if (folded := chat.rules.same_channel(gone.name)) not in chat.by_name:
            chat.former[folded] = channel_log(gone.channel)
    for member in snapshot.members:
        user = chat.users.get(member.user) or meet(
            chat, Source(member.user, member.nick, member.username, member.host, member.account)
        )
        enroll(
            chat,
            chat.channels[channel_log(member.channel)],
            Membership(user, member.modes, member.joined_at, member.since),
        )
