"""The lines that each session gets, their order, and the number of writes."""

import asyncio

import pytest
from tests.doubles.batch import send_directly
from tests.doubles.stage import Stage

from chover.engine.events import Event, Said
from chover.server.delivery import send_queue


@pytest.fixture(params=["by write", "in one call"])
async def stage(request, monkeypatch):
    """A server that writes to each reader, or sends to all in one call."""
    opened = await Stage.open()
    if request.param == "in one call":
        monkeypatch.setattr(send_queue, "FEW", 1)
        send_directly(opened)
    yield opened
    await opened.close()


@pytest.fixture
async def crowd():
    """A server where those who never spoke come and go unseen in channels of more than three."""
    opened = await Stage.open({"channels.quiet_above": 3})
    yield opened
    await opened.close()


def texts(messages):
    return [message.params[-1] for message in messages]


async def test_everybody_sees_one_order(stage):
    people = [await stage.enter(f"p{number}", "#tea", caps="echo-message message-tags") for number in range(4)]
    await stage.quiet()
    for person in people:
        person.send(*[f"PRIVMSG #tea :{number}" for number in range(10)])
    await asyncio.gather(*[person.expect("PRIVMSG") for person in people])
    for person in people:
        await person.all()
    [log] = [log for log in stage.store.logs.values() if len(log) > 40]
    said = [event.msgid for event in log if hasattr(event.body, "text")]
    assert len(set(said)) == 40
    again = [await stage.enter(f"q{n}", caps="draft/chathistory message-tags batch server-time") for n in range(2)]
    for person in again:
        person.send("JOIN #tea", "CHATHISTORY LATEST #tea * 50")
        history = [message.tags["msgid"] for message in await person.messages() if message.command == "PRIVMSG"]
        assert history == said


async def test_readers_of_every_shape_see_the_same_messages_in_the_same_order(stage):
    by_render_key = ["", "server-time", "message-tags", "message-tags server-time account-tag", "batch echo-message"]
    readers = [await stage.enter(f"r{number}", "#tea", caps=caps) for number, caps in enumerate(by_render_key)]
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    for number in range(6):
        (alice, bob)[number % 2].send(f"PRIVMSG #tea :{number}")
    await stage.quiet_of(alice, bob)
    for caps, reader in zip(by_render_key, readers, strict=True):
        messages = await reader.heard("PRIVMSG")
        assert texts(messages) == [str(number) for number in range(6)]
        for message in messages:
            assert ("time" in message.tags) is ("server-time" in caps)
            assert ("msgid" in message.tags) is ("message-tags" in caps)


async def test_all_that_one_turn_brings_to_a_reader_is_one_write(stage):
    bob = await stage.enter("bob", "#tea", "#cake")
    alice = await stage.enter("alice", "#tea", "#cake")
    await stage.quiet()
    before = bob.writes
    alice.send(*[f"PRIVMSG #{'tea' if number % 2 else 'cake'} :{number}" for number in range(20)])
    await alice.all()
    assert bob.writes - before == 1
    assert len(await bob.heard("PRIVMSG")) == 20


async def test_an_author_without_echo_hears_the_others_only(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea", caps="echo-message")
    await stage.quiet()
    alice.send("PRIVMSG #tea :mine")
    bob.send("PRIVMSG #tea :his")
    await stage.quiet_of(bob)
    assert texts(await alice.heard("PRIVMSG")) == ["his"]


async def test_an_author_with_echo_sees_the_own_messages_among_the_others(stage):
    alice = await stage.enter("alice", "#tea", caps="echo-message")
    bob = await stage.enter("bob", "#tea", caps="echo-message")
    await stage.quiet()
    for number in range(6):
        (alice, bob)[number % 2].send(f"PRIVMSG #tea :{number}")
    await bob.expect(":5")
    assert texts(await alice.heard("PRIVMSG")) == [str(number) for number in range(6)]


async def test_each_label_comes_back_with_its_message(stage):
    alice = await stage.enter("alice", "#tea", caps="echo-message labeled-response batch")
    bob = await stage.enter("bob", "#tea", caps="message-tags")
    await stage.quiet()
    alice.send("@label=a PRIVMSG #tea :1", "PRIVMSG #tea :2")
    alice.send("@label=c PRIVMSG bob :3")
    # Order is promised within a conversation.
    heard = sorted(await alice.heard("PRIVMSG"), key=lambda message: message.params[-1])
    assert [(m.tags.get("label"), m.params[-1]) for m in heard] == [
        ("a", "1"),
        (None, "2"),
        ("c", "3"),
    ]
    assert not any("label" in message.tags for message in await bob.messages())


async def test_a_label_without_echo_is_acknowledged(stage):
    alice = await stage.enter("alice", "#tea", caps="labeled-response batch")
    await stage.enter("bob")
    await stage.quiet()
    alice.send("@label=a PRIVMSG #tea :1", "@label=b NOTICE bob :2")
    answers = await alice.messages()
    assert {message.command for message in answers} == {"ACK"}
    assert sorted(message.tags["label"] for message in answers) == ["a", "b"]


async def test_tags_alone_reach_only_those_who_understand_them(stage):
    alice = await stage.enter("alice", "#tea", caps="message-tags echo-message")
    bob = await stage.enter("bob", "#tea", caps="message-tags")
    carol = await stage.enter("carol", "#tea", caps="server-time echo-message")
    await stage.quiet()
    alice.send("@+typing=active;other=x TAGMSG #tea", "@+typing=done TAGMSG bob", "@+typing=done TAGMSG carol")
    assert sorted(m.tags["+typing"] for m in await alice.heard("TAGMSG")) == ["active", "done", "done"]
    heard = sorted(await bob.heard("TAGMSG"), key=lambda message: message.params)
    assert [(m.params, m.tags["+typing"], "other" in m.tags) for m in heard] == [
        (["#tea"], "active", False),
        (["bob"], "done", False),
    ]
    assert await carol.all() == []


async def test_client_tags_of_a_message_are_shown_to_those_who_understand_them(stage):
    alice = await stage.enter("alice", "#tea", caps="message-tags")
    bob, carol = await stage.enter("bob", "#tea", caps="message-tags"), await stage.enter("carol", "#tea")
    await stage.quiet()
    alice.send("@+reply=x;+a=b\\sc;secret=1 PRIVMSG #tea :hi")
    await alice.all()
    [message] = await bob.heard("PRIVMSG")
    assert {key: value for key, value in message.tags.items() if key != "msgid"} == {"+reply": "x", "+a": "b c"}
    assert not (await carol.heard("PRIVMSG"))[0].tags


async def test_a_session_that_changes_its_capabilities_loses_and_repeats_nothing(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    alice.send("PRIVMSG #tea :plain")
    await alice.all()
    bob.send("CAP REQ :message-tags")
    await bob.expect("ACK")
    alice.send("PRIVMSG #tea :tagged")
    await alice.all()
    bob.send("CAP REQ :-message-tags")
    await bob.expect("msgid=")
    await bob.expect("ACK")
    alice.send("PRIVMSG #tea :plain again")
    await alice.all()
    [last] = await bob.heard("PRIVMSG")
    assert (last.tags, last.params[-1]) == ({}, "plain again")


async def test_what_comes_from_elsewhere_is_given_out_by_the_end_of_the_turn(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    user, tea = stage.node.chat.find_user("alice"), stage.node.chat.find_channel("#tea")
    stage.host.feed.receive([Event(tea.log, user.source, Said("from another node"), "m", tea.head + 1)])
    await bob.expect("from another node")
    await alice.expect("from another node")


async def test_what_was_said_before_a_change_of_capabilities_still_looks_as_before(stage):
    bob = await stage.enter("bob", "#tea")
    user, tea = stage.node.chat.find_user("bob"), stage.node.chat.find_channel("#tea")
    stage.host.feed.receive([Event(tea.log, user.source, Said("x"), "m", tea.head + 1)])
    bob.send("CAP REQ :message-tags")
    assert not (await bob.heard("PRIVMSG"))[0].tags


@pytest.mark.parametrize(("line", "command"), [("QUIT :bye", "QUIT"), ("NICK alicia", "NICK"), ("AWAY :x", "AWAY")])
async def test_what_concerns_several_shared_channels_is_said_once(stage, line, command):
    bob = await stage.enter("bob", "#tea", "#cake", "#milk", caps="away-notify")
    carol = await stage.enter("carol", caps="away-notify")
    alice = await stage.enter("alice", "#tea", "#cake", "#milk")
    await stage.quiet()
    alice.send(line)
    await bob.expect(f" {command}")
    assert await bob.all() == []
    assert await carol.all() == []


async def test_being_away_is_told_to_those_who_asked_for_it(stage):
    bob, carol = await stage.enter("bob", "#tea", caps="away-notify"), await stage.enter("carol", "#tea")
    alice = await stage.enter("alice", "#tea", caps="away-notify")
    await stage.quiet()
    alice.send("AWAY :lunch", "AWAY")
    assert [message.command for message in await alice.messages()] == ["306", "305"]
    assert [message.params for message in await bob.messages()] == [["lunch"], []]
    assert await carol.all() == []


async def test_anyone_who_is_away_and_joins_is_said_to_be_away(stage):
    bob = await stage.enter("bob", "#tea", caps="away-notify")
    alice = await stage.enter("alice")
    alice.send("AWAY :lunch", "JOIN #tea")
    await alice.all()
    assert [message.command for message in await bob.messages()] == ["JOIN", "AWAY"]


async def test_anyone_who_leaves_sees_the_own_leaving_and_nothing_after_it(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    carol = await stage.enter("carol", "#tea")
    await stage.quiet()
    alice.send("PRIVMSG #tea :before", "KICK #tea bob :out", "PRIVMSG #tea :after")
    carol.send("PART #tea :bye")
    await stage.quiet_of(alice, carol)
    alice.send("PRIVMSG #tea :later")
    await alice.all()
    assert sorted(texts(await bob.messages())) == ["before", "bye", "out"]
    assert await carol.all() == []


async def test_anyone_who_joins_sees_nothing_from_before(stage):
    alice, bob = await stage.enter("alice", "#tea", caps="echo-message"), await stage.enter("bob")
    await stage.quiet()
    alice.send("PRIVMSG #tea :before")
    await alice.expect("before")
    bob.send("JOIN #tea")
    await bob.expect("JOIN #tea")
    lines = await bob.all()
    assert all("NOTICE" in line for line in lines if "before" in line)


async def test_anyone_who_joins_in_the_same_group_as_a_message_before_does_not_see_it(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", caps="draft/chathistory")
    await stage.quiet()
    stage.store.pause()
    alice.send("PRIVMSG #tea :first")
    await asyncio.sleep(0)
    alice.send("PRIVMSG #tea :before")
    bob.send("JOIN #tea")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    alice.send("PRIVMSG #tea :after")
    stage.store.go_on()
    await alice.all()
    await bob.all()
    assert max(len(group) for group in stage.store.groups) == 3
    assert [message.params[-1] for message in bob.log if message.command == "PRIVMSG"] == ["after"]


async def test_a_private_message_is_for_two(stage):
    alice, bob, carol = [await stage.enter(nick, "#tea") for nick in ("alice", "bob", "carol")]
    await stage.quiet()
    alice.send("PRIVMSG BOB :psst")
    await alice.all()
    assert texts(await bob.heard("PRIVMSG")) == ["psst"]
    assert await carol.all() == []


@pytest.mark.parametrize("line", ["PRIVMSG bob :hi", "NOTICE bob :hi", "TAGMSG bob"])
async def test_what_one_device_says_in_private_reaches_the_others_without_echo_message_too(stage, line):
    stage.accounts.add("alice")
    desk = await stage.enter("alice", caps="message-tags", login="alice")
    phone = await stage.enter("alice", caps="message-tags", login="alice@phone")
    await stage.enter("bob")
    await desk.all()
    desk.send(f"@+x=y {line}")
    assert await desk.all() == []
    [seen] = await phone.messages()
    assert (seen.nick, seen.params[0], seen.tags["+x"]) == ("alice", "bob", "y")


@pytest.mark.parametrize(("caps", "copies"), [("", 1), ("echo-message", 2)])
async def test_anyone_who_writes_to_oneself_gets_it_and_the_echo(stage, caps, copies):
    alice = await stage.enter("alice", caps=caps)
    alice.send("PRIVMSG alice :note to self")
    assert texts(await alice.heard("PRIVMSG")) == ["note to self"] * copies


async def test_in_a_large_channel_those_who_never_spoke_come_and_go_unseen(crowd):
    people = [await crowd.enter(f"p{number}", "#tea") for number in range(4)]
    await crowd.quiet()
    dave = await crowd.enter("dave")
    dave.send("JOIN #tea")
    await dave.expect("JOIN #tea")
    await dave.expect(" 366 ")
    dave.send("PART #tea")
    await dave.expect("PART #tea")
    dave.send("JOIN #tea")
    await dave.expect(" 366 ")
    dave.send("QUIT")
    await dave.ended()
    for person in people:
        assert await person.all() == []


async def test_in_a_large_channel_those_who_spoke_or_rule_are_seen_leaving(crowd):
    boss = await crowd.enter("boss", "#tea")
    people = [await crowd.enter(f"p{number}", "#tea") for number in range(4)]
    await crowd.quiet()
    people[3].send("PRIVMSG #tea :hi", "PART #tea")
    await people[3].all()
    assert [message.command for message in await people[0].messages()] == ["PRIVMSG", "PART"]
    boss.send("QUIT")
    await boss.ended()
    await people[0].expect("QUIT")


async def test_in_a_channel_of_just_that_size_everybody_is_seen(crowd):
    alice = await crowd.enter("alice", "#tea")
    await crowd.enter("bob", "#tea")
    await crowd.enter("carol", "#tea")
    assert [message.command for message in await alice.messages()] == ["JOIN", "JOIN"]
    await crowd.enter("dave", "#tea")
    assert await alice.all() == []


async def test_a_quit_is_seen_by_those_who_share_a_small_channel_too(crowd):
    people = [await crowd.enter(f"p{number}", "#tea") for number in range(4)]
    friend = await crowd.enter("friend", "#nook")
    dave = await crowd.enter("dave", "#nook", "#tea")
    await crowd.quiet()
    dave.send("QUIT")
    await friend.expect("QUIT")
    assert await people[0].all() == []
