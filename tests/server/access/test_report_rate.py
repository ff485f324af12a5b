"""Slow mode, the wait for newcomers, the throttle for joins: what people are told."""

import pytest


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#tea")


async def test_of_a_paste_in_slow_mode_the_first_line_passes_and_each_other_is_answered(stage, alice):
    bob = await stage.enter("bob", "#tea", caps="echo-message")
    bob.send("PRIVMSG #tea :before")
    await bob.all()
    stage.pass_time(60)
    alice.send("MODE #tea +W 60")
    await stage.quiet()
    stage.pass_time(60)
    bob.send(*[f"PRIVMSG #tea :{number}" for number in range(3)])
    heard = await bob.messages()
    assert [message.command for message in heard] == ["PRIVMSG", "404", "404"]
    assert heard[1].params[-1] == "Cannot send to channel: slow mode (+W 60): you may speak in 60 s"
    assert [message.params[-1] for message in await alice.heard("PRIVMSG")] == ["0"]


async def test_a_newcomer_is_told_how_long_to_wait(stage, alice):
    alice.send("MODE #tea +d 30")
    await alice.all()
    bob = await stage.enter("bob", "#tea")
    [(numeric, channel, text)] = await bob.numerics("PRIVMSG #tea :spam")
    assert (numeric, channel) == ("404", "#tea")
    assert "newcomers wait (+d 30): you may speak in" in text


async def test_one_too_many_is_told_when_to_try_again(stage, alice):
    alice.send("MODE #tea +j 1:30")
    await alice.all()
    await stage.enter("bob", "#tea")
    carol = await stage.enter("carol")
    [(numeric, channel, text)] = await carol.numerics("JOIN #tea")
    assert (numeric, channel) == ("480", "#tea")
    assert "try again in" in text


async def test_anyone_who_may_not_speak_is_not_heard_leaving(stage, alice):
    alice.send("MODE #tea +m")
    await alice.all()
    bob, carol = await stage.enter("bob", "#tea"), await stage.enter("carol", "#tea")
    bob.send("PART #tea :spam")
    carol.send("QUIT :spam")
    await stage.quiet_of(bob)
    await carol.ended()
    await alice.expect(":carol!")
    await alice.expect("PART #tea")
    assert (await alice.expect("QUIT")).endswith("QUIT :Quit")
