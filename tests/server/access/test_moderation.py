"""Bans of the server: set by operators, held against whoever comes, and never by mistake against everybody."""

import json

import pytest
from tests.doubles.stage import Stage

from chover.ports import AuditEntry, Ban, Peer, Refused
from chover.server.access.bans import now
from chover.server.operators.moderator import ChannelModerator

ROWS = [
    {"name": "root", "password": "sesame"},
    {"name": "helper", "password": "sesame", "rights": ["kill", "see"]},
]
ENVIRON = {"CHOVER_OPERATORS": json.dumps(ROWS)}


@pytest.fixture
async def stage():
    opened = await Stage.open(environ=ENVIRON)
    yield opened
    await opened.close()


@pytest.fixture
async def root(stage):
    return await oper(stage)


async def oper(stage, nick="root", **peer):
    wire = await stage.enter(nick, **{"address": "198.51.100.1", **peer})
    wire.send(f"OPER {nick} sesame")
    await wire.expect(" 381 ")
    await wire.all()
    return wire


async def said(wire, *lines):
    """What OperServ answers to these lines, and the numerics that are errors."""
    wire.send(*lines)
    return [m.params[-1] for m in await wire.messages() if m.command == "NOTICE" or m.command in {"481", "461"}]


async def refused(stage, address):
    with pytest.raises(Refused) as no:
        stage.host.admit(address)
    return str(no.value)


# ---- what a ban does


async def test_anyone_who_is_banned_by_address_goes_and_is_not_admitted_again(stage, root):
    bob = await stage.enter("bob", "#tea", address="192.0.2.9")
    carol = await stage.enter("carol", "#tea", address="192.0.3.9")
    answers = await said(root, "OS BAN 2h 192.0.2.0/24 spam spam")
    assert answers[0].startswith("Ban 1: 192.0.2.0/24 until ")
    assert answers[1] == "Removed: bob"
    assert (await bob.ended())[-1].startswith("ERROR :Banned from this server until ")
    assert (await carol.expect("QUIT")).endswith("(ban 1): spam spam")
    assert (await refused(stage, "192.0.2.77")).endswith("UTC (ban 1): spam spam")
    stage.host.admit("192.0.3.9")


async def test_an_address_that_a_proxy_tells_later_is_looked_at_before_the_greeting(stage, root):
    await said(root, "OS BAN 192.0.2.9")
    bob = stage.connect(address="192.0.2.9")
    bob.send("NICK bob", "USER bob 0 * :bob")
    lines = await bob.ended()
    assert " 465 bob :Banned from this server for good (ban 1)" in lines[-2]
    assert not any(" 001 " in line for line in lines)


async def test_a_ban_ends_by_itself(stage, root, monkeypatch):
    await said(root, "OS BAN 10m 192.0.2.9", "OS BAN 20m 192.0.2.10")
    monkeypatch.setattr(stage.node.moderation.bans, "_clock", lambda: now() + 11 * 60_000)
    stage.host.admit("192.0.2.9")
    await refused(stage, "192.0.2.10")
    assert (await said(root, "OS BANS"))[-1] == "1 ban"


async def test_anyone_who_is_banned_by_mask_can_neither_come_nor_take_the_nick(stage, root):
    spam = await stage.enter("spam7", address="192.0.2.9")
    await said(root, "OS BAN spam* no spam here")
    await spam.ended()
    again = stage.connect(address="192.0.2.10")
    again.send("NICK spam8", "USER x 0 * :x")
    assert " 465 spam8 " in (await again.ended())[-2]
    bob = await stage.enter("bob", address="192.0.2.11")
    assert [a[0] for a in await bob.numerics("NICK spam9")] == ["432"]
    assert [m.params for m in await said_as(bob, "NICK bobby")] == [["bobby"]]


async def said_as(wire, line):
    wire.send(line)
    return await wire.heard("NICK")


async def test_the_network_of_a_cloak_is_banned_for_guests_and_for_those_with_an_account(stage, root):
    stage.accounts.add("bob")
    bob = await stage.enter("bob", address="192.0.2.9", login="bob")
    eve = await stage.enter("eve", address="192.0.2.10")
    carol = await stage.enter("carol", address="192.0.3.9")
    network = stage.node.cloaks.of_address("192.0.2.99").partition(".")[2]
    assert (await said(root, f"OS BAN 1h *!*@*.{network}"))[1] == "Removed: bob, eve"
    await bob.ended()
    await eve.ended()
    assert await carol.all() == []


async def test_a_banned_account_goes_with_all_devices_and_logs_in_nowhere(stage, root):
    stage.accounts.add("bob")
    one = await stage.enter("bob", address="192.0.2.9", login="bob")
    two = await stage.enter("bob", address="192.0.2.10", login="bob")
    assert (await said(root, "OS BAN 7d account:BOB enough"))[1] == "Removed: bob"
    await one.ended()
    await two.ended()
    guest = await stage.enter("guest", address="192.0.2.9")
    guest.send("NS IDENTIFY bob sesame", "AUTHENTICATE PLAIN", "AUTHENTICATE AGJvYgBzZXNhbWU=")
    await guest.expect("NOTICE guest :Banned from this server until")
    await guest.expect(" 904 guest :SASL authentication failed: Banned from this server until")
    assert guest.session.me.account == ""


async def test_a_banned_account_that_is_always_on_goes_too(stage, root):
    stage.accounts.add("bob")
    bob = await stage.enter("bob", "#tea", address="192.0.2.9", login="bob")
    bob.send("NS SET ALWAYS-ON on", "QUIT")
    await bob.ended()
    carol = await stage.enter("carol", "#tea", address="192.0.2.10")
    assert (await said(root, "OS BAN bob"))[1] == "Removed: bob"
    await carol.expect(":bob!")
    assert "bob" not in stage.node.chat.nicks


async def test_a_nick_stands_for_its_account_or_its_cloak_also_of_one_who_just_left(stage, root):
    stage.accounts.add("bob")
    await stage.enter("bob", address="192.0.2.9", login="bob")
    eve = await stage.enter("eve", address="192.0.2.10")
    eve.send("QUIT")
    await eve.ended()
    await stage.quiet()
    assert (await said(root, "OS BAN bob"))[0].startswith("Ban 1: account:bob for good")
    cloak = stage.node.cloaks.of_address("192.0.2.10")
    assert (await said(root, "OS BAN eve"))[0].startswith(f"Ban 3: {cloak} for good")
    [answer] = await said(root, "OS BAN nobody")
    assert answer.startswith("nobody called nobody is online or was recently; a ban needs a nick, an address")


async def test_the_nick_of_an_account_bans_what_it_comes_from_too_and_both_end_together(stage, root):
    stage.accounts.add("bob")
    phone = await stage.enter("bob", address="192.0.2.9", login="bob")
    laptop = await stage.enter("bob", address="192.0.2.10", login="bob")
    cloaks = sorted(stage.node.cloaks.of_address(address) for address in ("192.0.2.9", "192.0.2.10"))
    await said(root, "OS BAN 192.0.9.9")

    answers = await said(root, "OS BAN 2h bob spam")

    assert [answer.partition(",")[0] for answer in answers[1:3]] == [f"Ban {2 + at}: {cloaks[at - 1]}" for at in (1, 2)]
    assert answers[3:] == ["Removed: bob"]
    await phone.ended()
    await laptop.ended()
    again = stage.connect(address="192.0.2.9")
    again.send("NICK bob2", "USER x 0 * :x")
    assert " 465 bob2 " in (await again.ended())[-2]
    assert await said(root, "OS UNBAN bob") == [
        "account:bob is no longer banned",
        *(f"{cloak} is no longer banned" for cloak in cloaks),
    ]
    assert (await said(root, "OS BANS"))[-1] == "1 ban"
    await stage.enter("bob2", address="192.0.2.9")


async def test_what_others_come_from_is_not_banned_with_an_account_and_that_is_told(stage, root):
    stage.accounts.add("bob")
    await stage.enter("bob", address="192.0.2.9", login="bob")
    carol = await stage.enter("carol", address="192.0.2.9")
    cloak = stage.node.cloaks.of_address("192.0.2.9")

    answers = await said(root, "OS BAN bob")

    assert (
        answers[1]
        == f"Others come from {cloak}, too, so they may come back as a guest; BAN FORCE {cloak} keeps them all out"
    )
    assert (await said(root, "OS BANS"))[-1] == "1 ban"
    assert await carol.all() == []


async def test_bans_outlive_a_restart(stage, root):
    await said(root, "OS BAN 192.0.2.9")
    again = await Stage.open(store=stage.store)
    await refused(again, "192.0.2.9")
    await again.close()


# ---- what a ban is kept from


@pytest.mark.parametrize(
    ("whom", "why"),
    [
        ("127.0.0.0/8", "this machine itself"),
        ("0::1", "this machine itself"),
        ("0.0.0.0/0", "wider than any provider's network; and this machine itself"),
        ("198.51.100.1", "yourself"),
        ("root", "yourself"),
        ("*!*@*", "everybody"),
        ("*.guest", "yourself"),
        ("203.0.113.0/24", "the proxy 203.0.113.7; connections behind it: 1"),
        ("192.0.2.1", "helper, operator of this server"),
    ],
)
async def test_a_ban_that_hits_more_than_was_meant_says_so_and_how_to_do_it_all_the_same(stage, root, whom, why):
    await oper(stage, "helper", address="192.0.2.1")
    stage.connect().session.peer = Peer("192.0.2.2", 1, "irc", via="203.0.113.7")
    [answer] = await said(root, f"OS BAN 1h {whom} oops")
    assert answer.startswith("Not banned: ")
    assert why in answer
    assert answer.endswith(f". BAN FORCE 1h {whom} oops sets it anyway")
    assert not list(stage.node.moderation.bans)


async def test_a_proxy_of_the_settings_is_named_also_while_nobody_is_behind_it():
    stage = await Stage.open({"server.trusted_proxies": ["203.0.113.7"]}, environ=ENVIRON)
    root = await oper(stage)
    [answer] = await said(root, "OS BAN 203.0.113.0/24")
    assert "the address of a proxy or gateway in the settings (203.0.113.7)" in answer
    assert (await said(root, "OS BAN 203.0.112.0/24"))[0].startswith("Ban 1: ")
    await stage.close()


async def test_a_ban_of_half_of_all_is_taken_for_a_slip(stage, root):
    for number in range(10):
        await stage.enter(f"user{number}", address=f"192.0.2.{number}")
    [answer] = await said(root, "OS BAN 192.0.2.0/24")
    assert "10 of the 11 who are online" in answer
    assert (await said(root, "OS BAN FORCE 192.0.2.0/24"))[1].startswith("Removed: user0, user1, ")


# ---- lists, and who may


async def test_bans_are_listed_and_lifted_by_number_or_by_whom(stage, root):
    await said(root, "OS BAN 192.0.2.9 spam | known from elsewhere", "OS BAN account:x", "OS BAN bad*")
    listed = await said(root, "OS BANS")
    assert listed[0].startswith("1. 192.0.2.9 for good, by root, ")
    assert listed[0].endswith(": spam | known from elsewhere")
    assert listed[-1] == "2 bans"
    assert await said(root, "OS UNBAN 1") == ["192.0.2.9 is no longer banned"]
    assert await said(root, "OS UNBAN bad*!*@*") == ["bad*!*@* is no longer banned"]
    assert await said(root, "OS UNBAN 1") == ["there is no ban of 1; BANS lists all bans"]
    stage.host.admit("192.0.2.9")


async def test_the_customary_names_do_the_same(stage, root):
    assert (await said(root, "DLINE 1h 192.0.2.9 :spam"))[0].startswith("Ban 1: 192.0.2.9 until ")
    assert (await said(root, "KLINE bad*!*@* :spam"))[0].startswith("Ban 2: bad*!*@* for good")
    assert (await said(root, "DLINE bad*"))[0].startswith(
        "bad* is not a valid address or range; DLINE takes only those"
    )
    assert (await said(root, "KLINE 192.0.2.9"))[0].startswith("192.0.2.9 is not a valid mask, cloak or account")
    assert (await said(root, "DLINE"))[-1] == (await said(root, "KLINE LIST"))[-1] == "2 bans"
    stats = await root.numerics("STATS d", "STATS k", "STATS u", "STATS o", "STATS x")
    assert [answer[0] for answer in stats] == ["225", "219", "216", "219", "242", "219", "243", "243", "219", "219"]
    assert stats[0][1:3] == ("D", "192.0.2.9")
    assert await said(root, "UNDLINE 192.0.2.9", "UNKLINE 2") == [
        "192.0.2.9 is no longer banned",
        "bad*!*@* is no longer banned",
    ]


async def test_without_the_right_everything_is_refused_with_its_name(stage):
    helper = await oper(stage, "helper")
    commands = "OS BAN x", "OS BANS", "OS UNBAN 1", "OS LOG", "DLINE", "KLINE x", "UNDLINE 1", "UNKLINE 1", "STATS k"
    helper.send(*commands)
    texts = [m.params[-1] for m in await helper.messages() if m.command == "481"]
    assert texts == ["Permission denied: that needs an operator of the server with the right 'ban'"] * len(commands)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("OS BAN", "BAN needs more parameters: BAN [FORCE]"),
        ("OS BAN 2h", "whom? A ban needs"),
        ("OS BAN 0m 192.0.2.9", "0m is too long"),
        ("OS BAN 192.0.2.0/33", "192.0.2.0/33 is neither an address nor a range"),
        ("OS BAN account:nobody", "there is no account nobody"),
        ("OS UNBAN", "UNBAN needs more parameters"),
        ("OS UNBAN 99", "there is no ban of 99"),
    ],
)
async def test_what_is_no_ban_is_answered_with_what_is_wrong(stage, root, line, part):
    [answer] = await said(root, line)
    assert answer.startswith(part)


async def test_what_operators_do_is_written_down(stage, root):
    bob = await stage.enter("bob", address="192.0.2.9")
    stranger = await stage.enter("stranger", address="192.0.2.10")
    stranger.send("OPER root wrong")
    await stranger.expect(" 464 ")
    await said(root, "KILL bob :bye", "OS BAN 192.0.2.9 spam | again", "OS UNBAN 1", "REHASH", "NS SAREGISTER x secret")
    await bob.ended()
    log = await said(root, "OS LOG")
    done = [line.partition(" UTC ")[2] for line in log[:-1]]
    assert done == [
        "root: OPER: from 198.51.100.1",
        "stranger: failed OPER root: from 192.0.2.10",
        f"root: KILL bob!~bob@{stage.node.cloaks.of_address('192.0.2.9')}: bye",
        "root: BAN 192.0.2.9: for good: spam | again",
        "root: UNBAN 192.0.2.9: ban 1",
        "root: REHASH",
        "root: SAREGISTER x",
    ]
    assert await said(root, "OS LOG 1") == [log[-2], "End of the log"]


@pytest.mark.parametrize(
    "line",
    [
        "OS BAN 192.0.2.9 10m spam and more | seen twice",
        "OS BAN 10m 192.0.2.9 spam and more | seen twice",
        "DLINE 10m 192.0.2.9 :spam and more | seen twice",
        "DLINE 192.0.2.9 10m :spam and more | seen twice",
        "DLINE FORCE 192.0.2.9 10m :spam and more | seen twice",
    ],
)
async def test_a_duration_may_stand_before_or_behind_whom_it_is_about(stage, root, line, monkeypatch):
    await said(root, line)
    [ban] = list(stage.node.moderation.bans)
    assert (ban.what, ban.reason, ban.note) == ("192.0.2.9", "spam and more", "seen twice")
    assert ban.expires_at - ban.at == 600_000


@pytest.mark.parametrize(
    ("line", "reason", "seconds"),
    [
        ("OS BAN 10m 192.0.2.9 10m is too short", "10m is too short", 600),
        ("OS BAN 192.0.2.9 forever", "", 0),
        ("OS BAN 192.0.2.9 spam 10m", "spam 10m", 0),
    ],
)
async def test_only_one_duration_is_read_and_the_rest_is_the_reason(stage, root, line, reason, seconds):
    await said(root, line)
    [ban] = list(stage.node.moderation.bans)
    assert (ban.reason, ban.expires_at and (ban.expires_at - ban.at) // 1000) == (reason, seconds)


@pytest.mark.parametrize("line", ["OS BAN 10m", "OS BAN FORCE 10m", "OS BAN 10m 20m spam"])
async def test_a_duration_alone_bans_nobody(stage, root, line):
    assert (await said(root, line))[-1].startswith("whom? A ban needs ")
    assert list(stage.node.moderation.bans) == []


@pytest.mark.parametrize(
    "forms",
    [
        ("192.0.2.9", "192.0.2.9/32", "::ffff:192.0.2.9", "*!*@192.0.2.9", "*!*@::ffff:192.0.2.9/128"),
        ("192.0.2.0/24", "192.0.2.9/24", "192.0.2.*", "*!*@192.0.2.*", "::ffff:192.0.2.0/120"),
        ("2001:db8::9", "2001:DB8:0:0::9", "[2001:db8::7]", "2001:db8::1/128", "2001:db8::/64"),
    ],
)
async def test_an_address_is_one_ban_however_it_is_written_and_by_whatever_way_it_is_set(stage, root, forms):
    moderator = ChannelModerator(stage.node)
    for number, form in enumerate(forms):
        await said(root, f"OS BAN {form} {number + 1}h first")
        await said(root, f"DLINE {form} :second")
        await moderator.set_ban(form, "30m", f"as {form}", "", False)
        [ban] = list(stage.node.moderation.bans)
        assert (ban.reason, ban.expires_at - ban.at) == (f"as {form}", 1_800_000)
    assert len(await stage.store.records.bans(now())) == 1
    for form in forms:
        await said(root, f"OS UNBAN {form}")
        assert list(stage.node.moderation.bans) == []
        await said(root, f"OS BAN {forms[0]}")


# ---- bans of other nodes


async def test_a_ban_of_another_node_puts_out_and_keeps_out_until_that_node_lifts_it(stage):
    bob = await stage.enter("bob", "#tea", address="192.0.2.9")
    carol = await stage.enter("carol", "#tea", address="192.0.3.9")
    records, moderation = stage.store.records, stage.host.node.moderation
    entry = AuditEntry(now(), "root", "BAN")
    ban = await records.add_ban(Ban("address", "192.0.2.0/24", "root", now(), reason="spam"), entry)
    await moderation.reload()
    assert (await bob.ended())[-1].startswith("ERROR :Banned from this server for good")
    assert "spam" in await refused(stage, "192.0.2.77")
    await carol.all()
    await records.lift_ban(ban.no, entry)
    await moderation.reload()
    stage.host.admit("192.0.2.77")
    assert list(moderation.bans) == []


async def test_a_ban_of_this_node_stays_as_it_is_when_others_are_read(stage, root):
    await said(root, "OS BAN 2h 192.0.2.0/24 spam")
    before = list(stage.host.node.moderation.bans)
    await stage.host.node.moderation.reload()
    assert list(stage.host.node.moderation.bans) == before
