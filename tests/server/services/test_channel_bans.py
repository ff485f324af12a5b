"""What somebody who looks after a channel, and has no right on the server, can do against a flood."""

import pytest

FLOODER = (
    ("troll1", "192.0.2.{}"),
    ("troll2", "198.51.100.{}"),
    ("troll3", "203.0.{}.7"),
)


@pytest.fixture
async def mod(stage):
    return await stage.enter("mod", "#tea", address="10.0.0.1")


async def answers(wire, line):
    wire.send(line)
    return [m.params[-1] for m in await wire.messages() if m.command == "NOTICE"]


async def joined(wire):
    """Whether a JOIN of #tea got in."""
    first, *_ = await wire.numerics("JOIN #tea")
    return first[0] == "JOIN"


async def test_a_guest_is_banned_by_cloak_and_an_account_by_its_name(stage, mod):
    stage.accounts.add("bob")
    bob = await stage.enter("bob", "#tea", login="bob", address="192.0.2.1")
    eve = await stage.enter("eve", "#tea", address="192.0.2.2")
    cloak = eve.session.host
    assert (await answers(mod, "CS KICKBAN #tea bob go away"))[1:] == ["Removed: bob"]
    assert (await bob.expect("KICK #tea bob")).endswith(":go away")
    assert (await answers(mod, "CS KICKBAN #tea eve"))[0] == (
        f"*!*@{cloak} is banned from #tea; MODE #tea -b *!*@{cloak} lifts the ban"
    )
    await eve.expect("KICK #tea eve :mod")
    again = await stage.enter("bob2", login="bob", address="203.0.113.1")
    assert not await joined(again)
    assert not await joined(await stage.enter("eve2", address="192.0.2.2"))
    assert await joined(await stage.enter("neighbour", address="192.0.2.3"))


async def test_the_network_around_somebody_is_banned_with_all_who_come_from_it(stage, mod):
    await stage.enter("eve", "#tea", address="192.0.2.2")
    await stage.enter("mallory", "#tea", address="192.0.2.3")
    carol = await stage.enter("carol", "#tea", address="192.0.3.3")
    assert (await answers(mod, "CS KICKBAN #tea eve NET flood"))[1] == "Removed: eve, mallory"
    assert not await joined(await stage.enter("x", address="192.0.2.99"))
    assert await joined(await stage.enter("y", address="192.0.3.99"))
    assert (await answers(mod, "CS KICKBAN #tea carol WIDE"))[1] == "Removed: carol, y"
    assert not await joined(await stage.enter("z", address="192.0.77.1"))
    assert carol.session.me.channels == {}


HALF = "only a half-operator (%) or a higher rank can do that"


async def test_anyone_who_stands_higher_is_not_put_out_by_who_stands_lower(stage, mod):
    half = await stage.enter("half", "#tea", address="192.0.2.1")
    mod.send("MODE #tea +h half")
    await half.expect("MODE #tea +h")
    assert await answers(half, "CS KICKBAN #tea mod") == ["#tea: You're not a channel operator: mod outranks you"]
    plain = await stage.enter("plain", "#tea")
    assert await answers(plain, "CS KICKBAN #tea half") == [f"#tea: You're not a channel operator: {HALF}"]
    assert await answers(plain, "CS KICKBAN #none half") == ["#none: No such channel"]
    assert await answers(mod, "CS KICKBAN #tea nobody") == ["nobody: No such nick"]
    assert not stage.node.chat.find_channel("#tea").lists.get("b")


async def comes(stage, nick, address):
    wire = await stage.enter(nick, address=address)
    wire.send("JOIN #tea", *[f"PRIVMSG #tea :buy watches {n}" for n in range(5)])
    return wire


async def flood(stage, reader):
    """Three come back, each from another address of its own network; what a reader sees of what they say."""
    for number in range(4):
        for nick, pattern in FLOODER:
            troll = await comes(stage, f"{nick}x{number}", pattern.format(number + 10))
            troll.hang_up()
    await stage.quiet_of(reader)
    return [m for m in reader.log if m.command == "PRIVMSG" and "watches" in m.params[-1]]


async def test_three_lines_end_a_flood_of_three_who_change_their_addresses(stage, mod):
    regular = await stage.enter("regular", "#tea", address="172.16.0.1")
    trolls = [await comes(stage, nick, pattern.format(9)) for nick, pattern in FLOODER]
    await stage.quiet_of(*trolls)
    assert len(await regular.heard("PRIVMSG")) == 15
    regular.log.clear()
    for nick, _ in FLOODER:
        assert f"Removed: {nick}" in await answers(mod, f"CS KICKBAN #tea {nick} WIDE flood")
    await stage.quiet_of(regular)
    regular.log.clear()
    assert await flood(stage, regular) == []
    regular.send("PRIVMSG #tea :at last")
    await mod.expect("PRIVMSG #tea :at last")


async def test_where_every_address_is_of_another_network_one_line_makes_newcomers_wait(stage, mod):
    regular = await stage.enter("regular", "#tea", address="172.16.0.1")
    # Anyone who has been there for an hour is not a newcomer.
    stage.node.chat.find_channel("#tea").members[regular.session.me.id].joined_at -= 3_600_000
    mod.send("MODE #tea +d 60")
    await regular.expect("MODE #tea +d 60")
    regular.log.clear()
    for number in range(12):
        await comes(stage, f"troll{number}", f"{number + 20}.{number}.{number}.7")
    await stage.quiet_of(regular)
    assert [m for m in regular.log if m.command == "PRIVMSG"] == []
    regular.send("PRIVMSG #tea :still here")
    await mod.expect("PRIVMSG #tea :still here")


# ---- BAN and UNBAN -----------------------------------------------------------------------------------------------


async def test_a_ban_holds_under_another_nick_and_against_who_comes_back_as_another_guest(stage, mod):
    eve = await stage.enter("eve", "#tea", address="192.0.2.2")
    assert (await answers(mod, "CS BAN #tea eve"))[0].startswith(f"*!*@{eve.session.host} is banned from #tea")
    eve.send("PART #tea", "NICK other")
    await eve.all()
    assert not await joined(eve)
    eve.hang_up()
    assert not await joined(await stage.enter("third", address="192.0.2.2"))


async def test_somebody_who_is_gone_is_banned_as_they_were_and_unbanned_by_the_nick(stage, mod):
    stage.accounts.add("bob")
    bob = await stage.enter("bob", "#tea", login="bob", address="192.0.2.1")
    eve = await stage.enter("eve", "#tea", address="192.0.2.2")
    cloak = eve.session.host
    eve.send("NICK quiet")
    await eve.expect("NICK quiet")
    for gone in (bob, eve):
        gone.hang_up()
    assert (await answers(mod, "CS BAN #tea eve"))[0].startswith(f"*!*@{cloak} is banned")
    assert (await answers(mod, "CS BAN #tea bob"))[0].startswith("account:bob is banned")
    assert not await joined(await stage.enter("eve2", address="192.0.2.2"))
    assert await answers(mod, "CS UNBAN #tea eve") == [f"No longer banned from #tea: *!*@{cloak}"]
    assert await answers(mod, "CS UNBAN #tea bob") == ["No longer banned from #tea: account:bob"]
    assert await joined(await stage.enter("eve3", address="192.0.2.2"))


async def test_after_a_restart_the_connection_log_knows_who_somebody_was(stage, mod):
    eve = await stage.enter("eve", "#tea", address="192.0.2.2")
    cloak = eve.session.host
    eve.hang_up()
    await mod.expect("QUIT")
    stage.node.whowas._gone.clear()
    assert (await answers(mod, "CS BAN #tea eve"))[0].startswith(f"*!*@{cloak} is banned")
    assert await answers(mod, "CS UNBAN #tea eve") == [f"No longer banned from #tea: *!*@{cloak}"]


async def test_unban_lifts_what_was_set_on_somebody_and_no_ban_of_everybody(stage, mod):
    eve = await stage.enter("eve", "#tea", address="192.0.2.2")
    network = "*." + eve.session.host.partition(".")[2]
    mod.send(f"MODE #tea +bbbb eve!*@* *!*@{network} U:*!*@* other!*@*")
    assert await answers(mod, "CS UNBAN #tea eve") == [f"No longer banned from #tea: eve!*@*, *!*@{network}"]
    assert await answers(mod, "CS UNBAN #tea eve") == ["No ban of #tea was set on eve; MODE #tea +b lists them"]
    assert await answers(mod, "CS UNBAN #tea other") == ["No longer banned from #tea: other!*@*"]
    assert await answers(mod, "CS UNBAN #tea U:*!*@*") == ["No longer banned from #tea: U:*!*@*"]


async def test_anyone_who_comes_from_the_same_address_is_banned_by_nick_and_that_is_said(stage, mod):
    eve = await stage.enter("eve", "#tea", address="10.0.0.1")
    said = await answers(mod, "CS KICKBAN #tea eve")
    assert said[0].startswith("eve!*@* is banned from #tea")
    assert said[1:] == ["It covers only the nick: a ban of eve's address would hit you, too", "Removed: eve"]
    assert not await joined(eve)


async def test_a_reason_may_begin_with_the_word_net(stage, mod):
    eve = await stage.enter("eve", "#tea", address="192.0.2.2")
    assert (await answers(mod, "CS KICKBAN #tea eve net abuse"))[0].startswith(f"*!*@{eve.session.host} is banned")
    await eve.expect("KICK #tea eve :net abuse")


@pytest.mark.parametrize("verb", ["BAN", "UNBAN", "KICKBAN"])
async def test_nobody_without_a_rank_learns_who_somebody_was(stage, mod, verb):
    eve = await stage.enter("eve", "#tea", address="192.0.2.2")
    plain = await stage.enter("plain", "#tea", address="192.0.2.9")
    eve.hang_up()
    assert [line.partition(": ")[2] for line in await answers(plain, f"CS {verb} #tea eve")] == [
        f"You're not a channel operator: {HALF}"
    ]
    unknown = (
        "No ban of #tea was set on stranger; MODE #tea +b lists them" if verb == "UNBAN" else "stranger: No such nick"
    )
    assert await answers(mod, f"CS {verb} #tea stranger") == [unknown]
