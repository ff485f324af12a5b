"""THREAD and THREADS (chover.chat/threads)."""

import pytest

from chover.ports import StoreError

CAPS = "chover.chat/threads batch server-time message-tags draft/read-marker draft/metadata-3 draft/event-playback"


@pytest.fixture
async def people(stage):
    """Alice has asked; bob has answered, carol has answered him, and all talk of other things."""
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", "#milk", caps=CAPS, login="alice")
    bob = await stage.enter("bob", "#tea", "#milk", caps=CAPS)
    await say(alice, "PRIVMSG #tea :who has milk?")
    await say(bob, "PRIVMSG #tea :unrelated", f"@+draft/reply={msgid(stage, 'who has milk?')} PRIVMSG #tea :I do")
    await say(alice, f"@+reply={msgid(stage, 'I do')} PRIVMSG #tea :thanks")
    await say(bob, "PRIVMSG #tea :something else")
    await alice.all()
    return alice, bob


async def say(wire, *lines):
    wire.send(*lines)
    await wire.all()


def said(stage, text):
    events = [event for log in stage.store.logs.values() for event in log]
    return next(event for event in events if getattr(event.body, "text", "") == text)


def msgid(stage, text):
    return said(stage, text).msgid


async def asked(wire, line):
    """The parameters of the batch, and its lines."""
    wire.send(line)
    opening, *inside, closing = await wire.messages()
    assert opening.command == "BATCH", opening
    assert closing.params == ["-" + opening.params[0][1:]]
    return opening.params[1:], inside


def texts(lines):
    return [message.params[-1] for message in lines]


@pytest.mark.parametrize("of", ["who has milk?", "I do", "thanks"])
async def test_a_thread_is_whole_whichever_of_its_messages_is_named(people, stage, of):
    alice, _ = people
    batch, lines = await asked(alice, f"THREAD #tea {msgid(stage, of)}")
    assert batch == ["chover.chat/thread", "#tea", msgid(stage, "who has milk?"), "2"]
    assert texts(lines) == ["who has milk?", "I do", "thanks"]


async def test_reactions_come_with_the_messages(people, stage):
    alice, bob = people
    await say(bob, f"@+draft/react=ok;+draft/reply={msgid(stage, 'thanks')} TAGMSG #tea")
    await say(bob, f"@+draft/react=no;+draft/reply={msgid(stage, 'something else')} TAGMSG #tea")
    await alice.all()
    _, lines = await asked(alice, f"THREAD #tea {msgid(stage, 'I do')}")
    assert [line.tags.get("+draft/react") for line in lines] == [None, None, None, "ok"]


async def test_a_long_thread_is_read_in_pages_from_its_end(people, stage):
    alice, _ = people
    for number, text in enumerate(["who has milk?", "I do", "thanks"]):
        said(stage, text).at = 1_000 * (number + 1)
    root = msgid(stage, "who has milk?")
    batch, lines = await asked(alice, f"THREAD #tea {root} * 1")
    assert (batch[-1], texts(lines)) == ("2", ["who has milk?", "thanks"])
    _, lines = await asked(alice, f"THREAD #tea {root} timestamp=1970-01-01T00:00:03.000Z 1")
    assert texts(lines) == ["who has milk?", "I do"]


async def test_a_message_without_replies_and_one_that_is_unknown_have_none(people, stage):
    alice, _ = people
    batch, lines = await asked(alice, f"THREAD #tea {msgid(stage, 'unrelated')}")
    assert (batch[-1], texts(lines)) == ("0", ["unrelated"])
    assert await asked(alice, "THREAD #tea nothing") == (["chover.chat/thread", "#tea", "nothing", "0"], [])


async def test_a_deleted_message_begins_a_thread_of_its_own(people, stage):
    alice, bob = people
    answer = msgid(stage, "I do")
    await say(bob, f"REDACT #tea {answer}")
    await alice.all()
    batch, lines = await asked(alice, f"THREAD #tea {msgid(stage, 'thanks')}")
    assert (batch[2], texts(lines)) == (answer, ["thanks"])


async def test_nothing_is_told_of_what_somebody_may_not_read(people, stage):
    carol = await stage.enter("carol", caps=CAPS)
    carol.send(f"THREAD #tea {msgid(stage, 'who has milk?')}")
    [line] = await carol.all()
    assert "FAIL THREAD INVALID_TARGET" in line
    assert (await asked(carol, "THREADS"))[1] == []


async def test_private_threads_are_threads_too(people, stage):
    alice, bob = people
    await say(bob, "PRIVMSG alice :psst")
    await say(alice, f"@+draft/reply={msgid(stage, 'psst')} PRIVMSG bob :what?")
    await bob.all()
    batch, lines = await asked(bob, f"THREAD alice {msgid(stage, 'psst')}")
    assert (batch[1], texts(lines)) == ("alice", ["psst", "what?"])
    _, lines = await asked(alice, "THREADS")
    assert [line.params[0] for line in lines if line.command == "THREAD"] == ["#tea", "bob"]


async def test_the_threads_that_one_follows_are_listed_with_what_is_unread(people, stage):
    alice, bob = people
    await say(bob, f"@+draft/reply={msgid(stage, 'who has milk?')} PRIVMSG #tea :more milk")
    await say(bob, f"@+draft/reply={msgid(stage, 'something else')} PRIVMSG #tea :talking to myself")
    await alice.all()
    for number, text in enumerate(["who has milk?", "I do", "thanks", "more milk"]):
        said(stage, text).at = 4_000_000_000_000 + number
    assert await summary(alice) == [("#tea", "3", "1")]
    [head, first, last] = (await asked(alice, "THREADS"))[1]
    assert head.params[1] == msgid(stage, "who has milk?")
    assert texts([first, last]) == ["who has milk?", "more milk"]
    mark = f"{head.params[1]}={4_000_000_000_003}"
    await say(alice, f"METADATA #tea SET chover.chat/threads :{mark}")
    assert await summary(alice) == [("#tea", "3", "0")]


async def test_reading_a_conversation_reads_its_threads(people, stage):
    alice, bob = people
    await say(bob, f"@+draft/reply={msgid(stage, 'who has milk?')} PRIVMSG #tea :more milk")
    await alice.all()
    said(stage, "thanks").at -= 1_000
    assert await summary(alice) == [("#tea", "3", "2")]
    await say(alice, "MARKREAD #tea timestamp=2100-01-01T00:00:00.000Z")
    assert await summary(alice) == [("#tea", "3", "0")]


async def summary(wire):
    _, lines = await asked(wire, "THREADS")
    return [(line.params[0], *line.params[2:4]) for line in lines if line.command == "THREAD"]


@pytest.mark.parametrize("value", ["x", "x=", "=1", "a=1  b=2", "a=1 b"])
async def test_a_marker_of_threads_that_makes_no_sense_is_refused(people, value):
    alice, _ = people
    alice.send(f"METADATA #tea SET chover.chat/threads :{value}")
    [line] = await alice.all()
    assert "FAIL METADATA INVALID_VALUE" in line


@pytest.mark.parametrize("line", ["THREAD #tea x yesterday", "THREAD #tea x * many", "THREADS many"])
async def test_what_cannot_be_read_is_refused(people, line):
    alice, _ = people
    alice.send(line)
    [refusal] = await alice.all()
    assert f"FAIL {line.split()[0]} INVALID_PARAMS" in refusal


@pytest.mark.parametrize("line", ["THREAD #tea x", "THREADS"])
async def test_without_the_capability_it_is_refused(people, line):
    _, bob = people
    bob.session.change_caps(type(bob.session.caps)(0))
    bob.send(line)
    [refusal] = await bob.all()
    assert "chover.chat/threads" in refusal


@pytest.mark.parametrize("line", ["THREAD #tea x", "THREADS"])
async def test_a_store_that_fails_is_told(people, stage, monkeypatch, line):
    alice, _ = people

    async def fails(*_args, **_more):
        raise StoreError("the disk is gone")

    monkeypatch.setattr(type(stage.store.search), "find", fails)
    alice.send(line)
    [refusal] = await alice.all()
    assert f"FAIL {line.split()[0]} INTERNAL_ERROR" in refusal
