"""Reading by time goes across a clock that was set: nothing is skipped, repeated or out of order."""

from itertools import accumulate

import pytest
from tests.doubles.stage import Stage

from chover.engine.ids import time_of
from chover.wire.message import parse

JUMPS = (0, 40, -3_600_000, 1, 0, 0, 7_200_000, 3, -60_000, 1, -3_540_000, 5)
"""Milliseconds that the clock goes before each message."""
TEXTS = [f"m{number}" for number in range(len(JUMPS))]


@pytest.fixture
async def talk(stage):
    """alice, who has said things in two channels while the clock was set."""
    caps = "message-tags server-time echo-message batch draft/chathistory draft/event-playback draft/read-marker"
    alice = await stage.enter("alice", "#tea", "#pot", caps=caps)
    said = []
    for text, shown in zip(TEXTS, accumulate(JUMPS, initial=stage.node.ledger.clock.now() + 1000), strict=False):
        stage.node.ledger.clock.read = lambda shown=shown: shown
        target = ("#tea", "#pot")[len(said) % 3 == 2]
        alice.send(f"PRIVMSG {target} :{text}")
        said.append((target, parse(await alice.expect(f"PRIVMSG {target} :{text}"))))
    return alice, said


async def page(alice, line):
    alice.send(f"CHATHISTORY {line}")
    return [found for found in map(parse, await alice.all()) if found.command == "PRIVMSG"]


def texts(messages):
    return [message.params[-1] for message in messages]


async def test_a_message_has_one_time_and_it_is_not_before_another(talk, stage):
    _, said = talk
    events = {event.msgid: event for log in stage.store.logs.values() for event in log}
    at = [events[message.tags["msgid"]].at for _, message in said]
    assert [time_of(message.tags["msgid"]) for _, message in said] == at == sorted(at)


@pytest.mark.parametrize("target", ["#tea", "#pot"])
async def test_pages_by_time_and_by_msgid_meet_across_the_jumps(talk, target):
    alice, said = talk
    here = [message for name, message in said if name == target]
    for place, message in enumerate(here):
        time = message.tags["time"]
        after = [one for one in here if one.tags["time"] > time]
        before = [one for one in here if one.tags["time"] < time]
        assert texts(await page(alice, f"AFTER {target} timestamp={time} 50")) == texts(after)
        assert texts(await page(alice, f"BEFORE {target} timestamp={time} 50")) == texts(before)
        assert texts(await page(alice, f"AFTER {target} msgid={message.tags['msgid']} 50")) == texts(here[place + 1 :])


async def test_a_msgid_that_is_gone_is_answered_as_by_its_time(talk):
    alice, said = talk
    pot = [(number, message) for number, (name, message) in enumerate(said) if name == "#pot"]
    for number, message in pot:
        later = [one for name, one in said[number:] if name == "#tea" and one.tags["time"] >= message.tags["time"]]
        assert texts(await page(alice, f"AFTER #tea msgid={message.tags['msgid']} 50"))[-len(later) :] == texts(later)


async def test_what_was_said_while_the_clock_was_behind_can_be_marked_as_read(talk):
    alice, said = talk
    newest = [message for name, message in said if name == "#tea"][-1].tags["time"]
    alice.send(f"MARKREAD #tea timestamp={newest}")
    [marked] = await alice.heard("MARKREAD")
    assert marked.params[1] == f"timestamp={newest}"


async def test_the_next_run_goes_on_behind_what_is_kept(talk, stage):
    _, said = talk
    next_run = await Stage.open(store=stage.store)
    bob = await next_run.enter("bob", "#tea", caps="server-time echo-message")
    bob.send("PRIVMSG #tea :later")
    later = parse(await bob.expect("PRIVMSG #tea :later"))
    assert later.tags["time"] > max(message.tags["time"] for _, message in said)
    await next_run.close()
