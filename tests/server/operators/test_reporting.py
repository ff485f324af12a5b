"""REPORT: those who can act on it hear of it, now or later, and whoever told them is told who they are."""

import json

import pytest
from tests.doubles.stage import Stage


@pytest.fixture
async def tea(stage):
    """alice, founder of #tea, bob in it, and eve."""
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", login="alice")
    alice.send("CS REGISTER #tea")
    await alice.all()
    bob, eve = await stage.enter("bob", "#tea"), await stage.enter("eve", "#tea")
    await stage.quiet()
    return alice, bob, eve


@pytest.fixture
async def guarded():
    """A server with an operator."""
    opened = await Stage.open(environ={"CHOVER_OPERATORS": json.dumps([{"name": "root", "password": "secret"}])})
    yield opened
    await opened.close()


async def notices(wire):
    return [message.params[-1] for message in await wire.heard("NOTICE")]


async def asked(wire, text):
    await wire.all()
    wire.send(f"PRIVMSG ChanServ :{text}")
    return await notices(wire)


async def test_a_report_reaches_the_channels_operators_and_nobody_else(stage, tea):
    alice, bob, eve = tea
    bob.send("REPORT eve #tea :she sells watches")
    line = await bob.expect("NOTE REPORT SENT 1 :")
    assert "to the moderators of #tea. alice received it now" in line
    [heard] = await notices(alice)
    assert heard.startswith("[#tea] report 1 by bob about eve!~eve@")
    assert heard.endswith(": she sells watches")
    assert await eve.all() == []


async def test_about_a_message_it_says_what_was_said_even_by_one_who_is_gone(stage, tea):
    alice, bob, eve = tea
    eve.send("PRIVMSG #tea :buy \x02this")
    await eve.all()
    eve.send("QUIT")
    await eve.ended()
    [msgid] = [event.msgid for log in stage.store.logs.values() for event in log if hasattr(event.body, "text")]
    await alice.all()
    bob.send(f"REPORT {msgid} :spam")
    await bob.expect("NOTE REPORT SENT")
    first, quote = await notices(alice)
    assert "about eve!" in first
    assert quote == "[#tea] <eve> buy  this"


async def test_anyone_who_looks_after_it_and_comes_later_is_told(stage, tea):
    alice, bob, _ = tea
    alice.send("QUIT")
    await alice.ended()
    bob.send("REPORT eve #tea :spam")
    assert "None of them is online" in await bob.expect("NOTE REPORT SENT")
    back = await stage.enter("alice", login="alice")
    back.send("JOIN #tea")
    assert "REPORTS #tea" in await back.expect("Reports that wait for you about #tea: 1")
    shown = await asked(back, "REPORTS #tea")
    assert "report 1 by bob about eve!" in shown[0]
    assert await asked(back, "REPORTS #tea DONE 1") == ["Report 1 is done"]
    assert await asked(back, "REPORTS #tea DONE 1") == ["There is no report 1; REPORTS lists those that are open"]
    assert (await asked(back, "REPORTS #tea"))[0].startswith("0 open reports")


async def test_nobody_else_sees_them(stage, tea):
    _, bob, eve = tea
    bob.send("REPORT eve #tea :spam")
    await bob.all()
    assert await asked(eve, "REPORTS #tea") == [
        "Only people with a rank above voice in the channel's access list can do that"
    ]
    assert "right 'see'" in (await asked(eve, "REPORTS"))[0]


async def test_of_an_operator_the_others_are_told_and_else_those_of_the_server(guarded):
    root = await guarded.enter("root")
    root.send("OPER root secret")
    await root.all()
    alice, bob = await guarded.enter("alice", "#tea"), await guarded.enter("bob", "#tea")
    bob.send("REPORT alice #tea :abuses her rank")
    assert "went to root" in await bob.expect("NOTE REPORT SENT")
    assert "report 1 by bob about alice!" in (await notices(root))[0]
    assert await notices(alice) == []


async def test_without_a_channel_it_is_for_the_operators_of_the_server_who_find_it_later(guarded):
    bob, _ = await guarded.enter("bob"), await guarded.enter("eve")
    bob.send("REPORT eve :threatens me")
    assert "kept for the operators of the server" in await bob.expect("NOTE REPORT SENT")
    root = await guarded.enter("root")
    root.send("OPER root secret")
    await root.expect("Reports that wait for you about this server: 1")
    assert "threatens me" in (await asked(root, "REPORTS"))[0]


async def test_of_a_channel_that_is_nobodys_nothing_is_kept_for_whoever_comes_first(guarded):
    alice, bob = await guarded.enter("alice", "#tea"), await guarded.enter("bob", "#tea")
    await guarded.enter("eve", "#tea")
    await guarded.quiet()
    bob.send("REPORT eve #tea :spam")
    assert "went to alice" in await bob.expect("NOTE REPORT SENT")
    assert "report 1" in (await notices(alice))[0]
    assert [report.place for report in await guarded.store.reports.open("")] == ["#tea"]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("REPORT eve", " 461 bob REPORT :"),
        ("REPORT eve #tea", " 461 bob REPORT :Say what is wrong"),
        ("REPORT nobody :spam", " 401 bob nobody :"),
        ("REPORT eve #none :spam", " 403 bob #none :"),
        ("REPORT eve #private :spam", " 442 bob #private :"),
    ],
)
async def test_a_refusal_says_what_is_wrong(stage, tea, line, answer):
    await stage.enter("dave", "#private")
    tea[1].send(line)
    await tea[1].expect(answer)


async def test_a_plain_client_says_it_to_chanserv(stage, tea):
    alice, bob, _ = tea
    [told] = await asked(bob, "REPORT eve #tea sells watches")
    assert "alice received it now" in told
    assert "sells watches" in (await notices(alice))[0]
    assert await asked(bob, "REPORT nobody spam") == ["nobody: No such nick"]


async def test_nobody_reports_too_often(stage, tea):
    _, bob, _ = tea
    for _ in range(3):
        bob.send("REPORT eve #tea :spam")
        await bob.expect("NOTE REPORT SENT")
    bob.send("REPORT eve #tea :spam")
    assert "try again in" in await bob.expect("FAIL REPORT RATE_LIMITED")


async def test_a_server_without_operators_says_so(stage):
    bob, _ = await stage.enter("bob"), await stage.enter("eve")
    bob.send("REPORT eve :spam")
    assert "NickServ BLOCK eve" in await bob.expect("NOTE REPORT SENT")
