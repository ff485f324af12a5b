"""What happens to users when the server starts and stops."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Final

from chover.engine import verbs
from chover.engine.append import Append
from chover.engine.effects.users import mark_modes, meet, show_as
from chover.engine.events import Source
from chover.engine.model import Channel, User
from chover.ports import Account, Bus, MemberRow
from chover.server.access.departures import quitting
from chover.server.notifications.push_job import PushJob
from chover.server.pipeline.feed import Feed
from chover.server.pipeline.local_interest import LocalInterest
from chover.server.presence.whereabouts import WAITS
from chover.server.session.session import Node, Session
from chover.server.users import devices, lookalikes, nick_ownership

RESTARTED: Final = "The server was restarted"
NODE_GONE: Final = "The connection to that part of the server was lost"


def wake_always_on(node: Node) -> None:
    """Make users of always-on accounts present again, without a device, as they were before the restart."""
    for account in node.accounts.everybody():
        user = node.chat.users.get(account.id) or _absent_user(node, account)
        if user is not None and devices.always_on(node, user):
            user.away = account.settings.away or devices.GONE
            user.realname = account.settings.realname or user.realname
            user.metadata.update(lookalikes.own_only(node, user, account.settings.metadata))
            show_as(node.chat, user)
            user.modes = user.modes.union(account.settings.modes)
            mark_modes(node.chat, user)


def _absent_user(node: Node, account: Account) -> User | None:
    """The user of an account that is always on and was in no channel."""
    source = Source(account.id, account.name, "~" + "user", node.cloaks.of_account(account.id), account.name)
    sleeps = devices.always_on(node, User(account.id, account.name, account.folded, "", "", account=account.name))
    return meet(node.chat, source, account.name) if sleeps and account.folded not in node.chat.nicks else None


def begin_listening(
    node: Node, feed: Feed, bus: Bus, interest: LocalInterest[Session] | None, pushes: PushJob | None
) -> list[asyncio.Task[None]]:
    """Receive what the bus brings. Returns the tasks that go on until the end, if there may be other nodes."""
    tasks: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    bus.subscribe(feed.hear if bus.lossy else feed.receive)
    if pushes is not None:
        bus.subscribe(pushes.receive)
        node.read_listeners += [pushes.calls.read, pushes.tell_others_read]
        node.presence.reading.heard = pushes.calls.read
    if not node.store.cluster.alone:
        # None of the node's tasks: a stop waits for those until they are done.
        node.presence.claims.confirm = partial(nick_ownership.confirm_own, node)
        tasks.append(loop.create_task(node.presence.claims.run()))
    if bus.lossy:
        bus.subscribe(node.store.search.heard)
        node.ledger.rely_on(feed)
        tasks.append(loop.create_task(feed.watch()))
    if interest is not None:
        node.fanout.readers.came = interest.came
        tasks.append(loop.create_task(interest.watch(feed)))
    if node.presence.active:
        node.moderation.elsewhere = node.presence.devices
        node.presence.orders.carry_out = partial(devices.carry_out, node)
        node.presence.begin(lambda event: feed.receive([event]), devices.AccountResidents(node))
        tasks.append(loop.create_task(node.presence.watch()))
    return tasks


def closing(node: Node, row: MemberRow) -> Append:
    """The end of a membership that the last run left open."""
    return quitting(node.chat, node.chat.users[row.user], RESTARTED)


async def close_forsaken(node: Node, channels: Iterable[Channel], *, restart: bool) -> None:
    """Close those of these channels that are empty and do not stay. Raises NotKept."""
    for channel in channels:
        await node.ledger.commit(partial(verbs.close_forsaken, node.chat, channel, restart=restart))


async def end_all(node: Node, reason: str) -> None:
    """Tell everybody why the server stops, and wait until everything is kept and written."""
    await node.ledger.drained()
    for session in list(node.sessions):
        session.end(reason)
    node.outbox.flush()
    await node.ledger.drained()
    await node.tasks.done()
    await node.connections.close()


class AbsentUsers:
    """Those in the state whom no node holds: their node has died, or what it said of their end was lost."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def end(self) -> None:
        """Have those leave who were absent for some time. The store is asked about them alone.

        Raises StoreError and NotKept.
        """
        node = self._node
        absent = [who for who, beats in node.presence.where.orphans.items() if beats > WAITS and who in node.chat.users]
        present = await node.store.cluster.present(absent) if absent else set()
        for user in [node.chat.users[who] for who in absent if who not in present and who in node.chat.users]:
            if not devices.always_on(node, user):
                await node.ledger.commit(partial(quitting, node.chat, user, NODE_GONE))
