"""CATCHUP and MENTIONS (chover.chat/catchup)."""

import pytest

from chover.ports import StoreError
from chover.server.delivery.render import timestamp
from chover.wire.capabilities import Cap

CAPS = "chover.chat/catchup batch server-time message-tags draft/read-marker"


@pytest.fixture
async def alice(stage):
    """An account in #tea and #milk, where bob has said something, and in private."""
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", "#milk", caps=CAPS, login="alice")
    bob = await stage.enter("bob", "#tea", "#milk")
    alice.send("PRIVMSG #tea :who has milk?")
    await alice.all()
    asked = said(stage, "who has milk?")
    bob.session.change_caps(alice.session.caps)
    bob.send(
        "PRIVMSG #tea :one",
        "PRIVMSG #tea :alice: two",
        f"@+draft/reply={asked.msgid} PRIVMSG #tea :three",
        "PRIVMSG #milk :four",
        "PRIVMSG alice :five",
    )
    await bob.all()
    await alice.all()
    for number, event in enumerate(event for log in stage.store.logs.values() for event in log):
        event.at = 1_000_000 + number * 10
    for channel in alice.session.me.channels.values():
        channel.members[alice.session.me.id].joined_at = 1_000_000
    return alice


def said(stage, text):
    events = [event for log in stage.store.logs.values() for event in log]
    return next(event for event in events if getattr(event.body, "text", "") == text)


async def asked(wire, line, kind):
    """The summary lines, without where they begin, and the texts of the messages."""
    wire.send(line)
    opening, *inside, closing = await wire.messages()
    assert (opening.command, opening.params[1:]) == ("BATCH", [f"chover.chat/{kind}"])
    assert closing.params == ["-" + opening.params[0][1:]]
    assert {message.tags["batch"] for message in inside} <= {opening.params[0][1:]}
    summary = [message.params for message in inside if message.command == "CATCHUP"]
    return summary, [message.params[-1] for message in inside if message.command != "CATCHUP"]


async def counts(wire, line="CATCHUP"):
    summary, texts = await asked(wire, line, "catchup")
    return {params[0]: tuple(params[1:3]) for params in summary}, texts


async def test_what_was_missed_is_told_by_conversation_and_what_is_for_one_is_shown(alice):
    assert await counts(alice) == (
        {"#tea": ("3", "2"), "#milk": ("1", "0"), "bob": ("1", "1")},
        ["alice: two", "three", "five"],
    )


async def test_each_line_says_where_the_unread_begins_and_up_to_where_was_read(stage, alice):
    summary, _ = await asked(alice, "CATCHUP", "catchup")
    first = said(stage, "one")
    tea = next(params for params in summary if params[0] == "#tea")
    assert tea[3:5] == [f"msgid={first.msgid}", f"timestamp={timestamp(first.at)}"]
    assert tea[5].startswith("timestamp=")
    assert next(params for params in summary if params[0] == "bob")[5] == "*"


async def test_what_is_marked_as_read_is_not_missed(stage, alice):
    alice.send(f"MARKREAD #tea timestamp={timestamp(said(stage, 'alice: two').at)}")
    alice.send(f"MARKREAD bob timestamp={timestamp(said(stage, 'five').at)}")
    await alice.all()
    assert await counts(alice) == ({"#tea": ("1", "1"), "#milk": ("1", "0")}, ["three"])


async def test_anyone_who_answers_has_read_what_stands_before(alice):
    alice.send("PRIVMSG #tea :thanks", "PRIVMSG bob :hi")
    await alice.all()
    assert await counts(alice) == ({"#milk": ("1", "0")}, [])


async def test_a_moment_counts_instead_of_the_markers(stage, alice):
    alice.send(f"MARKREAD #tea timestamp={timestamp(said(stage, 'three').at)}")
    await alice.all()
    since = timestamp(said(stage, "one").at)
    summary, texts = await counts(alice, f"CATCHUP timestamp={since}")
    assert summary["#tea"] == ("2", "2")
    assert texts == ["alice: two", "three", "five"]


async def test_nothing_missed_is_an_empty_batch(stage):
    carol = await stage.enter("carol", caps=CAPS)
    assert await asked(carol, "CATCHUP *", "catchup") == ([], [])
    assert await asked(carol, "MENTIONS", "mentions") == ([], [])


async def test_mentions_are_names_answers_and_chosen_words_in_channels(stage, alice):
    assert await asked(alice, "MENTIONS", "mentions") == ([], ["alice: two", "three"])
    assert await asked(alice, "MENTIONS 1", "mentions") == ([], ["three"])
    alice.send("PRIVMSG SearchServ :HIGHLIGHT ADD four")
    await alice.all()
    assert await asked(alice, "MENTIONS 10", "mentions") == ([], ["alice: two", "three", "four"])


async def test_the_ignored_mention_nobody(alice):
    alice.send("SILENCE +bob")
    await alice.all()
    assert await asked(alice, "MENTIONS", "mentions") == ([], [])
    assert (await counts(alice))[0]["#tea"] == ("3", "0")


async def test_a_word_inside_a_longer_one_mentions_nobody(stage, alice):
    bob = await stage.enter("bobby", "#tea")
    bob.send("PRIVMSG #tea :alice-marie and https://example.org/alice", "PRIVMSG #tea :alice's tea")
    await bob.all()
    await alice.all()
    assert (await asked(alice, "MENTIONS", "mentions"))[1][2:] == ["alice's tea"]


async def test_what_was_said_in_a_channel_that_one_has_left_is_not_told(alice):
    alice.send("PART #tea")
    await alice.all()
    assert (await counts(alice))[0].keys() == {"#milk", "bob"}
    assert await asked(alice, "MENTIONS", "mentions") == ([], [])


async def test_what_is_marked_as_unread_is_unread_again(alice, stage):
    alice.session.change_caps(alice.session.caps | Cap.METADATA)
    alice.send(
        "MARKREAD #tea timestamp=2100-01-01T00:00:00.000Z",
        f"METADATA #tea SET chover.chat/unread {said(stage, 'alice: two').at}",
    )
    await alice.all()
    summary, _ = await counts(alice)
    assert summary["#tea"] == ("2", "2")


@pytest.mark.parametrize("line", ["CATCHUP yesterday", "CATCHUP timestamp=x", "MENTIONS 0", "MENTIONS many"])
async def test_what_cannot_be_asked_is_refused(alice, line):
    alice.send(line)
    [answer] = await alice.messages()
    assert answer.params[:2] == [line.split()[0], "INVALID_PARAMS"]
    assert answer.command == "FAIL"


@pytest.mark.parametrize("command", ["CATCHUP", "MENTIONS"])
async def test_without_the_capability_the_answer_says_how_else(stage, command):
    bob = await stage.enter("bob")
    bob.send(command)
    [answer] = await bob.messages()
    assert answer.params[:2] == [command, "NEED_CAPABILITY"]


@pytest.mark.parametrize("command", ["CATCHUP", "MENTIONS"])
async def test_a_store_that_cannot_be_read_is_told(stage, alice, monkeypatch, command):
    async def fails(*_, **__):
        raise StoreError("the disk is full")

    monkeypatch.setattr(stage.store.search, "find", fails)
    alice.send(command)
    [answer] = await alice.messages()
    assert answer.params[:2] == [command, "INTERNAL_ERROR"]
