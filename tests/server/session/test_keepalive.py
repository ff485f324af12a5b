import time

import pytest


@pytest.fixture
def clock(monkeypatch):
    """Time that passes when told to."""

    class Clock:
        now = time.monotonic()

    monkeypatch.setattr("chover.server.session.keepalive.time.monotonic", lambda: Clock.now)
    return Clock


async def test_anyone_who_does_not_register_in_time_is_told_so_and_ended(stage):
    wire = stage.connect()
    wire.session.keepalive.ring()
    assert "NICK and USER are expected within 60 s" in (await wire.ended())[-1]


async def test_anyone_who_is_silent_is_asked_and_stays_when_answering(stage, clock):
    alice = await stage.enter("alice")
    clock.now += stage.node.config.limits.ping_seconds + 1
    alice.session.keepalive.ring()
    await alice.expect("PING :chat.test")
    alice.send("PONG chat.test")
    clock.now += 1
    alice.session.keepalive.ring()
    assert await alice.all() == []
    assert not alice.closed


async def test_anyone_who_does_not_answer_is_ended(stage, clock):
    alice = await stage.enter("alice")
    for _ in range(2):
        clock.now += stage.node.config.limits.ping_seconds + 1
        alice.session.keepalive.ring()
    assert "Ping timeout: 242 seconds" in (await alice.ended())[-1]


async def test_anyone_who_has_said_something_lately_is_not_asked(stage, clock):
    alice = await stage.enter("alice")
    clock.now += stage.node.config.limits.ping_seconds - 1
    alice.session.keepalive.ring()
    assert await alice.all() == []
