"""Web push from WEBPUSH to the device that opens it."""

import asyncio
import re

import pytest

from chover.engine.ids import pair_log
from chover.notify.destinations import Destinations
from chover.notify.guard import Guard
from chover.notify.push import MOST, TRIES, Pushing
from chover.notify.sealing import VapidKeys
from chover.server.info import capabilities
from chover.server.notifications import push_job, push_notifications
from chover.server.notifications.push_job import PushJob
from chover.wire.capabilities import Cap
from tests.doubles.memory_push import MemoryPush
from tests.doubles.stage import Stage
from tests.notify.push_service import Device, PushService

URL = "https://push.example.org/a"
CAPS = "message-tags server-time draft/webpush"


class Pushed:
    def __init__(self, stage):
        self.stage, self.rows, self.service, self.waits = stage, MemoryPush(), PushService(), []
        self.guard, self.names = Guard(), {}
        self.push = Pushing(
            self.rows,
            [],
            VapidKeys(b"k" * 32),
            "https://chat.test",
            self.outside,
            Destinations(self.guard, self.lookup),
            self.pause,
        )
        stage.node.push = self.push
        stage.node.offered = capabilities.offered(stage.node)
        self.job = PushJob(stage.node, self.push, stage.host.feed.applied)
        stage.node.read_listeners.append(self.job.calls.read)
        stage.node.ledger._bus.subscribe(self.job.receive)
        self.running = asyncio.get_running_loop().create_task(self.job.run())

    async def outside(self):
        return self.service

    async def lookup(self, host):
        return self.names.get(host, ["93.184.215.14"])

    async def pause(self, seconds):
        self.waits.append(seconds)
        await asyncio.sleep(0)

    async def register(self, wire, url=URL, keys=""):
        wire.send(f"WEBPUSH REGISTER {url} {keys or self.service.device.keys}")
        await wire.expect(f"WEBPUSH REGISTER {url}")

    async def done(self):
        """All that is on its way has come."""
        while self.push._tasks or self.job._tasks or self.job._heard:
            await asyncio.gather(*self.push._tasks, *self.job._tasks)
            await asyncio.sleep(0)


@pytest.fixture
async def pushed(monkeypatch):
    monkeypatch.setattr(push_job, "TOGETHER_SECONDS", 0)
    stage = await Stage.open()
    for name in ("alice", "bob"):
        stage.accounts.add(name)
    pushed = Pushed(stage)
    yield pushed
    pushed.running.cancel()
    await asyncio.gather(pushed.running, return_exceptions=True)
    await pushed.push.close()
    await stage.close()


@pytest.fixture
async def bob(pushed):
    return await pushed.stage.enter("bob", "#tea", login="bob")


async def alice_is_away(pushed, caps=CAPS):
    """Subscribed, always on, and no device there."""
    alice = await pushed.stage.enter("alice", "#tea", caps=caps, login="alice")
    await pushed.register(alice)
    alice.send("PERSISTENCE SET ON")
    await alice.all()
    alice.send("QUIT")
    await alice.ended()


async def say(wire, *lines):
    wire.send(*lines)
    await wire.all()


async def test_a_client_finds_the_key_in_both_ways(pushed):
    alice = await pushed.stage.enter("alice", caps=CAPS, login="alice")
    alice.send("WEBPUSH VAPIDPUBKEY")
    assert (await alice.expect("VAPIDPUBKEY")).endswith(f"WEBPUSH VAPIDPUBKEY {pushed.push.key}")
    wire = pushed.stage.connect()
    wire.send("CAP LS 302")
    assert "draft/webpush soju.im/webpush" in await wire.expect("webpush")
    wire.send("NICK carol", "USER carol 0 * :c", "CAP END")
    assert f"VAPID={pushed.push.key}" in await wire.expect("VAPID=")


async def test_a_private_message_reaches_the_device_as_its_line(pushed, bob):
    await alice_is_away(pushed)
    await say(bob, "PRIVMSG alice :are you there?")
    [line] = await pushed.service.has(1)
    assert re.fullmatch(r"@msgid=\S+;time=\S+ :bob!\S+ PRIVMSG alice :are you there\?", line)
    [headers] = pushed.service.headers
    assert headers["Authorization"].startswith("vapid t=")
    assert (headers["Content-Encoding"], headers["Urgency"]) == ("aes128gcm", "high")
    assert int(headers["TTL"]) > 0


async def test_a_mention_does_and_other_words_in_a_channel_do_not(pushed, bob):
    await alice_is_away(pushed)
    await say(bob, "PRIVMSG #tea :hello", "PRIVMSG #tea :malice and alicex", "PRIVMSG #tea :Alice: tea?")
    await pushed.service.has(1)
    await pushed.done()
    assert [line.rpartition(" PRIVMSG ")[2] for line in pushed.service.lines] == ["#tea :Alice: tea?"]


async def test_an_answer_to_what_one_said_does_once(pushed, bob):
    await alice_is_away(pushed)
    alice = await pushed.stage.enter("alice", caps="message-tags echo-message", login="alice")
    alice.send("PRIVMSG #tea :who knows?")
    [asked] = [message for message in await alice.messages() if message.command == "PRIVMSG"]
    alice.send("QUIT")
    await alice.ended()
    bob.session.change_caps(Cap.MESSAGE_TAGS)
    answer = f"@+draft/reply={asked.tags['msgid']} PRIVMSG #tea"
    await say(bob, f"{answer} :I do", f"{answer} :alice, I do", "@+draft/reply=nothing PRIVMSG #tea :what?")
    await say(bob, "PRIVMSG alice :fence")
    await pushed.service.has(3)
    await pushed.done()
    assert sorted(line.rpartition(" :")[2] for line in pushed.service.lines) == ["I do", "alice, I do", "fence"]


async def test_an_action_is_no_word_in_itself(pushed, bob):
    await alice_is_away(pushed)
    await marked(pushed, "METADATA * SET chover.chat/highlights :action,tea")
    await say(bob, "PRIVMSG #tea :\x01ACTION waves\x01", "PRIVMSG #tea :\x01ACTION makes TEA\x01")
    await pushed.service.has(1)
    await pushed.done()
    assert [line.rpartition(" :")[2] for line in pushed.service.lines] == ["\x01ACTION makes TEA\x01"]


async def test_what_it_is_told_has_the_shape_that_it_asked_for(pushed, bob):
    await alice_is_away(pushed, caps="draft/webpush")
    await say(bob, "PRIVMSG alice :hi")
    [line] = await pushed.service.has(1)
    assert line.startswith(":bob!")


async def test_anyone_who_is_not_in_a_channel_hears_nothing_of_it(pushed, bob):
    await alice_is_away(pushed)
    await say(bob, "JOIN #other", "PRIVMSG #other :alice alice", "PRIVMSG alice :fence")
    assert [line.rpartition(" :")[2] for line in await pushed.service.has(1)] == ["fence"]


async def marked(pushed, *lines):
    """What alice has noted for herself, with another client."""
    alice = await pushed.stage.enter("alice", caps="draft/metadata-3 batch", login="alice")
    alice.send(*lines, "QUIT")
    await alice.ended()


@pytest.mark.parametrize("mark", ["soju.im/muted 1", "chover.chat/notify off"])
async def test_what_is_mute_calls_nobody(pushed, bob, mark):
    await alice_is_away(pushed)
    await marked(pushed, f"METADATA #tea SET {mark}", f"METADATA bob SET {mark}")
    await say(bob, "PRIVMSG #tea :alice!", "PRIVMSG alice :hi", "JOIN #other", "NICK bobby", "PRIVMSG alice :fence")
    assert [line.rpartition(" :")[2] for line in await pushed.service.has(1)] == ["fence"]


async def test_a_channel_that_shall_ring_for_everything_does(pushed, bob):
    await alice_is_away(pushed)
    await marked(pushed, "METADATA #tea SET chover.chat/notify all")
    await say(bob, "PRIVMSG #tea :nothing in particular")
    assert [line.rpartition(" :")[2] for line in await pushed.service.has(1)] == ["nothing in particular"]


async def test_nobody_is_called_by_whom_they_block(pushed, bob):
    await alice_is_away(pushed)
    await marked(pushed, "METADATA bob SET soju.im/blocked 1")
    await say(bob, "PRIVMSG #tea :alice alice", "PRIVMSG alice :alice")
    carol = await pushed.stage.enter("carol")
    await say(carol, "PRIVMSG alice :fence")
    assert [line.rpartition(" :")[2] for line in await pushed.service.has(1)] == ["fence"]


async def test_nobody_is_pushed_what_they_have_said(pushed, bob):
    alice = await pushed.stage.enter("alice", "#tea", caps=CAPS, login="alice")
    await pushed.register(alice)
    await say(alice, "PRIVMSG bob :hi", "PRIVMSG #tea :I am alice")
    await pushed.done()
    assert not pushed.service.tries


async def test_a_device_that_reads_spares_the_others(pushed, bob, monkeypatch):
    monkeypatch.setattr(push_notifications, "PATIENCE_SECONDS", 0.05)
    alice = await pushed.stage.enter("alice", "#tea", caps=f"{CAPS} draft/read-marker", login="alice")
    await pushed.register(alice)
    await say(bob, "PRIVMSG alice :read")
    await alice.expect(":read")
    alice.send("MARKREAD bob timestamp=2099-01-01T00:00:00.000Z")
    await alice.expect("MARKREAD bob")
    await say(bob, "PRIVMSG #tea :alice unread")
    assert [line.rpartition(" :")[2] for line in await pushed.service.has(1)] == ["alice unread"]


async def alice_has_a_phone(pushed, caps=f"{CAPS} draft/read-marker"):
    """Her phone is asleep, and she sits at another device."""
    await alice_is_away(pushed, caps)
    return await pushed.stage.enter("alice", "#tea", caps="draft/read-marker", login="alice")


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(push_notifications, "PATIENCE_SECONDS", 0)


async def reads(wire, target, at="2099-01-01T00:00:00.000Z"):
    wire.send(f"MARKREAD {target} timestamp={at}")
    await wire.expect(f"MARKREAD {target}")


async def test_what_was_read_elsewhere_is_taken_back(pushed, bob, impatient):
    alice = await alice_has_a_phone(pushed)
    await say(bob, "PRIVMSG alice :are you there?", "PRIVMSG #tea :alice: here", "PRIVMSG #tea :alice: and here")
    await pushed.service.has(3)
    await reads(alice, "bob")
    await reads(alice, "#tea")
    lines = (await pushed.service.has(5))[3:]
    assert [re.sub(r"=20\d\d-.*Z$", "=…", line) for line in lines] == [
        f":{pushed.stage.node.name} MARKREAD bob timestamp=…",
        f":{pushed.stage.node.name} MARKREAD #tea timestamp=…",
    ]
    urgent, quiet = pushed.service.headers[0], pushed.service.headers[3:]
    assert (urgent["Urgency"], "Topic" in urgent) == ("high", False)
    assert {headers["Urgency"] for headers in quiet} == {"normal"}
    topics = {headers["Topic"] for headers in quiet}
    assert len(topics) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}", topic) for topic in topics)


async def test_what_called_nobody_is_not_taken_back_and_nothing_twice(pushed, bob, impatient):
    alice = await alice_has_a_phone(pushed)
    await say(bob, "JOIN #quiet", "PRIVMSG #tea :hello", "PRIVMSG alice :hello")
    await pushed.service.has(1)
    alice.send("JOIN #quiet")
    await alice.all()
    await reads(alice, "#tea")
    await reads(alice, "bob")
    await reads(alice, "bob", "2099-01-02T00:00:00.000Z")
    await say(bob, "PRIVMSG #quiet :alice fence")
    lines = await pushed.service.has(3)
    assert [line.split()[1] for line in lines[1:2]] == ["MARKREAD"]
    assert lines[2].endswith("PRIVMSG #quiet :alice fence")


async def test_what_was_said_after_the_marker_stays(pushed, bob, impatient):
    alice = await alice_has_a_phone(pushed)
    await say(bob, "PRIVMSG alice :one")
    await pushed.service.has(1)
    await reads(alice, "bob", "2001-01-01T00:00:00.000Z")
    await say(bob, "PRIVMSG alice :two")
    assert [line.rpartition(":")[2] for line in await pushed.service.has(2)] == ["one", "two"]


async def test_anyone_who_does_not_know_read_markers_is_told_of_none(pushed, bob, impatient):
    alice = await alice_has_a_phone(pushed, CAPS)
    await say(bob, "PRIVMSG alice :one")
    await pushed.service.has(1)
    await reads(alice, "bob")
    await say(bob, "PRIVMSG #tea :alice two")
    assert [line.rpartition(":")[2] for line in await pushed.service.has(2)] == ["one", "alice two"]


async def test_it_is_taken_back_under_every_name_that_it_had(pushed, bob, impatient):
    alice = await alice_has_a_phone(pushed)
    await say(bob, "PRIVMSG alice :one", "NICK bobby", "PRIVMSG alice :two")
    await pushed.service.has(2)
    await reads(alice, "bobby")
    assert sorted(line.split()[2] for line in (await pushed.service.has(4))[2:]) == ["bob", "bobby"]


async def test_of_too_many_names_the_oldest_are_not_taken_back(pushed, bob, impatient, monkeypatch):
    monkeypatch.setattr(push_notifications, "NAMES", 2)
    alice = await alice_has_a_phone(pushed)
    for number in range(4):
        await say(bob, f"NICK bob{number}", "PRIVMSG alice :hi")
    await pushed.service.has(4)
    await reads(alice, "bob3")
    assert sorted(line.split()[2] for line in (await pushed.service.has(6))[4:]) == ["bob2", "bob3"]


async def test_of_too_many_calls_the_oldest_are_not_taken_back(pushed, bob, impatient, monkeypatch):
    monkeypatch.setattr(push_notifications, "CALLED", 1)
    alice = await alice_has_a_phone(pushed)
    await say(bob, "PRIVMSG alice :one", "PRIVMSG #tea :alice")
    await pushed.service.has(2)
    await reads(alice, "bob")
    await reads(alice, "#tea")
    assert [line.split()[2] for line in (await pushed.service.has(3))[2:]] == ["#tea"]


async def test_what_goguma_sends_is_taken(pushed):
    """Keys with the padding of base64, an address as long as push services have them, and its echo."""
    alice = await pushed.stage.enter("alice", caps="soju.im/webpush", login="alice")
    url = f"https://updates.push.example/wpush/v2/{'g' * 900}"
    keys = ";".join(
        f"{part}{'=' * (-len(part.partition('=')[2]) % 4)}" for part in pushed.service.device.keys.split(";")
    )
    assert keys.endswith("==")
    alice.send(f"WEBPUSH REGISTER {url} {keys}")
    assert (await alice.expect("WEBPUSH")).endswith(f"WEBPUSH REGISTER {url}")
    alice.send(f"WEBPUSH UNREGISTER {url}x")
    assert (await alice.expect("WEBPUSH")).endswith(f"WEBPUSH UNREGISTER {url}x")
    assert [one.endpoint for one in await pushed.rows.all()] == [url]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_gone_is_forgotten(pushed, bob, status):
    await alice_is_away(pushed)
    pushed.service.answers = [status]
    await say(bob, "PRIVMSG alice :hi")
    await pushed.service.has(1, "tries")
    await pushed.done()
    assert not await pushed.rows.all()
    assert not pushed.push.accounts
    await say(bob, "PRIVMSG alice :hi again")
    assert pushed.service.tries == 1


async def test_a_push_service_that_is_busy_is_tried_again_and_given_up(pushed, bob):
    await alice_is_away(pushed)
    pushed.service.answers = [503, OSError("nobody there"), 201]
    await say(bob, "PRIVMSG alice :hi")
    await pushed.service.has(1)
    pushed.service.answers = [503] * TRIES
    await say(bob, "PRIVMSG alice :lost")
    await pushed.service.has(3 + TRIES, "tries")
    await pushed.done()
    assert pushed.service.tries == 3 + TRIES
    assert await pushed.rows.all()
    assert pushed.push.results == {"told": 1, "later": 1}
    found = {measure.name: [sample.value for sample in measure.samples] for measure in pushed.push.measures()}
    assert found == {"push_subscriptions": [1], "push_queue": [0], "push_messages_total": [1, 0, 0, 1, 0]}


async def test_unregistering_ends_it_and_of_another_account_does_nothing(pushed, bob):
    alice = await pushed.stage.enter("alice", caps=CAPS, login="alice")
    await pushed.register(alice)
    bob.send(f"WEBPUSH UNREGISTER {URL}")
    await bob.expect("WEBPUSH UNREGISTER")
    assert await pushed.rows.all()
    alice.send(f"WEBPUSH UNREGISTER {URL}", f"WEBPUSH UNREGISTER {URL}")
    await alice.expect("WEBPUSH UNREGISTER")
    await alice.expect("WEBPUSH UNREGISTER")
    assert not await pushed.rows.all()


async def test_of_too_many_the_oldest_goes(pushed):
    alice = await pushed.stage.enter("alice", caps=CAPS, login="alice")
    for number in range(MOST + 1):
        await pushed.register(alice, f"{URL}{number:02}")
    held = [one.endpoint for one in pushed.push.subscribed((await pushed.rows.all())[0].account)]
    assert held == [one.endpoint for one in await pushed.rows.all()] == [f"{URL}{n:02}" for n in range(1, MOST + 1)]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("REGISTER ftp://x p256dh=a;auth=b", "INVALID_PARAMS"),
        (f"REGISTER {URL} p256dh=a;auth=b", "INVALID_PARAMS"),
        (f"REGISTER {URL}", "INVALID_PARAMS"),
        ("DANCE", "INVALID_PARAMS"),
    ],
)
async def test_what_cannot_be_is_told(pushed, words, code):
    alice = await pushed.stage.enter("alice", caps=CAPS, login="alice")
    alice.send(f"WEBPUSH {words}")
    await alice.expect(f"FAIL WEBPUSH {code} {words.split()[0]} :")
    assert not await pushed.rows.all()


async def test_guests_have_no_subscription(pushed):
    carol = await pushed.stage.enter("carol", caps=CAPS)
    carol.send(f"WEBPUSH REGISTER {URL} {Device().keys}")
    await carol.expect("FAIL WEBPUSH ACCOUNT_REQUIRED REGISTER :")


async def test_a_server_without_push_offers_none():
    stage = await Stage.open()
    wire = stage.connect()
    wire.send("CAP LS 302")
    assert "webpush" not in await wire.expect("CAP")
    await stage.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://push.example.org/a", "A push service is reached by https"),
        ("http://10.0.0.1/a", "A push service is reached by https"),
        ("https://127.0.0.1/a", "127.0.0.1 is not in the public network"),
        ("https://0x7f.1/a", "127.0.0.1 is not in the public network"),
        ("https://[::127.0.0.1]/a", "is not in the public network"),
        ("https://inside.example.org/a", "inside.example.org is not in the public network"),
    ],
)
async def test_a_device_inside_or_without_tls_is_refused_when_it_registers(pushed, url, words):
    pushed.names["inside.example.org"] = ["10.0.0.1", "::1"]
    alice = await pushed.stage.enter("alice", caps=CAPS, login="alice")
    alice.send(f"WEBPUSH REGISTER {url} {pushed.service.device.keys}")
    assert words in await alice.expect("FAIL WEBPUSH INVALID_PARAMS REGISTER")
    assert not pushed.push.accounts


async def test_a_device_in_a_network_that_is_allowed_may_be_told_without_tls(pushed):
    pushed.guard.allow(["10.0.0.0/8"])
    pushed.names["inside.example.org"] = ["10.0.0.1"]
    alice = await pushed.stage.enter("alice", caps=CAPS, login="alice")
    await pushed.register(alice, "http://10.0.0.1:8080/a")
    await pushed.register(alice, "https://inside.example.org/a")


async def test_a_device_that_is_no_longer_allowed_is_told_nothing(pushed, bob):
    pushed.guard.allow(["10.0.0.1"])
    alice = await pushed.stage.enter("alice", "#tea", caps=CAPS, login="alice")
    await pushed.register(alice, "http://10.0.0.1/a")
    alice.send("PERSISTENCE SET ON", "QUIT")
    await alice.ended()
    pushed.guard.allow([])
    await say(bob, "PRIVMSG alice :are you there?")
    await pushed.done()
    assert pushed.push.results == {"refused": 1}
    assert not pushed.service.tries


async def test_what_somebody_has_marked_as_unread_again_is_pushed(pushed, bob):
    await alice_is_away(pushed)
    await marked(pushed, "METADATA bob SET chover.chat/unread 1000")
    node = pushed.stage.node
    alice, other = node.accounts.find("alice").id, node.chat.find_user("bob").id
    for log in (node.chat.find_channel("#tea").log, pair_log(alice, other)):
        await node.accounts.read_markers.move(alice, log, 1 << 50)
    await say(bob, "PRIVMSG #tea :alice: read", "PRIVMSG alice :unread")
    await pushed.service.has(1)
    await pushed.done()
    assert [line.rpartition(" :")[2] for line in pushed.service.lines] == ["unread"]


async def test_anyone_who_comes_later_is_not_told_what_was_said_before(pushed, bob):
    """A node that reads the logs may look at it when they are there."""
    await alice_is_away(pushed)
    channel = pushed.stage.host.chat.find_channel("#tea")
    [alice] = [each for each in channel.members.values() if each.user.nick == "alice"]
    alice.since = pushed.stage.host.feed.applied[channel.log] + 2
    await say(bob, *["PRIVMSG #tea :alice"] * 3)
    await pushed.done()
    await pushed.service.has(1)
    assert len(pushed.service.lines) == 1
