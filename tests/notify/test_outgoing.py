"""Telling other programs what is said in a channel."""

import asyncio
import hmac
import json

import pytest

from chover.engine.ids import LogId
from chover.notify import outgoing
from chover.notify.destinations import Destinations
from chover.notify.guard import Guard
from chover.notify.hooks import HookService
from chover.notify.outgoing import Means, Outgoing
from chover.ports import Denied
from chover.server.operators.hooks import OperatorHooks
from tests.doubles.memory_hooks import MemoryHooks
from tests.doubles.stage import Stage

URL = "https://example.org/in"


class Program:
    """What is posted to: the way out, and who is there."""

    def __init__(self):
        self.taken = []
        self.headers = []
        self.answers = []
        self.tries = 0
        self._more = asyncio.Event()

    async def post(self, url, body, headers):
        assert url == URL
        self.tries += 1
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        if 200 <= answer < 300:
            self.taken.append(json.loads(body))
            self.headers.append((headers, body))
            self._more.set()
        return answer

    async def has(self, number):
        async with asyncio.timeout(5):
            while len(self.taken) < number:
                self._more.clear()
                await self._more.wait()
        return [told["text"] for told in self.taken]

    async def close(self):
        pass


class Told:
    """A stage whose hooks tell a program."""

    def __init__(self, stage, rows=None, held=()):
        self.stage, self.program, self.rows = stage, Program(), rows or MemoryHooks()
        self.waits = []
        self.voice = stage.voice()
        self.outgoing = Outgoing(Means(stage.store, self.rows, self.voice, self.pause), Guard())
        self.outgoing.destinations = Destinations(self.outgoing.guard, self.lookup)
        self.outgoing._open = self.way_out
        self.hooks = HookService(self.rows, held, self.voice, self.outgoing)
        self.operator_hooks = OperatorHooks(stage.node, self.hooks)
        stage.node.ledger._bus.subscribe(self.outgoing.notice)
        self.telling = asyncio.create_task(self.hooks.tell())

    async def lookup(self, host):
        return ["10.0.0.1"] if host.startswith("inside.") else ["93.184.215.14"]

    async def way_out(self):
        return self.program

    async def pause(self, seconds):
        self.waits.append(seconds)
        await asyncio.sleep(0)

    async def hook(self, channel="#ops"):
        return await self.operator_hooks.add(channel, "watch", URL)

    async def close(self):
        self.telling.cancel()
        await asyncio.gather(self.telling, return_exceptions=True)
        await self.outgoing.close()

    async def place(self):
        [(_, hook)] = await self.rows.all()
        return hook.place


@pytest.fixture
async def stage():
    stage = await Stage.open()
    stage.accounts.add("alice")
    yield stage
    await stage.close()


@pytest.fixture
async def told(stage):
    told = Told(stage)
    yield told
    await told.close()


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#ops", "#tea", login="alice")


async def say(wire, *texts, to="#ops"):
    wire.send(*[f"PRIVMSG {to} :{text}" for text in texts])
    await wire.all()


async def test_what_is_said_is_told_in_order_with_who_said_it(told, alice):
    await say(alice, "before")
    made = await told.hook()
    await say(alice, "one", "two")
    assert await told.program.has(2) == ["one", "two"]
    first = told.program.taken[0]
    assert first.pop("msgid")
    assert first.pop("time").endswith("Z")
    assert first == {
        "hook": made.hook.id, "channel": "#ops", "nick": "alice", "account": "alice", "bot": False, "notice": False,
        "text": "one",
    }  # fmt: skip


async def test_it_is_signed_with_the_key_that_was_shown(told, alice):
    made = await told.hook()
    await say(alice, "one")
    await told.program.has(1)
    [(headers, body)] = told.program.headers
    stamp = headers["X-Chover-Timestamp"]
    wanted = hmac.new(made.key.encode(), stamp.encode() + b"." + body, "sha256").hexdigest()
    assert headers["X-Chover-Signature"] == f"sha256={wanted}"
    assert headers["Content-Type"] == "application/json"


async def test_other_channels_private_words_and_words_for_operators_are_not_told(told, alice):
    await told.hook()
    await say(alice, "elsewhere", to="#tea")
    await say(alice, "for operators", to="@#ops")
    alice.send("TOPIC #ops :new")
    await say(alice, "one")
    assert await told.program.has(1) == ["one"]


async def test_what_hooks_say_does_not_come_back(told, alice):
    await told.hook()
    incoming = (await told.operator_hooks.add("#ops", "deploys")).address.rpartition("/")[2]
    await told.hooks.post(incoming, b"it is out", {})
    await say(alice, "one")
    assert await told.program.has(1) == ["one"]


async def test_what_is_not_taken_is_tried_again_later_and_later(told, alice):
    await told.hook()
    told.program.answers = [500, 302, OSError("nobody there"), 429, *[503] * 8]
    await say(alice, "one", "two")
    assert await told.program.has(2) == ["one", "two"]
    assert len(told.waits) == 12
    bounds = [min(2**n, outgoing.LONGEST_SECONDS) for n in range(12)]
    assert all(bound / 2 <= wait <= bound for wait, bound in zip(told.waits, bounds, strict=True))
    measures = {measure.name: measure.samples[0].value for measure in told.hooks.measures()}
    assert measures.pop("hook_queue_events") <= 1, "the last one is told, and perhaps not noted yet"
    assert measures == {"hook_posts_total": 0, "hook_told_total": 2, "hook_tries_failed_total": 12, "hooks_failing": 0}


async def test_what_waits_for_a_program_that_takes_nothing_is_counted(told, alice):
    await told.hook()
    await say(alice, "one")
    await told.program.has(1)
    told.program.answers = [500] * 10_000
    await say(alice, "two", "three", "four")
    async with asyncio.timeout(5):
        while not any(m.name == "hook_queue_events" and m.samples[0].value >= 3 for m in told.hooks.measures()):
            await asyncio.sleep(0)


async def test_after_a_restart_it_goes_on_where_it_was(told, alice, stage):
    await told.hook()
    await say(alice, "one")
    await told.program.has(1)
    await told.close()
    await say(alice, "while nobody told")
    again = Told(stage, told.rows, await told.rows.all())
    assert await again.program.has(1) == ["while nobody told"]
    await again.close()


async def test_what_was_not_taken_before_a_restart_is_told_after_it(told, alice, stage):
    await told.hook()
    await say(alice, "one")
    await told.program.has(1)
    before = await told.place()
    told.program.answers = [500] * 10_000
    await say(alice, "two", "three")
    async with asyncio.timeout(5):
        while not told.waits:
            await asyncio.sleep(0)
    await told.close()
    assert await told.place() >= before
    again = Told(stage, told.rows, await told.rows.all())
    assert await again.program.has(2) == ["two", "three"]
    await again.close()


async def test_what_only_another_node_knows_of_is_told_too(told, alice, stage, monkeypatch):
    """The bus of a cluster brings nothing of channels in which nobody of this node is."""
    monkeypatch.setattr(outgoing, "LOOK_SECONDS", 0.001)
    stage.store.cluster.alone = False
    await told.hook()
    told.outgoing.notice = lambda _events: None
    stage.node.ledger._bus._receivers = [
        receive for receive in stage.node.ledger._bus._receivers if receive.__self__ is not told.outgoing
    ]
    await say(alice, "one", "two")
    assert await told.program.has(2) == ["one", "two"]


async def test_a_node_that_may_have_lost_its_lease_sends_nothing_until_it_has_it_again(told, alice, stage):
    await told.hook()
    cluster = stage.store.cluster
    cluster.lease_left = 0.0
    await say(alice, "one")
    async with asyncio.timeout(5):
        while len(told.waits) < 3:
            await asyncio.sleep(0)
    assert told.program.tries == 0
    cluster.lease_left = 6.0
    assert await told.program.has(1) == ["one"]


async def switched_off(told):
    async with asyncio.timeout(5):
        while not (await told.operator_hooks.list())[0].off:
            await asyncio.sleep(0)
    return (await told.operator_hooks.list())[0].off


async def test_anyone_who_takes_nothing_for_a_day_is_told_nothing_more(told, alice, caplog):
    await told.hook()
    told.program.answers = [500] * 10_000
    await say(alice, "one")
    assert "nothing was accepted for 24 hours (the answer was 500)" in await switched_off(told)
    assert outgoing.GIVE_UP_SECONDS <= sum(told.waits) < outgoing.GIVE_UP_SECONDS + outgoing.LONGEST_SECONDS
    tries = told.program.tries
    await say(alice, "two")
    assert told.program.tries == tries
    assert "watch" in caplog.text
    assert HookService(told.rows, await told.rows.all(), told.voice).everywhere()[0].off


async def test_anyone_who_says_that_it_is_gone_is_believed(told, alice):
    await told.hook()
    told.program.answers = [410]
    await say(alice, "one")
    assert "410 Gone" in await switched_off(told)
    assert not told.waits


async def test_operators_of_the_server_who_are_on_hear_that_it_is_off(told, alice, stage):
    stage.node.chat.operators.add(stage.node.chat.find_user("alice").id)
    await told.hook()
    told.program.answers = [410]
    alice.send("PRIVMSG #ops :one")
    assert "which sent the messages of #ops to a program, is off" in await alice.expect("410 Gone")


async def test_a_revoked_hook_tells_nothing_more(told, alice):
    made = await told.hook()
    await say(alice, "one")
    await told.program.has(1)
    await told.operator_hooks.revoke(made.hook.id)
    await say(alice, "two")
    assert told.program.tries == 1
    assert not await told.rows.all()


async def test_one_that_does_not_answer_does_not_hold_up_another(told, alice):
    await told.hook("#tea")
    await told.hook("#ops")
    never = asyncio.Event()
    post = told.program.post

    async def slow(url, body, headers):
        if b"#tea" in body:
            await never.wait()
        return await post(url, body, headers)

    told.program.post = slow
    await say(alice, "stuck", to="#tea")
    await say(alice, "one")
    assert await told.program.has(1) == ["one"]


async def test_an_address_that_is_none_makes_no_hook(told, alice):
    with pytest.raises(Denied, match="is not an address"):
        await told.operator_hooks.add("#ops", "watch", "file:///etc/passwd")
    assert not await told.rows.all()


@pytest.mark.parametrize("url", ["http://127.1/", "https://[fec0::1]/", "http://inside.example.org/"])
async def test_a_hook_that_leads_inside_is_refused_when_it_is_made(told, url):
    with pytest.raises(Denied, match="is not in the public network"):
        await told.hooks.add_outgoing(LogId("c1"), "ops", "operator", url)
    assert not told.hooks.everywhere()
