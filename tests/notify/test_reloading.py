"""Hooks and push subscriptions that another node has changed."""

import asyncio
import hashlib

import msgspec
import pytest

from chover.engine.ids import LogId, UserId
from chover.notify.hooks import HookService
from chover.notify.push import Pushing
from chover.ports import Hook, NotPosted
from chover.ports.push import Subscription
from tests.doubles.memory_hooks import MemoryHooks
from tests.doubles.memory_push import MemoryPush

TOKEN = "t" * 43
INCOMING = Hook("h1", LogId("c1"), "deploys", "a1", 1000)
OUTGOING = Hook("h2", LogId("c1"), "news", "a1", 2000, "https://example.org/", "key")


class Voice:
    def channel(self, log):
        return "#tea"


class Followed:
    """Notes which outgoing hooks are told."""

    def __init__(self):
        self.hooks, self.off = [], {}

    def follow(self, hook):
        if hook.url:
            self.hooks.append(hook.id)

    def leave(self, hook):
        self.hooks = [other for other in self.hooks if other != hook]

    async def watch(self):
        await asyncio.Event().wait()

    async def rest(self):
        self.hooks = []


@pytest.fixture
def rows():
    return MemoryHooks()


@pytest.fixture
def outgoing():
    return Followed()


@pytest.fixture
def hooks(rows, outgoing):
    return HookService(rows, [], Voice(), outgoing)


async def test_an_incoming_hook_of_another_node_may_speak_until_it_is_revoked_there(rows, hooks):
    await rows.add(hashlib.sha256(TOKEN.encode()).digest(), INCOMING)
    await hooks.reload()
    assert hooks.find(TOKEN) == (INCOMING, "#tea")
    await rows.remove(INCOMING.id)
    await hooks.reload()
    with pytest.raises(NotPosted):
        hooks.find(TOKEN)


@pytest.fixture
async def telling(hooks):
    """The node is the one that sends."""
    task = asyncio.create_task(hooks.tell())
    await asyncio.sleep(0)
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_only_the_node_that_sends_follows_outgoing_hooks_from_where_the_last_one_stopped(rows, hooks, outgoing):
    await rows.add(b"", OUTGOING)
    await hooks.reload()
    assert outgoing.hooks == []
    await rows.move(OUTGOING.id, 7)
    followed = []
    outgoing.follow = followed.append
    telling = asyncio.create_task(hooks.tell())
    await asyncio.sleep(0)
    assert [(hook.id, hook.place) for hook in followed] == [(OUTGOING.id, 7)]
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    await rows.add(b"", msgspec.structs.replace(OUTGOING, id="h3"))
    await hooks.reload()
    assert len(followed) == 1


@pytest.mark.usefixtures("telling")
async def test_an_outgoing_hook_is_followed_once_until_it_is_off(rows, hooks, outgoing):
    await rows.add(b"", OUTGOING)
    await hooks.reload()
    await hooks.reload()
    assert outgoing.hooks == [OUTGOING.id]
    await rows.switch_off(OUTGOING.id, "410 Gone")
    await hooks.reload()
    assert outgoing.hooks == []
    assert hooks.everywhere()[0].off == "410 Gone"


async def test_what_is_revoked_here_while_the_rows_are_read_does_not_come_back(rows, hooks, outgoing):
    await rows.add(b"", OUTGOING)
    await hooks.reload()
    read = rows.all

    async def read_and_then_revoked():
        found = await read()
        await hooks.revoke(OUTGOING.id)
        return found

    rows.all = read_and_then_revoked
    await hooks.reload()
    assert hooks.everywhere() == outgoing.hooks == []


async def test_subscriptions_of_other_nodes_are_told_and_dropped_ones_are_not():
    alice = UserId("a1")
    rows = MemoryPush({alice: None})
    push = Pushing(rows, [], None, "", None, None)
    one, other = (Subscription(alice, f"https://{name}", "p", "s", 5, 1) for name in ("a", "b"))
    for each in (one, other):
        await rows.put(each, 9)
    await push.reload()
    assert push.subscribed(alice) == [one, other]
    await rows.drop(one.endpoint)
    await push.reload()
    assert push.subscribed(alice) == [other]
    await rows.drop(other.endpoint)
    await push.reload()
    assert push.accounts == frozenset()
