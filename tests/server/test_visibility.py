"""What a channel's members are shown of its past, by each of the ways to it."""

import pytest

CAPS = "draft/chathistory batch server-time message-tags echo-message"
PLAIN = "batch server-time"
EVER = "timestamp=2020-01-01T00:00:00.000Z timestamp=2262-01-01T00:00:00.000Z"


@pytest.fixture
async def alice(stage):
    """The founder of #tea, who said two things there."""
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", login="alice", caps=CAPS)
    alice.send("CS REGISTER #tea", "PRIVMSG #tea :one", "PRIVMSG #tea :two")
    await alice.all()
    return alice


async def choose(wire, text):
    wire.send(f"CS SET #tea {text}")
    return [message.params[-1] for message in await wire.heard("NOTICE")]


async def said(wire, *lines):
    await wire.all()
    wire.send(*lines)
    return [message.params[-1] for message in await wire.heard("PRIVMSG")]


async def names(wire):
    wire.send(f"CHATHISTORY TARGETS {EVER} 9")
    return [message.params[1] for message in await wire.heard("CHATHISTORY")]


@pytest.mark.parametrize(
    ("choice", "read"),
    [("all", ["one", "two", "three"]), ("joined", ["three"]), ("none", []), ("default", ["one", "two", "three"])],
)
async def test_a_newcomer_reads_what_the_founder_allows(stage, alice, choice, read):
    await choose(alice, f"HISTORY {choice}")
    bob = await stage.enter("bob", "#tea", caps=CAPS)
    alice.send("PRIVMSG #tea :three")
    await alice.all()
    assert await said(bob, "CHATHISTORY LATEST #tea * 9") == read
    assert await said(bob, f"CHATHISTORY BETWEEN #tea {EVER} 9") == read
    assert await names(bob) == (["#tea"] if read else [])


@pytest.mark.parametrize(("choice", "read"), [("all", ["one", "two"]), ("joined", []), ("none", [])])
async def test_what_is_shown_on_joining_is_what_may_be_read(stage, alice, choice, read):
    await choose(alice, f"HISTORY {choice}")
    bob = await stage.enter("bob", caps=PLAIN)
    assert await said(bob, "JOIN #tea") == read


async def test_a_device_that_comes_back_is_shown_only_what_may_be_read(stage, alice):
    stage.accounts.add("bob")
    await choose(alice, "HISTORY none")
    bob = await stage.enter("bob", "#tea", login="bob@phone", caps=PLAIN)
    bob.send("QUIT")
    await bob.ended()
    alice.send("PRIVMSG #tea :three")
    await alice.all()
    bob = await stage.enter("bob", login="bob@phone", caps=PLAIN)
    assert await said(bob, "JOIN #tea") == []


async def test_a_banned_member_is_answered_as_if_there_were_no_channel(stage, alice):
    bob = await stage.enter("bob", "#tea", caps=CAPS)
    alice.send("MODE #tea +b bob!*@*")
    await alice.all()
    await bob.all()
    bob.send("CHATHISTORY LATEST #tea * 9", "CHATHISTORY LATEST #nil * 9")
    there, missing = await bob.all()
    assert "FAIL CHATHISTORY INVALID_TARGET LATEST #tea" in there
    assert there.replace("#tea", "#nil") == missing
    assert await names(bob) == []


async def test_the_choice_outlives_the_server(stage, alice):
    await choose(alice, "HISTORY joined")
    await choose(alice, "RETENTION 7")
    [channel] = (await stage.store.load()).channels
    assert (channel.visibility, channel.retention_days) == ("joined", 7)


async def test_chanserv_shows_and_changes_what_was_chosen(stage, alice):
    assert await choose(alice, "") == [
        "#tea: members can read all earlier messages",
        "#tea: messages are kept as long as the server keeps them",
    ]
    assert (await choose(alice, "retention 7"))[1] == "#tea: messages are deleted after 7 days"
    assert "HISTORY all|joined|none|default, or RETENTION days|default" in (await choose(alice, "COLOUR red"))[0]
    assert (await choose(alice, "RETENTION soon"))[0].startswith("RETENTION is a number of days")
    assert (await choose(alice, "HISTORY some"))[0].startswith("HISTORY is all, joined, none")
    bob = await stage.enter("bob", "#tea")
    assert "founder" in (await choose(bob, "HISTORY none"))[0]
