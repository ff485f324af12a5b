"""CHATHISTORY by lines. What lies on a page is tested in test_pager.py."""

import pytest

from chover.server.delivery.render import timestamp

CAPS = "draft/chathistory batch server-time message-tags echo-message"
EVER = "timestamp=2020-01-01T00:00:00.000Z timestamp=2262-01-01T00:00:00.000Z"


async def asked(wire, request):
    """The lines inside the batch that answers, and the words behind the batch's name."""
    await wire.all()
    wire.send(f"CHATHISTORY {request}")
    opening, *inside, closing = await wire.messages()
    assert opening.command == closing.command == "BATCH"
    assert all(message.tags["batch"] == opening.params[0][1:] for message in inside)
    return opening.params[1:], inside


async def texts(wire, request):
    return [message.params[-1] for message in (await asked(wire, request))[1]]


async def targets(wire, request=f"{EVER} 10"):
    kind, lines = await asked(wire, f"TARGETS {request}")
    assert kind == ["draft/chathistory-targets"]
    assert all(line.command == "CHATHISTORY" and line.params[0] == "TARGETS" for line in lines)
    return {line.params[1]: line.params[2] for line in lines}


async def say(wire, target, *lines):
    """Say something; the msgids and times of the echoes."""
    await wire.all()
    for line in lines:
        wire.send(f"PRIVMSG {target} :{line}")
    return [(m.tags["msgid"], m.tags["time"]) for m in await wire.messages() if m.command == "PRIVMSG"]


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#tea", caps=CAPS)


@pytest.fixture
async def numbers(stage, alice):
    """The msgids of 0 to 9 in #tea, 1 s apart: what the store keeps is moved."""
    echoes = await say(alice, "#tea", *range(10))
    log = stage.node.chat.find_channel("#tea").log
    opened, joined, *said = stage.store.logs[log]
    opened.at = joined.at = 1
    for number, event in enumerate(said):
        event.at = 1_700_000_000_000 + 1000 * number
    return [msgid for msgid, _ in echoes]


def at(number):
    return f"timestamp={timestamp(1_700_000_000_000 + 1000 * number)}"


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        ("LATEST #tea * 3", "789"),
        ("LATEST #tea msgid={7} 9", "89"),
        ("LATEST #tea msgid={3} 2", "89"),
        (f"LATEST #tea {at(6)} 9", "789"),
        ("BEFORE #tea msgid={4} 2", "23"),
        (f"BEFORE #tea {at(4)} 2", "23"),
        ("AFTER #tea msgid={4} 2", "56"),
        (f"AFTER #tea {at(4)} 99", "56789"),
        ("AROUND #tea msgid={4} 3", "345"),
        (f"AROUND #tea {at(4)} 3", "345"),
        ("BETWEEN #tea msgid={2} msgid={6} 9", "345"),
        ("BETWEEN #tea msgid={6} msgid={2} 9", "345"),
        ("BETWEEN #tea msgid={2} msgid={6} 2", "34"),
        ("BETWEEN #tea msgid={6} msgid={2} 2", "45"),
        (f"BETWEEN #tea {at(2)} msgid={{6}} 2", "34"),
        (f"BETWEEN #tea msgid={{6}} {at(2)} 2", "45"),
        ("BETWEEN #tea msgid={2} msgid={2} 9", ""),
        ("LATEST #TEA * 1", "9"),
        ("BEFORE #tea timestamp=1960-01-01T00:00:00.000Z 9", ""),
        ("LATEST #tea msgid=nowhere 9", ""),
    ],
)
async def test_what_each_subcommand_answers(alice, numbers, request_line, expected):
    assert "".join(await texts(alice, request_line.format(*numbers))) == expected


@pytest.mark.parametrize(
    ("request_line", "answer"),
    [
        ("FIRST #tea * 3", "INVALID_PARAMS FIRST :Unknown command"),
        ("LATEST #tea *", "INVALID_PARAMS LATEST :Expected: CHATHISTORY LATEST <target> <reference|*> <limit>"),
        ("BETWEEN #tea msgid=a 3", "INVALID_PARAMS BETWEEN :Expected"),
        ("TARGETS timestamp=2020-01-01T00:00:00.000Z 3", "INVALID_PARAMS TARGETS :Expected"),
        ("TARGETS msgid=a msgid=b 3", "INVALID_PARAMS TARGETS msgid=a :Invalid timestamp"),
        ("BEFORE #tea timestamp=soon 3", "INVALID_PARAMS BEFORE timestamp=soon :Invalid timestamp"),
        ("BEFORE #tea * 3", "INVALID_PARAMS BEFORE * :References"),
        ("BEFORE #tea seq=3 3", "INVALID_MSGREFTYPE BEFORE #tea :References"),
        ("LATEST #tea * many", "INVALID_PARAMS LATEST many :The limit is a number"),
        ("LATEST #none * 3", "INVALID_TARGET LATEST #none :Messages could not be retrieved"),
        ("LATEST nobody * 3", "INVALID_TARGET LATEST nobody :Messages could not be retrieved"),
        ("LATEST ?! * 3", "INVALID_TARGET LATEST ?! :Messages could not be retrieved"),
    ],
)
async def test_what_cannot_be_answered_says_why(alice, request_line, answer):
    alice.send(f"CHATHISTORY {request_line}")
    [line] = await alice.all()
    assert f"FAIL CHATHISTORY {answer}" in line


async def test_a_channel_that_one_may_not_read_answers_like_one_that_is_not_there(stage, alice):
    bob = await stage.enter("bob", caps=CAPS)
    bob.send("CHATHISTORY LATEST #tea * 3", "CHATHISTORY LATEST #nil * 3")
    there, missing = await bob.all()
    assert there.replace("#tea", "#nil") == missing


async def test_both_sides_read_a_private_conversation(stage, alice):
    bob = await stage.enter("bob", caps=CAPS)
    await say(alice, "bob", "hello")
    await say(bob, "alice", "hi")
    assert await texts(alice, "LATEST bob * 9") == ["hello", "hi"]
    assert await texts(bob, "LATEST ALICE * 9") == ["hello", "hi"]


async def test_the_batch_has_the_name_of_the_channel_and_the_nick_as_it_was_asked(stage, alice):
    bob = await stage.enter("bob", "#tea", caps=CAPS)
    assert (await asked(bob, "LATEST #TEA * 9"))[0] == ["chathistory", "#tea"]
    assert (await asked(bob, "LATEST ALICE * 9"))[0] == ["chathistory", "ALICE"]


async def test_a_guest_does_not_read_what_was_said_with_the_former_bearer_of_the_nick(stage, alice):
    bob = await stage.enter("bob", caps=CAPS)
    await say(alice, "bob", "for the first bob")
    bob.send("QUIT")
    await bob.ended()
    second = await stage.enter("bob", caps=CAPS)
    assert await texts(second, "LATEST alice * 9") == []
    assert await targets(second) == {}
    await say(second, "alice", "I am another")
    assert await texts(second, "LATEST alice * 9") == ["I am another"]
    assert await texts(alice, "LATEST bob * 9") == ["I am another"]


async def test_anyone_who_stays_reads_on_what_was_said_with_somebody_who_is_gone(stage, alice):
    bob = await stage.enter("bob", caps=CAPS)
    await say(alice, "bob", "hello")
    bob.send("QUIT")
    await bob.ended()
    assert await texts(alice, "LATEST BOB * 9") == ["hello"]
    assert list(await targets(alice)) == ["bob"]


async def test_a_conversation_follows_a_new_nick(stage, alice):
    bob = await stage.enter("bob", caps=CAPS)
    await say(bob, "alice", "hello")
    await alice.all()
    bob.send("NICK robert")
    await bob.all()
    assert await texts(alice, "LATEST robert * 9") == ["hello"]
    assert list(await targets(alice)) == ["robert"]
    # He went away under his new name; what he had said last was said under the old one.
    bob.send("QUIT")
    await bob.ended()
    assert list(await targets(alice)) == ["bob"]


async def test_targets_are_where_something_was_said_in_the_order_of_the_last_message(stage, alice, numbers):
    bob = await stage.enter("bob", "#tea", "#milk", "#empty", caps=CAPS)
    await say(bob, "#milk", "not for alice")
    [(_, time)] = await say(bob, "alice", "hello")
    assert await targets(alice) == {"#tea": timestamp(1_700_000_009_000), "bob": time}
    assert list(await targets(alice, f"{EVER} 1")) == ["#tea"]
    assert list(await targets(alice, " ".join(reversed(EVER.split())) + " 1")) == ["bob"]
    assert list(await targets(bob)) == ["#tea", "#milk", "alice"]


async def test_a_target_whose_last_message_is_outside_is_not_named(alice, numbers):
    assert await targets(alice, f"{at(0)} {at(9)} 9") == {}
    assert list(await targets(alice, f"{at(8)} {at(10)} 9")) == ["#tea"]
    assert list(await targets(alice, f"{at(10)} {at(8)} 9")) == ["#tea"]


async def test_a_nick_that_went_over_to_another_is_named_once(stage, alice):
    for text in ("one", "two"):
        bob = await stage.enter("bob", caps=CAPS)
        await say(bob, "alice", text)
        bob.send("QUIT")
        await bob.ended()
    assert list(await targets(alice)) == ["bob"]
    assert await texts(alice, "LATEST bob * 9") == ["two"]


async def test_a_client_without_batch_gets_the_lines_alone(stage, alice):
    await say(alice, "#tea", "hello")
    bob = await stage.enter("bob", "#tea")
    bob.send("CHATHISTORY LATEST #tea * 9", f"CHATHISTORY TARGETS {EVER} 9")
    message, target = await bob.messages()
    assert (message.command, message.params) == ("PRIVMSG", ["#tea", "hello"])
    assert (target.command, target.params[:2]) == ("CHATHISTORY", ["TARGETS", "#tea"])


async def test_events_come_to_those_who_asked_for_them(stage, alice):
    alice.send("TOPIC #tea :leaves", "PRIVMSG #tea :hello", "MODE #tea +m")
    await alice.all()
    bob = await stage.enter("bob", "#tea", caps=f"{CAPS} draft/event-playback")
    _, lines = await asked(bob, "LATEST #tea * 99")
    assert [line.command for line in lines] == ["JOIN", "TOPIC", "PRIVMSG", "MODE", "JOIN"]
    assert await texts(alice, "LATEST #tea * 99") == ["hello"]


async def test_reactions_are_played_back_and_typing_is_not(stage, alice):
    bob = await stage.enter("bob", "#tea", caps=f"{CAPS} draft/event-playback")
    [(msgid, _)] = await say(alice, "#tea", "hello")
    await bob.all()
    alice.send(f"@+draft/reply={msgid};+draft/react=x;+typing=done TAGMSG #tea", "@+typing=active TAGMSG #tea")
    await alice.all()
    reaction, typing = await bob.messages()
    assert (reaction.command, reaction.tags["+draft/react"], typing.tags["+typing"]) == ("TAGMSG", "x", "active")
    _, lines = await asked(bob, f"AFTER #tea msgid={msgid} 9")
    assert [(line.command, line.tags["+draft/reply"], line.tags["msgid"]) for line in lines] == [
        ("TAGMSG", msgid, reaction.tags["msgid"])
    ]
    assert "+typing" not in lines[0].tags
    assert await texts(alice, "LATEST #tea * 9") == ["hello"]


async def test_client_tags_are_kept_with_a_message_but_for_typing(stage, alice):
    alice.send("@+draft/reply=m1;+typing=done PRIVMSG #tea :yes")
    [echo] = await alice.messages()
    _, [line] = await asked(alice, "LATEST #tea * 9")
    assert line.tags == {**echo.tags, "batch": line.tags["batch"]}
    assert line.tags["+draft/reply"] == "m1"
    assert "+typing" not in line.tags
