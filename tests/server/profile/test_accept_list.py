"""The people who may write to somebody with +g or +R: by ACCEPT, and as an answer."""

import pytest
from tests.doubles.stage import Stage

from chover.engine.verbs import accepting
from chover.server.delivery.caller_notices import CallerNotices


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice")


async def says(wire, *lines):
    """What these lines are answered."""
    return [(message.command, *message.params[1:]) for message in await answers(wire, *lines)]


async def answers(wire, *lines):
    await wire.all()
    wire.send(*lines)
    return await wire.messages()


async def accepted(wire):
    *rows, end = await says(wire, "ACCEPT *")
    assert end[0] == "282"
    assert {row[0] for row in rows} <= {"281"}
    return [row[1] for row in rows]


async def test_with_g_only_those_on_the_list_are_heard_and_the_others_are_announced(stage, alice):
    bob, carol = await stage.enter("bob"), await stage.enter("carol")
    assert await says(alice, "ACCEPT carol") == []
    alice.send("MODE alice +g")
    await alice.all()
    refused, told = await says(bob, "PRIVMSG alice :hi")
    assert refused[:2] == ("716", "alice")
    assert told[:2] == ("717", "alice")
    [knock] = await alice.messages()
    assert (knock.command, knock.params[:3]) == ("718", ["alice", "bob", bob.session.me.mask.partition("!")[2]])
    assert knock.params[3].endswith("ACCEPT bob allows it")
    carol.send("PRIVMSG alice :hello")
    await alice.expect("PRIVMSG alice :hello")
    assert await says(alice, "ACCEPT bob") == []
    bob.send("PRIVMSG alice :hi again")
    await alice.expect("PRIVMSG alice :hi again")


async def test_somebody_with_g_is_told_once_a_minute(stage, alice):
    bob, carol = await stage.enter("bob"), await stage.enter("carol")
    alice.send("MODE alice +g")
    await alice.all()
    assert [answer[0] for answer in await says(bob, "PRIVMSG alice :hi")] == ["716", "717"]
    assert [answer[0] for answer in await says(carol, "PRIVMSG alice :hi")] == ["716"]
    assert [message.command for message in await alice.messages()] == ["718"]
    callers = CallerNotices("chat.test", None, {})
    assert [callers.may_tell("g1", now) for now in (5.0, 64.9, 65.0, 66.0)] == [True, False, True, False]
    assert callers.may_tell("g2", 66.0)


async def test_a_notice_is_answered_by_nothing_and_still_announced(stage, alice):
    bob = await stage.enter("bob")
    alice.send("MODE alice +g")
    await alice.all()
    assert await says(bob, "NOTICE alice :hi") == []
    await alice.expect(" 718 alice bob ")


async def test_of_the_blocked_nothing_is_announced_and_they_are_answered_as_ever(stage, alice):
    eve = await stage.enter("eve")
    alice.send("SILENCE +eve", "MODE alice +g")
    await alice.all()
    assert [answer[0] for answer in await says(eve, "PRIVMSG alice :hi")] == ["716", "717"]
    assert await alice.all() == []


@pytest.mark.parametrize("mode", ["g", "R"])
async def test_anyone_who_is_written_to_may_answer(stage, alice, mode):
    bob = await stage.enter("bob")
    alice.send(f"MODE alice +{mode}", "PRIVMSG bob :are you there?")
    await bob.expect("are you there?")
    await alice.all()
    bob.send("PRIVMSG alice :yes")
    await alice.expect("PRIVMSG alice :yes")
    assert await accepted(alice) == ["bob"]


async def test_without_such_a_mode_writing_adds_nobody(stage, alice):
    await stage.enter("bob")
    alice.send("PRIVMSG bob :hi", "PRIVMSG alice :me")
    assert await accepted(alice) == []


async def test_accepting_opens_r_to_a_guest(stage, alice):
    bob = await stage.enter("bob")
    alice.send("MODE alice +R")
    await alice.all()
    assert (await says(bob, "PRIVMSG alice :hi"))[0][0] == "477"
    alice.send("ACCEPT bob")
    await alice.all()
    bob.send("PRIVMSG alice :hi")
    await alice.expect("PRIVMSG alice :hi")


async def test_one_writes_to_oneself(stage, alice):
    alice.send("MODE alice +g", "PRIVMSG alice :note")
    await alice.expect("PRIVMSG alice :note")


async def test_the_list_is_shown_changed_and_its_errors_are_those_of_other_servers(stage, alice):
    for nick in ("bob", "carol"):
        await stage.enter(nick)
    assert await says(alice, "ACCEPT bob,carol,nobody") == [("401", "nobody", "No such nick")]
    assert await accepted(alice) == ["bob", "carol"]
    assert [answer[:2] for answer in await says(alice, "ACCEPT BOB,-alice")] == [("458", "alice"), ("457", "BOB")]
    assert await says(alice, "ACCEPT -bob") == []
    assert await says(alice, "ACCEPT") == [("281", "carol"), ("282", "End of /ACCEPT list")]


async def test_a_full_list_says_so_and_has_room_after_one_is_taken_off(stage, alice, monkeypatch):
    monkeypatch.setattr(accepting, "MOST", 1)
    await stage.enter("bob")
    await stage.enter("carol")
    assert [answer[0] for answer in await says(alice, "ACCEPT bob,carol")] == ["456"]
    assert await says(alice, "ACCEPT carol,-bob") == []
    assert await accepted(alice) == ["carol"]
    alice.send("MODE alice +g", "PRIVMSG bob :hi")
    await alice.all()
    assert await accepted(alice) == ["bob"]


async def test_a_guest_is_forgotten_with_the_connection(stage, alice):
    bob = await stage.enter("bob")
    await says(alice, "ACCEPT bob")
    bob.send("QUIT")
    await bob.ended()
    await alice.all()
    another = await stage.enter("bob")
    alice.send("MODE alice +g")
    assert await accepted(alice) == []
    assert (await says(another, "PRIVMSG alice :hi"))[0][0] == "716"


async def test_a_guest_who_logs_in_stays_on_the_list_and_keeps_an_own_one(stage, alice):
    stage.accounts.add("bob")
    bob = await stage.enter("bobby")
    await says(alice, "ACCEPT bobby", "MODE alice +g")
    await says(bob, "ACCEPT alice", "NS IDENTIFY bob sesame")
    bob.send("PRIVMSG alice :it is me")
    await alice.expect("it is me")
    assert await accepted(bob) == ["alice"]


async def test_what_an_account_accepts_it_accepts_after_a_restart_too(stage):
    stage.accounts.add("alice")
    stage.accounts.add("bob")
    alice = await stage.enter("alice", login="alice")
    # Nobody has to be there.
    assert [answer[0] for answer in await says(alice, "MODE alice +g", "ACCEPT bob")] == ["MODE"]
    await stage.close()
    later = await Stage.open(store=stage.store, accounts=stage.accounts)
    alice = await later.enter("alice", login="alice")
    assert await accepted(alice) == ["bob"]
    assert await alice.numerics("MODE alice") == [("221", "+g")]
    bob = await later.enter("bob", login="bob")
    bob.send("PRIVMSG alice :hi")
    await alice.expect("PRIVMSG alice :hi")
    alice.send("ACCEPT -bob")
    await alice.all()
    assert stage.accounts.named("alice").settings.accepted == ()
    await later.close()


async def test_it_is_announced(stage):
    wire = stage.connect()
    wire.send("NICK alice", "USER a 0 * :a")
    assert " ACCEPT=100 " in await wire.expect(" 005 ")
    assert " CALLERID=g " in " ".join(message.command + " " + " ".join(message.params) for message in wire.log)
