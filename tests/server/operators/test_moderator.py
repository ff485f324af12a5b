"""What the command line does about bans and channels."""

import pytest

from chover.ports import Denied
from chover.server.operators.moderator import ChannelModerator


@pytest.fixture
def moderator(stage):
    return ChannelModerator(stage.node)


async def refused(work):
    with pytest.raises(Denied) as no:
        await work
    return str(no.value)


async def log(moderator):
    return [(entry.by, entry.did, entry.whom, entry.why) for entry in await moderator.audit_entries(9)]


async def test_a_ban_is_set_listed_and_lifted(stage, moderator):
    bob = await stage.enter("bob", address="192.0.2.9")
    made = await moderator.set_ban("192.0.2.9", "2h", "spam", "again", force=False)
    assert made.gone == ["bob"]
    await bob.ended()
    assert (made.ban.by, made.ban.expires_at - made.ban.at) == ("console", 7_200_000)
    assert await moderator.all_bans() == [made.ban]
    assert await moderator.lift("1") == [made.ban]
    assert await moderator.all_bans() == []
    assert [row[1:3] for row in await log(moderator)] == [("UNBAN", "192.0.2.9"), ("BAN", "192.0.2.9")]


async def test_what_cannot_be_is_refused_with_what_to_do(stage, moderator):
    of_this_machine = await refused(moderator.set_ban("127.0.0.1", "", "", "", force=False))
    assert "this machine itself: anyone who connects from here, and proxies that run here" in of_this_machine
    assert of_this_machine.endswith("--force sets it anyway")
    assert (await refused(moderator.set_ban("1.2.3.4", "soon", "", "", force=False))).startswith(
        "soon is not a duration"
    )
    assert await refused(moderator.lift("7")) == "there is no ban of 7; BANS lists all bans"
    assert await refused(moderator.channel("#none")) == "there is no channel #none; channel list shows them"
    assert await refused(moderator.past("1.2.3.0/99", 9))


async def test_channels_are_listed_and_shown_with_all_that_is_in_them(stage, moderator):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#Tea", login="alice")
    await stage.enter("bob", "#tea", "#empty")
    alice.send("CS REGISTER #tea", "MODE #tea +kb key bad!*@*", "TOPIC #tea :green")
    await alice.all()
    assert [(row.name, row.members, row.founder) for row in await moderator.channels()] == [
        ("#empty", 1, ""),
        ("#Tea", 2, "alice"),
    ]
    tea = await moderator.channel("#tea")
    assert (tea.modes, tea.topic, tea.people) == ("+ntk key", "green", ("bob", "~@alice"))
    assert (tea.access, tea.lists) == ((("alice", "q"),), {"b": ("bad!*@*",)})


async def test_a_channel_is_taken_from_its_owner(stage, moderator):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", login="alice")
    alice.send("CS REGISTER #tea")
    await alice.all()
    await moderator.drop("#tea", "unused", end=False)
    await alice.expect("MODE #tea -q alice")
    assert (await moderator.channel("#tea")).access == ()
    assert (await log(moderator))[0] == ("console", "DROP CHANNEL", "#tea", "unused")
    assert "--end" in await refused(moderator.drop("#tea", "", end=False))


async def test_a_channel_is_ended_with_all_that_is_in_it_and_its_name_is_free(stage, moderator):
    stage.accounts.add("alice")
    alice, bob = await stage.enter("alice", "#tea", login="alice"), await stage.enter("bob", "#tea")
    alice.send("CS REGISTER #tea", "PRIVMSG #tea :secret")
    await alice.all()
    await moderator.drop("#tea", "not here", end=True)
    for wire, nick in ((alice, "alice"), (bob, "bob")):
        assert (await wire.expect(f"KICK #tea {nick}")).endswith(":not here")
    assert await moderator.channels() == []
    carol = await stage.enter("carol", caps="draft/chathistory batch")
    carol.send("JOIN #tea", "CHATHISTORY LATEST #tea * 10")
    assert not [line for line in await carol.all() if "secret" in line]
    assert (await moderator.channel("#tea")).people == ("@carol",)


async def test_a_channel_of_the_settings_is_not_ended(moderator, stage):
    await stage.enter("bob", "#tea")
    rules = stage.node.chat.rules
    stage.node.chat.rules = type(rules)(permanent=frozenset({"#tea"}))
    assert "channels.autojoin" in await refused(moderator.drop("#tea", "", end=True))


async def test_a_channel_is_made_anothers_registered_or_not(stage, moderator):
    stage.accounts.add("alice")
    stage.accounts.add("bob")
    alice = await stage.enter("alice", "#tea", login="alice")
    await moderator.transfer("#tea", "BOB")
    assert (await moderator.channel("#tea")).founder == "bob"
    await moderator.transfer("#tea", "alice")
    await alice.expect("MODE #tea +q alice")
    assert (await moderator.channel("#tea")).access == (("alice", "q"), ("bob", "a"))
    assert await refused(moderator.transfer("#tea", "nobody")) == "there is no account nobody; account list shows them"
    assert (await log(moderator))[0] == ("console", "TRANSFER CHANNEL", "#tea", "to alice")


async def test_modes_are_changed_without_a_rank(stage, moderator):
    bob = await stage.enter("bob", "#tea")
    assert (await moderator.set_modes("#tea", ["+il-t", "5"])).modes == "+nil 5"
    await bob.expect(":OperServ!OperServ@chat.test MODE #tea +il-t 5")
    await moderator.set_modes("#tea", ["-o", "bob"])
    assert (await moderator.channel("#tea")).people == ("bob",)
    assert await refused(moderator.set_modes("#tea", ["+y"])) == "y is an unknown mode"
    assert await refused(moderator.set_modes("#tea", ["+o", "nobody"])) == "nobody No such nick"
