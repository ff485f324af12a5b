"""All that somebody said is deleted, everywhere, and everybody sees it go."""

import pytest
from tests.doubles.stage import Stage

from chover.engine.events import Blanked
from chover.engine.ids import channel_log
from chover.server.operators import erasing


@pytest.fixture
async def stage():
    opened = await Stage.open()
    yield opened
    await opened.close()


async def talked(stage):
    """Bob has talked in a channel that has ended, in one that stands, and to alice; alice answered."""
    for name in ("alice", "bob"):
        stage.accounts.add(name)
    alice = await stage.enter("alice", "#tea", login="alice", caps="message-tags echo-message draft/message-redaction")
    bob = await stage.enter("bob", "#tea", "#den", login="bob", caps="message-tags")
    bob.send("MODE #den +i", "PRIVMSG #den :in a channel that ends", "PART #den")
    bob.send("PRIVMSG #tea :one", "PRIVMSG #tea :two", "PRIVMSG alice :three")
    await bob.all()
    alice.send("PRIVMSG #tea :mine", "PRIVMSG bob :mine, too")
    await alice.all()
    return alice, bob


def texts(stage):
    return [event.body.text for log in stage.store.logs.values() for event in log if hasattr(event.body, "text")]


async def test_everything_goes_where_it_was_said_and_those_who_see_it_are_told(stage, monkeypatch):
    monkeypatch.setattr(erasing, "STEP", 2)
    alice, _ = await talked(stage)
    done = await erasing.erase(stage.node, stage.accounts.named("bob").id)
    assert done.messages == 4
    assert sorted(texts(stage)) == ["mine", "mine, too"]
    gone = [line for line in await alice.all() if " REDACT " in line]
    assert [line.split(" REDACT ")[1].split()[0] for line in gone] == ["#tea", "#tea", "alice"]
    tea = stage.store.logs[channel_log(stage.node.chat.find_channel("#tea").id)]
    assert sum(isinstance(event.body, Blanked) for event in tea) == 2


async def test_after_a_restart_nothing_of_it_is_told_again(stage):
    await talked(stage)
    await stage.host.close("over", 5)
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    alice = await again.enter("alice", "#tea", login="alice", caps="message-tags draft/message-redaction")
    await alice.all()
    done = await erasing.erase(again.node, stage.accounts.named("bob").id)
    assert done.messages == 4
    assert [message.params for message in await alice.heard("PRIVMSG")] == []
    await again.close()


async def test_anyone_who_drops_the_account_may_take_along_what_they_said(stage):
    _, bob = await talked(stage)
    bob.send("NS DROP sesame MESSAGES")
    await bob.expect("4 messages and 0 files of yours are deleted")
    await bob.expect("bob is deleted; the name is free")
    assert sorted(texts(stage)) == ["mine", "mine, too"]
