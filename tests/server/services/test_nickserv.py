"""NickServ: accounts in plain words."""

import base64

import msgspec
import pytest
from tests.doubles.stage import Stage


async def asked(wire, text):
    """What NickServ answers."""
    await wire.all()
    wire.send(f"PRIVMSG NickServ :{text}")
    return [message.params[-1] for message in await wire.heard("NOTICE")]


async def test_a_nick_becomes_an_account(stage):
    alice = await stage.enter("alice")
    answer = await asked(alice, "REGISTER sesame")
    assert answer[0].startswith("alice is registered and you are logged in")
    assert stage.accounts.named("alice").id == alice.session.me.id


async def test_a_code_ends_a_registration_that_is_verified(stage):
    stage.accounts.verifies = True
    alice = await stage.enter("alice")
    assert "VERIFY" in (await asked(alice, "REGISTER sesame alice@example.org"))[0]
    assert await asked(alice, "VERIFY alice wrong") == ["That code is wrong"]
    assert await asked(alice, "VERIFY alice right") == ["alice is registered and you are logged in"]


async def test_anyone_who_knows_the_password_gets_in_and_gets_the_nick(stage):
    stage.accounts.add("alice")
    wire = await stage.enter("somebody", "#tea")
    wire.send("PRIVMSG NickServ :IDENTIFY alice sesame")
    await wire.expect(" 900 somebody ")
    await wire.expect("NICK alice")


async def test_a_reserved_nick_says_how_to_get_it(stage):
    stage.accounts.add("alice")
    wire = stage.connect()
    wire.send("NICK alice", "USER a 0 * :A")
    line = await wire.expect(" 433 ")
    assert "alice:<your password>" in line
    assert "NickServ IDENTIFY alice" in line


async def test_the_nick_may_be_left_to_others():
    stage = await Stage.open({"accounts.protect_nicks": "off"})
    stage.accounts.add("alice")
    await stage.enter("alice")
    await stage.close()


async def test_a_wrong_password_is_told(stage):
    stage.accounts.add("alice")
    wire = await stage.enter("bob")
    assert await asked(wire, "IDENTIFY alice wrong") == ["Wrong account or password"]
    assert not wire.session.me.account


async def test_a_guest_again(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("bob", login="alice")
    alice.send("PRIVMSG NickServ :LOGOUT")
    await alice.expect(" 901 ")
    assert alice.session.me.id.startswith("g")
    assert await asked(alice, "LOGOUT") == ["You are not logged in: IDENTIFY <account> <password>"]


async def test_a_password_is_changed_by_who_knows_the_old_one(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    assert await asked(alice, "PASSWD wrong new-one") == ["Wrong account or password"]
    await asked(alice, "PASSWD sesame new-one")
    bob = await stage.enter("bob")
    assert await asked(bob, "IDENTIFY alice sesame") == ["Wrong account or password"]


async def test_a_token_logs_a_device_in_until_it_is_revoked(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    [made] = await asked(alice, "TOKEN MAKE phone")
    secret = made.split()[0]
    phone = stage.connect()
    phone.send(f"PASS alice@phone:{secret}", "NICK alice", "USER a 0 * :A")
    await phone.expect(" 001 alice ")
    listed = await asked(alice, "TOKEN LIST")
    assert listed[-1] == "1 token"
    assert await asked(alice, f"TOKEN REVOKE {listed[0].split()[0]}") == [
        "It no longer logs anybody in; 1 other device disconnected"
    ]
    await phone.expect("logged in with was revoked")
    assert await asked(alice, "TOKEN LIST") == ["0 tokens"]


async def test_only_those_go_whom_the_token_logged_in(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    phones = []
    for number in range(2):
        secret = (await asked(alice, f"TOKEN MAKE phone{number}"))[0].split()[0]
        phones.append(stage.connect())
        phones[-1].send(f"PASS alice:{secret}", "NICK alice", "USER a 0 * :A")
        await phones[-1].expect(" 001 alice ")
    first = (await asked(phones[1], "TOKEN LIST"))[0].split()[0]
    await asked(phones[1], f"TOKEN REVOKE {first}")
    await phones[0].expect("logged in with was revoked")
    assert await asked(phones[1], "TOKEN LIST")
    assert await asked(alice, "TOKEN LIST")


async def test_a_new_password_puts_the_other_devices_out(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    thief = await stage.enter("alice", login="alice")
    told = await asked(alice, "PASSWD sesame new-one")
    assert told[0] == "Your password is changed, and 1 other device disconnected"
    await thief.expect("password of this account was changed")


async def test_a_new_password_keeps_them_when_asked_to(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    phone = await stage.enter("alice", login="alice")
    told = await asked(alice, "PASSWD sesame new-one keep")
    assert told[0] == "Your password is changed, and 0 other devices disconnected"
    assert await asked(phone, "GET")
    assert "KEEP behind it" in (await asked(alice, "PASSWD new-one two words"))[0]


async def test_a_password_set_by_code_puts_everybody_out_who_had_the_old_one(stage):
    stage.accounts.add("alice")
    thief = await stage.enter("alice", login="alice")
    owner = await stage.enter("owner")
    await asked(owner, "RESET alice right new-one")
    await thief.expect("password of this account was changed")


async def test_devices_are_listed(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice@desk")
    await stage.enter("alice", login="alice@phone")
    listed = await asked(alice, "CLIENTS")
    assert [line.split(",")[0] for line in listed] == ["1. desk", "2. phone"]
    assert "(this one)" in listed[0]


async def one_device(stage):
    """Alice at her desk, who wants one device at a time."""
    stage.accounts.add("alice")
    desk = await stage.enter("alice", "#tea", login="alice@desk")
    assert await asked(desk, "SET MULTICLIENT OFF") == ["MULTICLIENT is OFF now"]
    assert "MULTICLIENT: off" in await asked(desk, "GET")
    return desk


async def test_where_one_device_is_wanted_a_second_is_refused_and_told_how_to_get_in(stage):
    desk = await one_device(stage)
    phone = stage.connect()
    phone.send("PASS alice@phone:sesame", "NICK alice2", "USER a 0 * :a")
    assert "NickServ GHOST" in await phone.expect("one at a time")
    await phone.expect(" 001 alice2 ")
    assert not phone.session.me.account
    assert "one at a time" in (await asked(phone, "IDENTIFY alice sesame"))[0]
    assert not desk.closed
    assert await asked(desk, "SET MULTICLIENT ON") == ["MULTICLIENT is ON now"]
    assert (await asked(phone, "IDENTIFY alice sesame"))[0].startswith("You are logged in as alice")


async def test_the_owner_puts_out_the_device_that_is_in_the_way(stage):
    desk = await one_device(stage)
    phone = stage.connect()
    phone.send("NICK alice", "USER a 0 * :a", "NS GHOST alice wrong")
    await phone.expect("Wrong account or password")
    phone.send("NS GHOST alice sesame")
    assert (await desk.ended())[-1] == "ERROR :Another device of this account asked for it"
    phone.send("NS IDENTIFY alice sesame")
    await phone.expect(" 001 alice ")


async def test_of_two_that_log_in_at_once_one_is_let_in(stage):
    desk = await one_device(stage)
    desk.send("QUIT")
    await desk.ended()
    two = [stage.connect(), stage.connect()]
    for number, wire in enumerate(two):
        plain = base64.b64encode(b"\0alice\0sesame").decode()
        wire.send("CAP REQ sasl", "AUTHENTICATE PLAIN", f"AUTHENTICATE {plain}", f"NICK a{number}", "USER a 0 * :a")
        await wire.expect(" 903 ")
    for wire in two:
        wire.send("CAP END")
    await two[0].expect(" 001 a0 ")
    assert "one at a time" in (await two[1].ended())[-1]


async def test_all_other_devices_are_put_out(stage):
    stage.accounts.add("alice")
    desk = await stage.enter("alice", login="alice@desk")
    others = [await stage.enter("alice", login=f"alice@{name}") for name in ("phone", "tablet")]
    assert await asked(desk, "CLIENTS LOGOUT") == ["Disconnected 2 other devices"]
    for wire in others:
        await wire.ended()
    assert len(await asked(desk, "CLIENTS")) == 1


async def test_settings_are_shown_and_changed():
    stage = await Stage.open({"accounts.protect_nicks": "optional"})
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    assert await asked(alice, "SET always-on on") == ["ALWAYS-ON is on now"]
    assert (await asked(alice, "GET"))[0] == "ALWAYS-ON: on (the server's setting is opt-in)"
    assert await asked(alice, "SET enforce off") == ["ENFORCE is off now"]
    assert (await asked(alice, "GET"))[1] == "ENFORCE: off"
    await stage.close()


@pytest.mark.parametrize(
    ("text", "part"), [("SET colour red", "SET knows"), ("SET always-on perhaps", "on, off or default")]
)
async def test_a_setting_that_is_none_is_told(stage, text, part):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    assert part in (await asked(alice, text))[0]


async def test_an_account_is_deleted_by_who_knows_the_password(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    other = await stage.enter("alice", login="alice@phone")
    assert await asked(alice, "DROP wrong") == ["Wrong account or password"]
    alice.send("PRIVMSG NickServ :DROP sesame")
    assert "This account was deleted" in (await other.ended())[-1]
    await alice.expect(" 901 ")
    assert stage.accounts.named("alice") is None


async def test_what_is_kept_is_shown_to_its_owner(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    assert any('"name": "alice"' in line for line in await asked(alice, "EXPORT"))


async def test_an_owner_is_told_where_everything_they_have_said_is(stage):
    class Exports:
        minutes = 10

        async def offer(self, account):
            return f"secret.{account}"

    stage.accounts.add("alice")
    stage.node.exports = Exports()
    alice = await stage.enter("alice", "#tea", login="alice")
    *_, where, until = await asked(alice, "EXPORT")
    assert where.endswith(f"http://localhost:55555/exports/secret.{alice.session.me.id}")
    assert "10 minutes" in until
    guest = await stage.enter("bob")
    assert "You are not logged in" in (await asked(guest, "EXPORT"))[0]


async def test_a_lost_password_is_set_anew_by_a_code(stage):
    stage.accounts.add("alice")
    bob = await stage.enter("bob")
    assert "was sent" in (await asked(bob, "SENDPASS alice"))[0]
    assert await asked(bob, "RESET alice wrong new-one") == ["That code is wrong"]
    await asked(bob, "RESET alice right new-one")
    assert (await asked(bob, "IDENTIFY alice new-one"))[-1] == "You are logged in as alice"


@pytest.mark.parametrize(
    "line",
    [
        "PRIVMSG NickServ :IDENTIFY alice sesame",
        "PRIVMSG NickServ@chat.test :IDENTIFY sesame",
        "PRIVMSG ChanServ :IDENTIFY alice sesame",
        "NS IDENTIFY sesame",
        "IDENTIFY sesame",
    ],
)
async def test_anyone_who_is_stopped_by_a_reserved_nick_says_the_password_and_is_in(stage, line):
    stage.accounts.add("alice")
    wire = stage.connect()
    wire.send("USER a 0 * :A", "NICK alice")
    assert "IDENTIFY alice" in await wire.expect(" 433 * alice ")
    wire.send(line)
    await wire.expect(" 900 ")
    await wire.expect(" 001 alice ")


async def test_before_there_is_a_user_nobody_else_is_spoken_to(stage):
    wire = stage.connect()
    for line in ("PRIVMSG bob :hi", "PRIVMSG #tea :hi", "NOTICE NickServ :hi", "PRIVMSG NickServ"):
        wire.send(line)
        await wire.expect(" 451 ")
    wire.send("PRIVMSG NickServ :CLIENTS")
    await wire.expect("finish NICK and USER first")


async def test_anyone_who_tried_a_reserved_nick_names_no_account(stage):
    stage.accounts.add("alice")
    bob = await stage.enter("bob")
    bob.send("NICK alice")
    await bob.expect(" 433 ")
    bob.send("PRIVMSG NickServ :IDENTIFY sesame")
    await bob.expect(" NICK ")
    assert bob.session.me.nick == "alice"


async def test_a_certificate_that_was_not_shown_cannot_be_added(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice2")
    await asked(alice, "IDENTIFY alice sesame")
    assert await asked(alice, "CERT ADD") == [
        "You connected without a certificate: connect with one over TLS, or name its SHA-256"
    ]
    assert await asked(alice, "CERT LIST") == ["You have none"]


@pytest.mark.parametrize(
    ("policy", "wish", "kept"),
    [
        ("strict", "", True),
        ("strict", "off", True),
        ("optional", "", True),
        ("optional", "strict", True),
        ("optional", "off", False),
        ("off", "", False),
        ("off", "strict", False),
    ],
)
async def test_the_owner_of_a_nick(policy, wish, kept):
    stage = await Stage.open({"accounts.protect_nicks": policy})
    account = stage.accounts.add("alice")
    await stage.accounts.change(account.id, lambda held: msgspec.structs.replace(held, protect_nick=wish))
    wire = stage.connect()
    wire.send("NICK alice", "USER a 0 * :A")
    await wire.expect(" 433 " if kept else " 001 alice ")
    await stage.close()


@pytest.mark.parametrize(("policy", "answer"), [("strict", "ENFORCE is the same"), ("optional", "ENFORCE is off now")])
async def test_an_owner_decides_where_that_is_optional(policy, answer):
    stage = await Stage.open({"accounts.protect_nicks": policy})
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    assert (await asked(alice, "SET ENFORCE off"))[0].startswith(answer)
    await stage.close()
