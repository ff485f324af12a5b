"""CAP, PASS, NICK, USER, PING, PONG, QUIT."""

import pytest
from tests.doubles.stage import Stage

from chover.server.commands.connection.registration import REALNAME_BYTES
from chover.wire.capabilities import CAPABILITIES
from chover.wire.message import parse


async def test_nick_and_user_in_any_order_make_a_user(stage):
    for nick, lines in {"a": ["NICK a", "USER a 0 * :A"], "b": ["USER b 0 * :B", "NICK b"]}.items():
        wire = stage.connect()
        wire.send(*lines)
        assert (await wire.expect(" 001 ")).endswith(f"Welcome to ChatOverSockets, {nick}")


async def test_a_negotiation_holds_registration_up_until_its_end(stage):
    wire = stage.connect()
    wire.send("CAP LS 302", "NICK a", "USER a 0 * :A")
    assert {message.command for message in await wire.messages()} == {"CAP"}
    wire.send("CAP END")
    await wire.expect(" 001 a ")


async def test_all_capabilities_are_listed(stage):
    wire = stage.connect()
    wire.send("CAP LS 302")
    *more, last = await wire.messages()
    assert all(message.params[:3] == ["*", "LS", "*"] for message in more)
    assert last.params[:2] == ["*", "LS"]
    listed = " ".join(message.params[-1] for message in [*more, last])
    # Neither push nor previews are there in this stage: tests/notify/test_push.py and tests/previews have them.
    offered = [name for name in CAPABILITIES if not name.endswith(("/webpush", "/previews"))]
    assert [word.partition("=")[0] for word in listed.split()] == offered


async def test_anyone_who_does_not_speak_version_302_gets_one_line(stage):
    wire = stage.connect()
    wire.send("CAP LS")
    [message] = await wire.messages()
    assert message.params[:2] == ["*", "LS"]
    assert set(message.params[2].split()) <= set(CAPABILITIES)


async def test_capabilities_are_taken_and_given_back(stage):
    alice = await stage.enter("alice", caps="batch server-time")
    alice.send("CAP REQ :-batch echo-message", "CAP LIST")
    ack, listed = await alice.messages()
    assert ack.params == ["alice", "ACK", "-batch echo-message"]
    assert listed.params == ["alice", "LIST", "server-time echo-message"]


async def test_a_request_with_an_unknown_capability_changes_nothing(stage):
    alice = await stage.enter("alice", caps="batch")
    alice.send("CAP REQ :server-time no-such-thing", "CAP LIST")
    nak, listed = await alice.messages()
    assert nak.params == ["alice", "NAK", "server-time no-such-thing"]
    assert listed.params[2] == "batch"


async def test_a_request_is_acknowledged_in_one_line_or_in_those_that_fit(stage):
    alice = await stage.enter("a" * 32)
    asked = " ".join(name for name in CAPABILITIES if not name.endswith("/webpush"))[:500].rpartition(" ")[0]
    short = asked[: 510 - len(f":chat.test CAP {alice.session.me.nick} ACK :")].rpartition(" ")[0]
    alice.send(f"CAP REQ :{short}")
    assert [parse(line).params[2] for line in await alice.all()] == [short]
    alice.send(f"CAP REQ :{asked}")
    lines = await alice.all()
    assert len(lines) == 2
    assert max(len(line.encode()) for line in lines) <= 510
    assert " ".join(parse(line).params[2] for line in lines) == asked
    alice.send("CAP LIST")
    assert {name for message in await alice.messages() for name in message.params[2].split()} <= set(asked.split())


async def test_a_long_request_that_is_refused_is_so_in_lines_that_fit(stage):
    alice = await stage.enter("a" * 32)
    alice.send(f"CAP REQ :batch {'x' * 490}", "CAP LIST")
    *naks, listed = await alice.all()
    assert [parse(line).params[1] for line in naks] == ["NAK", "NAK"]
    assert max(len(line.encode()) for line in naks) <= 510
    assert parse(listed).params[2] == ""


async def test_anyone_who_speaks_version_302_has_cap_notify_and_keeps_it(stage):
    wire = stage.connect()
    wire.send("CAP LS 302", "CAP REQ :-cap-notify", "CAP LIST")
    assert (await wire.messages())[-1].params[2] == "cap-notify"


async def test_an_unknown_subcommand_of_cap_is_refused(stage):
    wire = stage.connect()
    assert (await wire.numerics("CAP WHAT"))[0][:2] == ("410", "WHAT")


@pytest.mark.parametrize(
    ("line", "numeric", "part"),
    [
        ("NICK", "431", "No nickname given"),
        ("NICK :", "431", "No nickname given"),
        ("NICK 9lives", "432", "try _9lives"),
        ("NICK :two words", "432", "no spaces"),
        ("NICK " + "x" * 33, "432", "at most 32 bytes"),
        ("NICK ALICE", "433", "ALICE2 is free"),
        ("NICK аlice", "433", "is free"),
        ("NICK HistServ", "433", "is free"),
        ("USER a 0 *", "461", "USER <name>"),
        ("USER a 0 * :", "461", "not empty"),
        ("PING", "461", "PING <token>"),
    ],
)
async def test_bad_input_before_registration(stage, line, numeric, part):
    await stage.enter("alice")
    wire = stage.connect()
    [answer] = await wire.numerics(line)
    assert answer[0] == numeric
    assert part in answer[-1]
    wire.send("NICK bob", "USER b 0 * :B")
    await wire.expect(" 001 bob ")


async def test_a_nick_taken_in_the_meantime_is_refused_at_the_end_and_another_one_may_be_tried(stage):
    wire = stage.connect()
    wire.send("CAP LS 302", "NICK alice", "USER a 0 * :A")
    await stage.enter("alice")
    wire.send("CAP END")
    await wire.expect(" 433 * alice ")
    wire.send("NICK alicia")
    await wire.expect(" 001 alicia ")


async def test_of_two_who_want_one_nick_at_once_one_gets_it(stage):
    one, other = stage.connect(), stage.connect()
    for wire in (one, other):
        wire.send("NICK alice", "USER a 0 * :A")
    await one.expect(" 001 alice ")
    await other.expect(" 433 * alice ")


@pytest.mark.parametrize("line", ["USER x 0 * :X", "PASS x"])
async def test_nobody_registers_twice(stage, line):
    alice = await stage.enter("alice")
    assert (await alice.numerics(line))[0][0] == "462"


async def test_a_new_nick_is_told_to_everybody_who_shares_a_channel(stage):
    alice, bob, carol = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea"), await stage.enter("carol")
    await stage.quiet()
    alice.send("NICK Alicia")
    assert [message.params for message in await alice.heard("NICK")] == [["Alicia"]]
    [message] = await bob.messages()
    assert (message.nick, message.command, message.params) == ("alice", "NICK", ["Alicia"])
    assert await carol.all() == []
    assert (await bob.numerics("WHOIS alice"))[0][0] == "401"


@pytest.mark.parametrize("line", ["MODE #tea +m", "MODE #tea +b m:bob", "MODE #tea +b bob", "MODE #tea +M"])
async def test_a_nick_is_not_changed_in_view_of_a_channel_where_one_may_not_speak(stage, line):
    alice = await stage.enter("alice", "#tea")
    bob = await stage.enter("bob", "#tea", "#cake")
    await stage.quiet()
    alice.send(line)
    await alice.all()
    [answer] = await bob.numerics("NICK buy_things")
    assert answer[:3] == ("435", "buy_things", "#tea")
    assert answer[3].startswith("Cannot change nickname where you may not speak: ")
    assert answer[3].endswith("; or leave #tea")
    assert await alice.all() == []
    # The nick that was asked for is anybody's.
    alice.send("NICK buy_things", "NICK alice", "MODE #tea +v bob")
    await alice.all()
    bob.send("NICK robert")
    await alice.expect("NICK robert")


async def test_anyone_who_has_left_that_channel_changes_it(stage):
    alice = await stage.enter("alice", "#tea")
    bob = await stage.enter("bob", "#tea")
    alice.send("MODE #tea +m")
    await alice.all()
    bob.send("PART #tea", "NICK robert")
    await bob.expect("NICK robert")


async def test_the_name_of_ones_account_is_taken_everywhere(stage):
    await stage.accounts.registration.make("Bob", "sesame")
    alice = await stage.enter("alice", "#tea")
    bob = await stage.enter("robert", "#tea", login="Bob")
    alice.send("MODE #tea +m")
    await alice.all()
    bob.send("NICK bob")
    await alice.expect("NICK bob")


@pytest.mark.parametrize("nick", ["Zoë", "zoe\u0301", "Аlice", "名"])
async def test_where_names_are_ascii_no_other_nick_is_taken(nick):
    stage = await Stage.open({"server.casemapping": "ascii"})
    wire = stage.connect()
    wire.send(f"NICK {nick}", "USER a 0 * :a")
    refused = await wire.expect(f" 432 * {nick} :")
    assert "of ASCII only" in refused
    offer = refused.rpartition("; try ")[2]
    wire.send(f"NICK {offer}")
    await wire.expect(f" 001 {offer} ")
    wire.send(f"NICK {nick}")
    await wire.expect(f" 432 {offer} {nick} :")
    await stage.close()


async def test_the_same_nick_again_says_nothing(stage):
    alice = await stage.enter("alice")
    assert await alice.numerics("NICK alice") == []
    assert await alice.numerics("NICK ALICE") == [("NICK",)]


async def test_a_new_nick_that_is_taken_is_refused_and_the_old_one_kept(stage):
    alice, _ = await stage.enter("alice"), await stage.enter("bob")
    assert (await alice.numerics("NICK bob"))[0][:2] == ("433", "bob")
    assert (await alice.numerics("NICK #x"))[0][:2] == ("432", "#x")
    assert stage.node.chat.find_user("alice").nick == "alice"


async def test_a_lookalike_nick_that_could_not_be_kept_leaves_the_old_one_claimed(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob")
    stage.store.fail = "The disk is full"
    alice.send("NICK аlice")
    await alice.expect("NOTICE alice :The disk is full")
    stage.store.fail = ""
    assert (await bob.numerics("NICK alice"))[0][0] == "433"
    assert (await bob.numerics("NICK аlice"))[0][0] == "433"


async def test_a_nick_that_could_not_be_kept_is_nobodys(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob")
    stage.store.fail = "The disk is full"
    alice.send("NICK alicia")
    await alice.expect("NOTICE alice :The disk is full")
    stage.store.fail = ""
    assert await bob.numerics("NICK alicia") == [("NICK",)]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("alice", "~alice"),
        ("a b!c", "~ab_c"),
        ("a@phone", "~a"),
        ("@phone", "~user"),
        ("♥", "~guest"),
        ("x" * 20, "~" + "x" * 10),
    ],
)
async def test_a_user_name_is_made_harmless(stage, given, shown):
    wire = stage.connect()
    wire.send("NICK alice", f"USER {given.replace(' ', '')} 0 * :A")
    await wire.expect(" 001 ")
    assert stage.node.chat.find_user("alice").username == shown


async def test_a_real_name_is_cut_so_that_lines_with_it_fit(stage):
    wire = stage.connect()
    wire.send("NICK alice", "USER a 0 * :" + "ü" * 200)
    await wire.expect(" 001 ")
    assert len(stage.node.chat.find_user("alice").realname.encode()) == REALNAME_BYTES


async def test_a_ping_is_answered_with_its_token(stage):
    alice = await stage.enter("alice")
    alice.send("PING :a b")
    assert await alice.expect("PONG") == ":chat.test PONG chat.test :a b"


async def test_pong_and_error_are_taken_without_a_word(stage):
    alice = await stage.enter("alice")
    assert await alice.numerics("PONG x", "ERROR :bye") == []


@pytest.mark.parametrize(("line", "reason"), [("QUIT", "Quit"), ("QUIT :so long", "Quit: so long")])
async def test_anyone_who_quits_is_told_so_and_so_are_the_others(stage, line, reason):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    alice.send(line, "PRIVMSG #tea :never")
    assert await alice.ended() == [f"ERROR :{reason}"]
    [message] = await bob.messages()
    assert (message.nick, message.command, message.params) == ("alice", "QUIT", [reason])


async def test_a_reason_is_cut_so_that_the_line_fits(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    alice.send("QUIT :" + "x" * 480)
    assert len(await bob.expect("QUIT")) < 510


async def test_anyone_who_quits_before_registering_is_just_gone(stage):
    wire = stage.connect()
    wire.send("NICK alice", "QUIT")
    assert await wire.ended() == ["ERROR :Quit"]
    await stage.enter("alice")


@pytest.mark.parametrize(("given", "lets_in"), [("secret", True), ("Secret", False), (None, False)])
async def test_a_servers_password(given, lets_in):
    stage = await Stage.open({"server.password": "secret"})
    wire = stage.connect()
    wire.send(*([f"PASS {given}"] if given else []), "NICK alice", "USER a 0 * :A")
    if lets_in:
        await wire.expect(" 001 ")
    else:
        [numeric, error] = await wire.ended()
        assert " 464 alice " in numeric
        assert error == "ERROR :Password incorrect"
        assert not stage.node.chat.users
    await stage.close()
