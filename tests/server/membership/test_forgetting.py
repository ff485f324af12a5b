"""Channels that were left behind end after a while, or when they are too many."""

import pytest
from tests.doubles.stage import Stage

from chover.server.membership import forgetting

DAY = 86_400


@pytest.fixture
async def few(monkeypatch):
    """A server that keeps two channels that are nobody's, and looks as soon as there is one more."""
    monkeypatch.setattr(forgetting, "SLACK", 1)
    opened = await Stage.open({"channels.left_behind": 2})
    yield opened
    await opened.close()


async def leave_behind(stage, *names):
    alice = await stage.enter("alice")
    for name in names:
        alice.send(f"JOIN {name}", f"PRIVMSG {name} :hi", f"PART {name}")
        await alice.all()
    return alice


def there(stage):
    return sorted(channel.name for channel in stage.node.chat.channels.values())


async def test_after_so_many_days_it_ends_and_its_name_begins_anew(stage):
    alice = await leave_behind(stage, "#tea")
    stage.pass_time(29 * DAY)
    assert await stage.host.forgetting.look(stage.node.chat.now()) == 0
    stage.pass_time(2 * DAY)
    assert await stage.host.forgetting.look(stage.node.chat.now()) == 1
    assert there(stage) == []
    caps = "batch draft/chathistory"
    bob = await stage.enter("bob", "#tea", caps=caps)
    bob.send("CHATHISTORY LATEST #tea * 5")
    assert not await bob.heard("PRIVMSG")
    assert await alice.numerics("NAMES #tea") == [
        ("353", "=", "#tea", "@bob"), ("366", "#tea", "End of NAMES list"),
    ]  # fmt: skip


async def test_after_a_restart_the_log_knows_since_when(stage):
    await leave_behind(stage, "#tea")
    again = await Stage.open(store=stage.store)
    again.pass_time(29 * DAY)
    assert await again.host.forgetting.look(again.node.chat.now()) == 0
    again.pass_time(2 * DAY)
    assert await again.host.forgetting.look(again.node.chat.now()) == 1
    await again.close()


async def test_what_is_somebodys_stays(stage):
    stage.accounts.add("bob")
    await leave_behind(stage, "#tea")
    bob = await stage.enter("bob", "#mine", "#now", login="bob")
    bob.send("CS REGISTER #mine", "PART #mine")
    await bob.all()
    stage.pass_time(1000 * DAY)
    await stage.host.forgetting.look(stage.node.chat.now())
    assert there(stage) == ["#mine", "#now"]


async def test_it_may_be_never():
    stage = await Stage.open({"channels.forget_days": 0})
    await leave_behind(stage, "#tea")
    stage.pass_time(10_000 * DAY)
    assert await stage.host.forgetting.look(stage.node.chat.now()) == 0
    await stage.close()


async def test_of_too_many_the_oldest_end_at_once(few):
    alice = await leave_behind(few, "#one", "#two", "#three")
    await alice.all()
    await few.node.ledger.drained()
    assert there(few) == ["#three", "#two"]


async def test_what_cannot_be_ended_is_tried_again(stage):
    await leave_behind(stage, "#tea")
    stage.pass_time(31 * DAY)
    stage.store.fail = "disk full"
    assert await stage.host.forgetting.look(stage.node.chat.now()) == 0
    stage.store.fail = ""
    assert await stage.host.forgetting.look(stage.node.chat.now()) == 1
