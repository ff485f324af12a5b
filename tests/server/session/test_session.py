"""A session: what it makes of lines, in which order, and how it ends."""

import asyncio

import pytest
from msgspec import structs
from tests.doubles.stage import Stage

from chover.server.commands.conversations.relaying import SCENE
from chover.server.services.table import SERVICES
from chover.server.session.command import Command
from chover.server.table import COMMANDS


async def test_people_in_a_channel_hear_each_other(stage):
    alice = await stage.enter("alice", "#tea")
    bob = await stage.enter("bob", "#tea")
    await alice.expect("JOIN #tea")
    alice.send("PRIVMSG #tea :hello bob")
    assert await bob.expect("PRIVMSG") == f":{stage.node.chat.find_user('alice').mask} PRIVMSG #tea :hello bob"
    assert not any("PRIVMSG" in line for line in await alice.all())


async def test_a_message_is_echoed_with_its_label_and_msgid(stage):
    alice = await stage.enter("alice", "#tea", caps="echo-message message-tags labeled-response batch server-time")
    alice.send("@label=7 PRIVMSG #tea :x")
    [message] = await alice.messages()
    assert message.tags["label"] == "7"
    assert message.tags["msgid"]
    assert message.params == ["#tea", "x"]


async def test_a_repeat_under_the_same_nonce_is_answered_by_the_first_echo_and_heard_once(stage):
    alice = await stage.enter("alice", "#tea", caps="echo-message message-tags")
    bob = await stage.enter("bob", "#tea")
    await alice.all()
    alice.send("@+chover.chat/nonce=abc PRIVMSG #tea :x")
    [first] = await alice.messages()
    alice.send("@+chover.chat/nonce=abc PRIVMSG #tea :x")
    [again] = await alice.messages()
    assert again.tags == first.tags
    assert len([line for line in await bob.all() if "PRIVMSG" in line]) == 1


async def test_the_second_to_join_a_permanent_channel_gets_in_too():
    stage = await Stage.open({"channels.autojoin": ["#lobby"]})
    alice = await stage.enter("alice")
    bob = await stage.enter("bob")
    alice.send("PRIVMSG #lobby :welcome")
    await bob.expect("PRIVMSG #lobby :welcome")
    await stage.close()


async def turns(count=8):
    """Let the loop go round."""
    for _ in range(count):
        await asyncio.sleep(0)


# ---- lines that are none ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"PRIVMSG #tea :" + b"x" * 600, ":chat.test 417 alice :Input line was too long"),
        (b"@" + b"a" * 5000 + b" PING x", ":chat.test 417 alice :Input line was too long"),
        (b"PRIVMSG #tea :\xff", ":chat.test FAIL PRIVMSG INVALID_UTF8"),
        (b"\xff\xfe", ":chat.test FAIL * INVALID_UTF8"),
        (b"@x=\xff :y metadata * :\xff", ":chat.test FAIL METADATA INVALID_UTF8"),
        (b"PRIVMSG #tea :a\0b", ":chat.test FAIL PRIVMSG INVALID_CHARACTER"),
        (b"PRIVMSG #tea :a\rQUIT", ":chat.test FAIL PRIVMSG INVALID_CHARACTER"),
        (b"NONSENSE", ":chat.test 421 alice NONSENSE :Unknown command"),
    ],
)
async def test_a_line_that_is_none_is_answered_and_heard_by_nobody(stage, raw, answer):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    alice.send_bytes(raw + b"\r\n")
    [line] = await alice.all()
    assert line.startswith(answer)
    assert await bob.all() == []


async def test_a_longest_line_is_heard_whole(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    text = "x" * (510 - len(f":{alice.session.me.mask} PRIVMSG #tea :"))
    alice.send(f"PRIVMSG #tea :{text}")
    await alice.all()
    assert (await bob.heard("PRIVMSG"))[0].params[1] == text


async def test_empty_lines_are_no_lines(stage):
    alice = await stage.enter("alice")
    alice.send_bytes(b"\r\n\n   \r\n@a=b\r\n")
    assert await alice.all() == []


async def test_a_line_that_never_ends_is_the_end(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    alice.send_bytes(b"x" * 20000)
    assert (await alice.ended())[-1].startswith("ERROR :Input line was too long")
    await bob.expect("QUIT :Input line was too long")


# ---- one after the other ---------------------------------------------------------------------------------------------


async def test_a_paste_of_sixty_lines_is_not_held_up(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    alice.send(*[f"PRIVMSG #tea :{number}" for number in range(60)])
    await turns()
    assert alice.reading
    assert len(await bob.heard("PRIVMSG")) == 60


async def test_three_hundred_lines_are_held_up_and_none_is_lost(stage):
    stage.host.reconfigure(
        structs.replace(
            stage.node.config,
            limits=structs.replace(stage.node.config.limits, flood_lines_per_second=5000.0, flood_burst=100),
        )
    )
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    alice.send(*[f"PRIVMSG #tea :{number}" for number in range(300)])
    assert not alice.reading
    await bob.expect(":299")
    await alice.all()
    assert alice.reading
    assert [m.params[1] for m in bob.log if m.command == "PRIVMSG"] == [str(number) for number in range(300)]


async def test_not_more_messages_than_allowed_wait_for_the_store(stage, monkeypatch):
    monkeypatch.setattr("chover.server.session.runner.WAITING_MESSAGES", 5)
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    before = len(stage.store.groups)
    alice.send(*[f"PRIVMSG #tea :{number}" for number in range(12)])
    await bob.expect(":11")
    assert [len(group) for group in stage.store.groups[before:]] == [5, 5, 2]


async def test_a_bug_ends_a_command_and_not_the_session(stage, monkeypatch, caplog):
    async def slow(session, message):
        await asyncio.sleep(0)
        raise ZeroDivisionError

    def fast(session, message):
        raise ZeroDivisionError

    monkeypatch.setattr(
        stage.node,
        "commands",
        COMMANDS | {"SLOW": Command("SLOW", slow, "", ""), "FAST": Command("FAST", fast, "", "")},
    )
    alice = await stage.enter("alice", caps="labeled-response batch standard-replies")
    alice.send("@label=1 SLOW", "FAST", "PING x")
    answers = await alice.messages()
    assert [(m.command, m.tags.get("label"), m.params[1:2]) for m in answers] == [
        ("FAIL", "1", ["UNKNOWN_ERROR"]),
        ("FAIL", None, ["UNKNOWN_ERROR"]),
        ("PONG", None, ["x"]),
    ]
    assert caplog.text.count("a command of alice (irc) from 127.0.0.1:40000 failed") == 2


async def test_a_bug_in_one_event_stops_no_other(stage, monkeypatch, caplog):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    deliver = stage.node.fanout.deliver

    def sometimes(event, pending):
        if getattr(event.body, "text", "") == "bad":
            raise ZeroDivisionError
        deliver(event, pending)

    monkeypatch.setattr(stage.node.fanout, "deliver", sometimes)
    alice.send("PRIVMSG #tea :one", "PRIVMSG #tea :bad", "PRIVMSG #tea :two")
    assert await alice.all() == []
    assert [message.params[1] for message in await bob.heard("PRIVMSG")] == ["one", "two"]
    assert "could not be applied" in caplog.text


async def test_a_labeled_command_without_an_answer_is_acknowledged(stage):
    alice = await stage.enter("alice", "#tea", caps="labeled-response batch")
    alice.send("@label=1 PONG x", "@label=2 JOIN #tea", "@label=3 NICK alice", "@label=4 NOTICE nobody :x")
    assert [(m.command, m.tags["label"]) for m in await alice.messages()] == [("ACK", n) for n in "1234"]


@pytest.mark.parametrize(
    ("raw", "label", "answer"),
    [
        (b"@label=a1 PRIVMSG #tea :\xff", "a1", "FAIL"),
        (b"@+x=\xff;label=a2 PRIVMSG #tea :x", "a2", "FAIL"),
        (b"@label=old;+xlabel=y;label=a\\:3 PRIVMSG #tea :x\0", "a;3", "FAIL"),
        (b"@label=a4 PRIVMSG #tea :" + b"x" * 600, "a4", "417"),
        (b"@label=a5;+x=" + b"y" * 5000 + b" PRIVMSG #tea :x", "a5", "417"),
        (b"@label=a6 NONSENSE", "a6", "421"),
        (b"@label=\xff PRIVMSG #tea :x", None, "FAIL"),
        (b"@+x=label=no PRIVMSG #tea :\xff", None, "FAIL"),
    ],
)
async def test_also_a_line_that_cannot_be_read_is_answered_under_its_label(stage, raw, label, answer):
    alice = await stage.enter("alice", "#tea", caps="labeled-response batch standard-replies")
    bob = await stage.enter("bob", caps="batch standard-replies")
    for wire, expected in ((alice, label), (bob, None)):
        wire.send_bytes(raw + b"\r\n")
        [message] = await wire.messages()
        assert (message.command, message.tags.get("label")) == (answer, expected)


async def test_its_answer_still_does_not_overtake_what_was_sent_before_it(stage):
    alice = await stage.enter("alice", "#tea", caps="labeled-response batch echo-message")
    stage.store.pause()
    alice.send_bytes(b"@label=1 PRIVMSG #tea :x\r\n@label=2 PRIVMSG #tea :\xff\r\n")
    await turns()
    stage.store.go_on()
    assert [message.tags["label"] for message in await alice.messages()] == ["1", "2"]


@pytest.mark.parametrize("reason", ["", " :bye"])
async def test_the_error_that_answers_quit_carries_its_label(stage, reason):
    alice = await stage.enter("alice", "#tea", caps="labeled-response batch")
    alice.send(f"@label=q QUIT{reason}")
    assert (await alice.ended())[-1] == f"@label=q ERROR :Quit{': bye' if reason else ''}"


async def test_the_end_answers_the_labeled_command_that_brought_it_with_all_that_was_said():
    stage = await Stage.open({"server.password": "sesame"})
    alice = stage.connect()
    alice.send("CAP REQ :labeled-response batch", "PASS wrong", "NICK alice", "USER a 0 * :a", "@label=e CAP END")
    await alice.ended()
    opening, wrong, error, end = alice.log[-4:]
    assert (opening.command, opening.params[1:], opening.tags) == ("BATCH", ["labeled-response"], {"label": "e"})
    batch = opening.params[0].removeprefix("+")
    assert [(line.command, line.tags) for line in (wrong, error)] == [
        ("464", {"batch": batch}),
        ("ERROR", {"batch": batch}),
    ]
    assert end.params == [f"-{batch}"]
    await stage.close()


async def test_what_others_say_meanwhile_is_not_in_the_answer_to_a_label(stage):
    alice = await stage.enter("alice", "#tea", caps="labeled-response batch")
    bob = await stage.enter("bob", "#tea")
    await stage.quiet()
    stage.store.pause()
    bob.send("PRIVMSG #tea :meanwhile")
    await turns()
    alice.send("@label=1 JOIN #cake")
    await turns()
    stage.store.go_on()
    await alice.expect("366")
    [message] = [message for message in alice.log if message.command == "PRIVMSG"]
    assert not message.tags


# ---- the end ---------------------------------------------------------------------------------------------------------


async def test_lines_of_a_peer_that_has_hung_up_are_still_done(stage):
    bob, alice = await stage.enter("bob", "#tea"), await stage.enter("alice", "#tea")
    await stage.quiet()
    alice.send("PRIVMSG #tea :one", "TOPIC #tea :x", "PART #tea", "JOIN #tea", "PRIVMSG #tea :two")
    alice.hang_up()
    await bob.expect("QUIT :Connection closed")
    said = [message for message in bob.log if message.nick == "alice"]
    assert [message.command for message in said[1:]] == ["PRIVMSG", "PART", "JOIN", "PRIVMSG", "QUIT"]
    assert "alice" not in stage.node.chat.nicks


async def test_anyone_who_hangs_up_in_the_middle_of_registering_is_gone_in_the_end(stage):
    wire = stage.connect()
    wire.send("NICK alice", "USER a 0 * :A")
    wire.hang_up()
    await turns(20)
    assert not stage.node.sessions
    assert not stage.node.chat.users
    assert set(stage.node.chat.reservations.nicks) == {*SERVICES, SCENE.lower()}


async def test_a_reader_that_is_too_slow_is_cut_off_and_others_are_told(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    bob.stuck = 2_000_000
    alice.send("PRIVMSG #tea :x")
    await alice.expect("QUIT :You read too slowly")
    assert bob.aborted
    assert bob.lines[-1].startswith("ERROR :You read too slowly")


@pytest.mark.parametrize("label", ["", "@label=1 "])
async def test_anyone_who_is_cut_off_in_the_middle_of_a_command_leaves_nothing_behind(stage, label):
    caps = "labeled-response batch"
    alice, bob = await stage.enter("alice", "#tea", caps=caps), await stage.enter("bob", "#tea", "#cake")
    await stage.quiet()
    stage.store.pause()
    alice.send(f"{label}JOIN #cake")
    await turns()
    alice.stuck = 2_000_000
    alice.session.send(b"more than it reads\r\n")
    if label:
        alice.session.end("You read too slowly", at_once=True)
    await turns()
    alice.hang_up()
    await turns()
    stage.store.go_on()
    await bob.expect("QUIT :You read too slowly")
    await turns(20)
    assert {member.user.nick for c in stage.node.chat.channels.values() for member in c.members.values()} == {"bob"}
    replayed = stage.store.replayed()
    assert {member.user.nick for c in replayed.channels.values() for member in c.members.values()} == {"bob"}


async def test_anyone_who_is_cut_off_as_a_command_begins_does_not_run_it(stage):
    alice = await stage.enter("alice", caps="labeled-response batch")
    alice.stuck = 2_000_000
    alice.session.out.append(b":x PRIVMSG alice :unread\r\n")
    alice.send("@label=1 JOIN #tea")
    await turns(20)
    assert not stage.node.chat.channels
    assert not stage.node.chat.users


async def test_nothing_is_handled_after_the_end(stage):
    alice = await stage.enter("alice")
    alice.session.end("Enough")
    alice.send("JOIN #tea")
    alice.session.end("Twice")
    assert await alice.ended() == ["ERROR :Enough"]
    assert not stage.node.chat.channels


async def test_after_the_end_a_nick_is_free_at_once(stage):
    for _ in range(3):
        alice = await stage.enter("alice", "#tea")
        alice.send("QUIT")
        await alice.ended()
        await turns()


@pytest.mark.parametrize(
    ("line", "params"),
    [
        ("WHOIS ::x", ["401", "alice", "*", "No such nick"]),
        ("KICK #tea :a b", ["401", "alice", "*", "No such nick"]),
        (": :X y", ["421", "alice", "*", "Unknown command; HELP lists all commands"]),
        ("MARKREAD ::x", ["FAIL", "MARKREAD", "INVALID_PARAMS", "*", "That is neither a channel nor a nick"]),
    ],
)
async def test_words_that_a_reply_repeats_do_not_shift_its_parameters(stage, line, params):
    alice = await stage.enter("alice", "#tea", caps="standard-replies")
    await alice.all()
    alice.send(line)
    [message, *_] = await alice.messages()
    assert [message.command, *message.params] == params
