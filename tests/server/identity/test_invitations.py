"""Coming in by an invitation, and links that operators of a channel make."""

import pytest
from tests.doubles.stage import Stage

from chover.wire.invite import InvitationLink


@pytest.fixture
async def closed():
    """A server for accounts alone."""
    stage = await Stage.open({"accounts.required": True, "accounts.registration": "invite"})
    yield stage
    await stage.close()


async def invited(stage, *channels, uses=1, role=""):
    _, token = await stage.accounts.invitations.make("operator", channels, uses=uses, seconds=0, role=role)
    return token


async def asked(wire, text):
    """What ChanServ answers."""
    await wire.all()
    wire.send(f"PRIVMSG ChanServ :{text}")
    return [message.params[-1] for message in await wire.heard("NOTICE")]


async def with_links(stage):
    async def link(token):
        return InvitationLink("chat.test", 55555, token)

    stage.node.link = link
    stage.accounts.add("alice")
    return await stage.enter("alice", "#tea", login="alice")


async def test_a_newcomer_is_registered_logged_in_and_in_the_channel_with_the_role(closed):
    token = await invited(closed, "#tea", role="v")
    closed.accounts.add("alice")
    alice = await closed.enter("alice", "#tea", login="alice")
    bob = closed.connect()
    bob.send("CAP LS 302", "NICK bob", "USER b 0 * :Bob", f"REDEEM {token} *", "CAP END")
    line = await bob.expect("REDEEM SUCCESS bob chover-")
    assert line.split()[5] == "#tea"
    await bob.expect(" 900 ")
    await bob.expect(" 001 bob ")
    await bob.expect("JOIN #tea")
    assert bob.session.me.account == "bob"
    assert closed.node.chat.find_channel("#tea").members[bob.session.me.id].modes == "v"
    await alice.expect("bob!~b@")


async def test_the_key_logs_the_device_in_again(closed):
    bob = closed.connect()
    bob.send("NICK bob", f"REDEEM {await invited(closed)}", "USER b 0 * :Bob")
    secret = (await bob.expect("REDEEM SUCCESS")).split()[4]
    await bob.expect(" 001 ")
    bob.send("QUIT")
    await bob.ended()
    back = closed.connect()
    back.send(f"PASS bob:{secret}", "NICK bob", "USER b 0 * :Bob")
    await back.expect(" 001 bob ")


async def test_a_name_is_enough_to_come_in(closed):
    bob = closed.connect()
    bob.send("USER b 0 * :Bob", f"REDEEM {await invited(closed)} bob")
    await bob.expect(" 001 bob ")


async def test_a_guest_becomes_the_account_and_gets_its_nick(stage):
    token = await invited(stage, "#tea")
    guest = await stage.enter("guest")
    guest.send(f"REDEEM {token} bob")
    await guest.expect("REDEEM SUCCESS bob chover-")
    await guest.expect("NICK bob")
    await guest.expect("JOIN #tea")


async def test_an_account_that_is_there_joins_and_uses_one_up(stage):
    token = await invited(stage, "#tea", uses=2, role="v")
    stage.accounts.add("bob")
    await stage.enter("carol", "#tea")
    bob = await stage.enter("bob", login="bob")
    bob.send(f"REDEEM {token}")
    assert (await bob.expect("REDEEM SUCCESS bob")).split()[4:6] == ["*", "#tea"]
    await bob.expect("JOIN #tea")
    assert stage.accounts.invitations.held[token].uses == 1


async def test_anyone_who_logs_in_first_is_let_in_as_that_account(closed):
    closed.accounts.add("bob")
    bob = closed.connect()
    bob.send("CAP LS 302", "PASS bob:sesame", "NICK bob", "USER b 0 * :Bob", "AUTHENTICATE PLAIN")
    bob.send("AUTHENTICATE AGJvYgBzZXNhbWU=", f"REDEEM {await invited(closed, '#tea')}", "CAP END")
    await bob.expect("REDEEM SUCCESS bob *")
    await bob.expect(" 001 bob ")
    await bob.expect("JOIN #tea")


async def test_an_invitation_opens_what_is_closed_to_others_and_a_ban_holds(stage):
    alice = await stage.enter("alice", "#tea")
    alice.send("MODE #tea +ib mallory!*@*")
    await alice.all()
    token = await invited(stage, "#tea", uses=2)
    bob, mallory = await stage.enter("bob"), await stage.enter("mallory")
    bob.send(f"REDEEM {token}")
    await bob.expect("JOIN #tea")
    mallory.send(f"REDEEM {token}")
    await mallory.expect(" 474 mallory #tea ")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("REDEEM nothing bob", "FAIL REDEEM INVALID_INVITE bob :"),
        ("REDEEM {token} alice", "FAIL REDEEM ACCOUNT_EXISTS alice :"),
        ("REDEEM {token} :a b", "FAIL REDEEM BAD_ACCOUNT_NAME * :"),
        ("REDEEM {token}", "FAIL REDEEM NEED_NICK * :"),
        ("REDEEM", " 461 "),
    ],
)
async def test_what_stands_in_the_way_is_said_and_the_next_try_may_be_right(closed, line, code):
    closed.accounts.add("alice")
    token = await invited(closed)
    bob = closed.connect()
    bob.send(line.format(token=token))
    await bob.expect(code)
    bob.send(f"REDEEM {token} bob")
    await bob.expect("SUCCESS bob")


async def test_a_nick_in_use_is_no_name_for_an_account(stage):
    await stage.enter("bob")
    wire = stage.connect()
    wire.send(f"REDEEM {await invited(stage)} bob")
    assert "bob2 is free" in await wire.expect("FAIL REDEEM ACCOUNT_EXISTS bob")


async def test_plain_clients_say_it_to_nickserv(stage):
    bob = await stage.enter("bob")
    bob.send(f"PRIVMSG NickServ :REDEEM {await invited(stage, '#tea')}")
    await bob.expect("chover-")
    await bob.expect("is your password from now on")


async def test_an_operator_of_a_channel_makes_lists_and_revokes_a_link(stage):
    alice = await with_links(stage)
    link, browser, terms = await asked(alice, "INVITE-LINK #tea 3 2 voice")
    assert link.startswith("chover://chat.test:55555/#invite=")
    assert browser.startswith("https://chat.test:55555/#invite=")
    assert "3 uses" in terms
    assert "+v" in terms
    [row, count] = await asked(alice, "INVITE-LINK #tea LIST")
    assert row.startswith("i0, by alice: 3 uses")
    assert count == "1 link to #tea"
    assert await asked(alice, "INVITE-LINK #tea REVOKE i0") == ["i0 no longer works"]
    assert "No link i0" in (await asked(alice, "INVITE-LINK #tea REVOKE i0"))[0]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("INVITE-LINK #tea 101", "uses are 1 to 100"),
        ("INVITE-LINK #tea 0", "uses are 1 to 100"),
        ("INVITE-LINK #tea 1 31", "days are 1 to 30"),
        ("INVITE-LINK #tea 1 1 founder", "A role is"),
        ("INVITE-LINK #nowhere", "#nowhere: No such channel"),
        ("INVITE-LINK", "needs more parameters"),
    ],
)
async def test_a_link_that_cannot_be_says_why(stage, text, part):
    assert part in (await asked(await with_links(stage), text))[0]


async def test_links_are_for_operators_with_an_account(stage):
    await with_links(stage)
    stage.accounts.add("bob")
    guest, bob = await stage.enter("carol", "#tea"), await stage.enter("bob", "#tea", login="bob")
    assert "needs an account" in (await asked(guest, "INVITE-LINK #tea"))[0]
    assert "not a channel operator" in (await asked(bob, "INVITE-LINK #tea"))[0]


async def test_nobody_has_too_many_links(stage):
    alice = await with_links(stage)
    for _ in range(20):
        assert len(await asked(alice, "INVITE-LINK #tea")) == 3
    assert "REVOKE one first" in (await asked(alice, "INVITE-LINK #tea"))[0]


async def test_links_may_be_the_operators_alone():
    stage = await Stage.open({"channels.invite_links": False})
    assert "Only the operator of the server" in (await asked(await with_links(stage), "INVITE-LINK #tea"))[0]
    await stage.close()


async def test_the_links_of_the_operator_to_several_channels_are_not_a_channels_to_take_back(stage):
    alice = await with_links(stage)
    token = await invited(stage, "#tea", "#milk")
    assert await asked(alice, "INVITE-LINK #tea LIST") == ["0 links to #tea"]
    assert "No link" in (await asked(alice, f"INVITE-LINK #tea REVOKE {token}"))[0]
