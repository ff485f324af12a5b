"""CHATHISTORY LATEST, BEFORE, AFTER."""

import asyncio

import pytest
from tests.doubles.stage import Stage

from chover.ports import Selector
from chover.server.commands.conversations.history import Fault, selector
from chover.server.delivery.render import timestamp

CAPS = "draft/chathistory batch server-time message-tags echo-message"


@pytest.fixture
async def alice(stage):
    """Somebody in a channel where 0 to 9 were said, a second apart."""
    found = await stage.enter("alice", "#tea", caps=CAPS)
    found.send(*[f"PRIVMSG #tea :{number}" for number in range(10)])
    await found.all()
    for log in stage.store.logs.values():
        for event in log:
            event.at = 1_000_000 + event.seq * 1000
    return found


def said(stage):
    return [event for log in stage.store.logs.values() for event in log if hasattr(event.body, "text")]


async def asked(wire, line):
    """The texts of a history batch."""
    wire.send(f"CHATHISTORY {line}")
    opening, *inside, closing = await wire.messages()
    assert (opening.command, opening.params[1]) == ("BATCH", "chathistory")
    assert closing.params == ["-" + opening.params[0][1:]]
    assert {message.tags["batch"] for message in inside} <= {opening.params[0][1:]}
    return "".join(message.params[1] for message in inside if message.command == "PRIVMSG")


async def test_the_latest_come_in_order(alice):
    assert await asked(alice, "LATEST #tea * 3") == "789"
    assert await asked(alice, "latest #TEA * 50") == "0123456789"


async def test_before_and_after_a_message(stage, alice):
    msgid = said(stage)[4].msgid
    assert await asked(alice, f"BEFORE #tea msgid={msgid} 3") == "123"
    assert await asked(alice, f"AFTER #tea msgid={msgid} 3") == "567"
    assert await asked(alice, f"LATEST #tea msgid={msgid} 3") == "789"
    assert await asked(alice, f"LATEST #tea msgid={msgid} 50") == "56789"


async def test_before_and_after_a_time(stage, alice):
    at = timestamp(said(stage)[4].at)
    assert await asked(alice, f"BEFORE #tea timestamp={at} 3") == "123"
    assert await asked(alice, f"AFTER #tea timestamp={at} 3") == "567"
    assert await asked(alice, f"LATEST #tea timestamp={at} 50") == "56789"


async def test_what_there_is_not_is_an_empty_batch(stage, alice):
    last = said(stage)[-1].msgid
    assert await asked(alice, "BEFORE #tea msgid=none 3") == ""
    assert await asked(alice, "LATEST #tea msgid=none 3") == ""
    assert await asked(alice, f"AFTER #tea msgid={last} 3") == ""
    assert await asked(alice, f"LATEST #tea msgid={last} 3") == ""


async def test_anyone_who_goes_on_from_a_channel_that_was_begun_anew_is_told_all_of_the_new_one(stage):
    alice, bob = await stage.enter("alice", "#tea", caps=CAPS), await stage.enter("bob", "#tea", caps=CAPS)
    alice.send("PRIVMSG #tea :old")
    [old] = [message.tags["msgid"] for message in await alice.heard("PRIVMSG")]
    bob.send("PART #tea")
    await bob.all()
    alice.send("MODE #tea +i", "PART #tea")
    await alice.all()
    async with asyncio.timeout(5):
        while "#tea" in stage.node.chat.by_name:
            await asyncio.sleep(0)
    alice.send("JOIN #tea", "PRIVMSG #tea :new", "PRIVMSG #tea :newer")
    await alice.all()
    bob.send("JOIN #tea")
    await bob.all()
    assert await asked(bob, f"AFTER #tea msgid={old} 9") == "newnewer"
    assert await asked(bob, f"LATEST #tea msgid={old} 9") == "newnewer"
    assert await asked(bob, f"BEFORE #tea msgid={old} 9") == ""


async def test_a_channel_that_one_may_not_read_answers_a_msgid_of_its_own_as_any_other(stage):
    alice, bob = await stage.enter("alice", "#tea", caps=CAPS), await stage.enter("bob", "#milk", caps=CAPS)
    alice.send("PRIVMSG #tea :x")
    [own] = [message.tags["msgid"] for message in await alice.heard("PRIVMSG")]
    answers = []
    for target in ("#tea", "#none"):
        for msgid in (own, "none"):
            bob.send(f"CHATHISTORY AFTER {target} msgid={msgid} 9")
            answers += [line.replace(target, "#") for line in await bob.all()]
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert await asked(bob, f"AFTER #milk msgid={own} 9") == ""


async def test_messages_come_with_their_ids_and_times(stage, alice):
    alice.send("CHATHISTORY LATEST #tea * 1")
    message = (await alice.messages())[1]
    assert message.tags["msgid"] == said(stage)[-1].msgid
    assert message.tags["time"] == timestamp(said(stage)[-1].at)


async def test_what_is_not_said_comes_to_those_who_asked_for_it(stage, alice):
    alice.send("TOPIC #tea :black", "CAP REQ :draft/event-playback")
    await alice.all()
    alice.send("CHATHISTORY LATEST #tea * 50")
    commands = [message.command for message in await alice.messages()]
    assert commands[1:-1] == ["JOIN", *["PRIVMSG"] * 10, "TOPIC"]


async def test_a_private_conversation_is_read_by_its_two(stage, alice):
    bob, carol = await stage.enter("bob", caps=CAPS), await stage.enter("carol", caps=CAPS)
    alice.send("PRIVMSG bob :x")
    bob.send("PRIVMSG alice :y")
    await alice.all()
    await bob.all()
    await alice.all()
    assert await asked(alice, "LATEST bob * 9") == "xy"
    assert await asked(bob, "LATEST alice * 9") == "xy"
    assert await asked(carol, "LATEST alice * 9") == ""


async def test_without_batch_the_lines_come_bare(stage, alice):
    bob = await stage.enter("bob", "#tea", caps="draft/chathistory")
    bob.send("CHATHISTORY LATEST #tea * 2")
    assert [message.params[-1] for message in await bob.messages()] == ["8", "9"]


async def test_a_request_under_a_label_is_one_batch_within_another(stage, alice):
    alice.send("CAP REQ :labeled-response")
    await alice.all()
    alice.send("@label=1 CHATHISTORY LATEST #tea * 2")
    outer, inner, one, two, _, _ = await alice.messages()
    assert outer.tags["label"] == "1"
    assert inner.tags["batch"] == outer.params[0][1:]
    assert one.tags["batch"] == two.tags["batch"] == inner.params[0][1:]


@pytest.mark.parametrize(
    ("line", "fail"),
    [
        ("FIRST #tea * 5", ["INVALID_PARAMS", "FIRST"]),
        ("LATEST #tea *", ["INVALID_PARAMS", "LATEST"]),
        ("LATEST #tea * 5 6", ["INVALID_PARAMS", "LATEST"]),
        ("LATEST #tea * many", ["INVALID_PARAMS", "LATEST", "many"]),
        ("LATEST #tea * -5", ["INVALID_PARAMS", "LATEST", "-5"]),
        ("BEFORE #tea * 5", ["INVALID_PARAMS", "BEFORE", "*"]),
        ("BEFORE #tea timestamp=yesterday 5", ["INVALID_PARAMS", "BEFORE", "timestamp=yesterday"]),
        ("BEFORE #tea seq=5 5", ["INVALID_MSGREFTYPE", "BEFORE", "#tea"]),
        ("LATEST #none * 5", ["INVALID_TARGET", "LATEST", "#none"]),
        ("LATEST #closed * 5", ["INVALID_TARGET", "LATEST", "#closed"]),
        ("LATEST nobody * 5", ["INVALID_TARGET", "LATEST", "nobody"]),
    ],
)
async def test_bad_requests_fail_with_what_is_wrong(stage, alice, line, fail):
    await stage.enter("bob", "#closed")
    alice.send(f"CHATHISTORY {line}")
    [message] = await alice.messages()
    assert (message.command, message.params[:-1]) == ("FAIL", ["CHATHISTORY", *fail])


async def test_no_more_come_than_are_allowed():
    stage = await Stage.open({"history.chathistory_max": 3})
    wire = await stage.enter("alice", "#tea", caps=CAPS)
    wire.send(*[f"PRIVMSG #tea :{number}" for number in range(9)])
    await wire.all()
    for event in said(stage):
        event.at += event.seq
    assert await asked(wire, "LATEST #tea * 999999999999") == "678"
    await stage.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("msgid=abc", Selector(msgid="abc")),
        ("timestamp=1970-01-01T00:00:01.500Z", Selector(at=1500)),
        ("timestamp=1970-01-01T00:00:01.500", Selector(at=1500)),
    ],
)
def test_a_reference_is_a_message_or_a_time(text, found):
    assert selector("BEFORE", "#tea", text) == found


@pytest.mark.parametrize("text", ["msgid=", "timestamp=", "*", "", "x=y"])
def test_anything_else_is_none(text):
    with pytest.raises(Fault):
        selector("BEFORE", "#tea", text)


async def told(stage, reader, line):
    """What HISTORY shows."""
    await reader.all()
    reader.send(line)
    return [message.params for message in await reader.messages() if message.command in {"NOTICE", "PRIVMSG"}]


async def test_people_ask_for_the_last_messages_in_plain_words(stage):
    bob = await stage.enter("bob", "#tea")
    bob.send(*[f"PRIVMSG #tea :{number}" for number in range(5)])
    await bob.all()
    alice = await stage.enter("alice", "#tea")
    *before, _ = stage.store.logs[stage.node.chat.find_channel("#tea").log]
    for hours, event in enumerate(reversed(before)):
        event.at -= hours * 3_600_000 + 1_800_000
    texts = [params[-1][-1] for params in await told(stage, alice, "HISTORY #tea 2")]
    assert texts == ["3", "4"]
    assert [params[-1][-1] for params in await told(stage, alice, "HISTORY #TEA 3h")] == ["2", "3", "4"]
    assert len(await told(stage, alice, "HISTORY #tea forever")) == 5
    assert len(await told(stage, alice, "HISTORY #tea")) == 5


async def test_a_private_conversation_is_asked_for_by_the_others_nick(stage):
    alice, bob = await stage.enter("alice"), await stage.enter("bob")
    bob.send("PRIVMSG alice :psst")
    await bob.all()
    [params] = await told(stage, alice, "HISTORY bob 10")
    assert params[0] == "alice"
    assert params[1].endswith("<bob> psst")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("HISTORY #tea soon", "INVALID_PARAMS"),
        ("HISTORY #tea 0", "INVALID_PARAMS"),
        ("HISTORY #den 5", "INVALID_TARGET"),
    ],
)
async def test_what_cannot_be_shown_is_told(stage, line, code):
    await stage.enter("bob", "#den")
    alice = await stage.enter("alice", "#tea", caps="standard-replies")
    alice.send(line)
    [failed] = await alice.heard("FAIL")
    assert failed.params[:2] == ["HISTORY", code]
