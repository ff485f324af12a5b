"""Ranks of members, lists of masks, and what modes let people do, as people see it."""

import pytest

from chover.engine.model import ListEntry


async def both(stage, *modes):
    """alice, who rules #tea with these modes, and bob in it."""
    alice = await stage.enter("alice", "#tea")
    alice.send(*(f"MODE #tea {mode}" for mode in modes))
    await alice.all()
    bob = await stage.enter("bob", "#tea")
    await alice.all()
    return alice, bob


@pytest.mark.parametrize("mode", ["q", "a"])
async def test_an_operator_makes_nobody_a_founder(stage, mode):
    alice, _ = await both(stage)
    refused = ("482", "#tea", f"You're not a channel operator: {mode} can only be changed by ~")
    assert refused in await alice.numerics(f"MODE #tea +{mode} bob")


async def test_a_half_operator_voices_and_bans_and_sets_no_modes(stage):
    alice, bob = await both(stage, "+h bob")
    alice.send("MODE #tea +h bob")
    carol = await stage.enter("carol", "#tea")
    await bob.all()
    bob.send("MODE #tea +v carol", "MODE #tea +b dave")
    await carol.expect("MODE #tea +v carol")
    await carol.expect("MODE #tea +b dave!*@*")
    assert [numeric for numeric, *_ in await bob.numerics("MODE #tea +m")] == ["482"]


async def test_a_half_operator_kicks_plain_members_and_nobody_above(stage):
    alice, bob = await both(stage)
    alice.send("MODE #tea +h bob")
    carol = await stage.enter("carol", "#tea")
    await bob.all()
    assert [numeric for numeric, *_ in await bob.numerics("KICK #tea alice")] == ["482"]
    bob.send("KICK #tea carol :bye")
    await carol.expect("KICK #tea carol :bye")


async def test_a_rank_may_be_given_up(stage):
    alice, bob = await both(stage)
    alice.send("MODE #tea -o alice")
    await bob.expect("MODE #tea -o alice")
    assert [numeric for numeric, *_ in await alice.numerics("MODE #tea +o alice")] == ["482"]


@pytest.mark.parametrize("ban", ["account:robert", "a:Robert", "A:ROBERT"])
async def test_an_account_is_kept_out_under_every_nick(stage, ban):
    stage.accounts.add("robert")
    alice = await stage.enter("alice", "#tea")
    alice.send(f"MODE #tea +b {ban}")
    await alice.expect("MODE #tea +b account:robert")
    bob = await stage.enter("bobby", login="robert")
    assert [numeric for numeric, *_ in await bob.numerics("JOIN #tea")] == ["474"]
    guest = await stage.enter("someone")
    guest.send("JOIN #tea")
    await guest.expect("JOIN #tea")


async def test_anyone_who_is_muted_may_join_and_not_speak(stage):
    alice, bob = await both(stage, "+b m:bob")
    assert [numeric for numeric, *_ in await bob.numerics("PRIVMSG #tea :hi")] == ["404"]
    alice.send("MODE #tea +v bob")
    await bob.expect("MODE #tea +v bob")
    bob.send("PRIVMSG #tea :now")
    await alice.expect("PRIVMSG #tea :now")


async def test_an_exception_opens_a_ban(stage):
    alice = await stage.enter("alice", "#tea")
    alice.send("MODE #tea +b *!*@*", "MODE #tea +e bob")
    await alice.all()
    bob = await stage.enter("bob")
    bob.send("JOIN #tea", "PRIVMSG #tea :hi")
    await alice.expect("PRIVMSG #tea :hi")


@pytest.mark.parametrize(("letter", "row", "end"), [("b", "367", "368"), ("e", "348", "349"), ("I", "346", "347")])
async def test_each_list_is_shown_under_its_own_numerics(stage, letter, row, end):
    alice = await stage.enter("alice", "#tea")
    answers = await alice.numerics(f"MODE #tea +{letter} bob", f"MODE #tea {letter}")
    assert [(numeric, params[1]) for numeric, *params in answers if numeric == row] == [(row, "bob!*@*")]
    assert answers[-1][0] == end


async def test_a_ban_may_cover_only_those_who_are_not_logged_in(stage):
    stage.accounts.add("bob")
    alice = await stage.enter("alice", "#tea")
    alice.send("MODE #tea +b unauthed:*!*@*")
    await alice.expect("MODE #tea +b U:*!*@*")
    guest, bob = await stage.enter("guest"), await stage.enter("bob", login="bob")
    assert [numeric for numeric, *_ in await guest.numerics("JOIN #tea")] == ["474"]
    bob.send("JOIN #tea")
    await bob.expect("JOIN #tea")


async def test_a_mute_may_be_of_a_real_name_and_of_those_who_are_not_logged_in(stage):
    alice, bob = await both(stage, "+b m:U:*!*@*")
    assert [numeric for numeric, *_ in await bob.numerics("PRIVMSG #tea :hi")] == ["404"]
    alice.send("MODE #tea -b m:U:*!*@*", "MODE #tea +b :m:r:b?b")
    await alice.all()
    assert [numeric for numeric, *_ in await bob.numerics("PRIVMSG #tea :hi")] == ["404"]
    bob.send("SETNAME :Robert", "PRIVMSG #tea :hi")
    await alice.expect("PRIVMSG #tea :hi")


async def test_only_accounts_join_and_speak_where_that_is_set(stage):
    stage.accounts.add("carol")
    alice, bob = await both(stage, "+M")
    assert [numeric for numeric, *_ in await bob.numerics("PRIVMSG #tea :hi")] == ["404"]
    alice.send("MODE #tea +R")
    await bob.expect("MODE #tea +R")
    assert [numeric for numeric, *_ in await bob.numerics("PART #tea", "JOIN #tea")] == ["PART", "477"]
    carol = await stage.enter("carol", "#tea", login="carol")
    carol.send("PRIVMSG #tea :hello")
    await alice.expect("PRIVMSG #tea :hello")


async def test_no_ctcp_but_actions_where_that_is_set(stage):
    alice, bob = await both(stage, "+C")
    assert [numeric for numeric, *_ in await bob.numerics("PRIVMSG #tea :\x01PING 1\x01")] == ["404"]
    bob.send("PRIVMSG #tea :\x01ACTION waves\x01")
    await alice.expect("ACTION waves")


async def test_anyone_who_cannot_join_is_led_to_the_other_channel(stage):
    alice = await stage.enter("alice", "#tea", "#overflow")
    alice.send("MODE #tea +if #overflow")
    await alice.expect("MODE #tea +if #overflow")
    bob = await stage.enter("bob")
    bob.send("JOIN #tea")
    await bob.expect(" 470 bob #tea #overflow ")
    await bob.expect("JOIN #overflow")


async def test_people_are_led_only_to_a_channel_that_one_rules_as_well(stage):
    carol = await stage.enter("carol", "#cake", "#secret")
    alice = await stage.enter("alice", "#tea", "#cake")
    carol.send("MODE #secret +s", "MODE #cake +h alice")
    await carol.all()
    answers = await alice.numerics("MODE #tea +f #cake", "MODE #tea +f #secret")
    assert [(answer[0], answer[1]) for answer in answers] == [("482", "#cake"), ("696", "#tea")]
    assert "f" not in stage.node.chat.find_channel("#tea").modes
    carol.send("MODE #cake +o alice")
    await carol.all()
    await alice.all()
    alice.send("MODE #tea +f #cake", "MODE #tea -f")
    assert [message.params[1] for message in await alice.messages()] == ["+f", "-f"]


@pytest.mark.parametrize("mask", ["a:", "account:", "r:", "m:", "U:", "m:a:", "m:U:", "a: ", "realname:"])
async def test_an_entry_with_nothing_behind_its_colon_is_refused(stage, mask):
    alice = await stage.enter("alice", "#tea")
    for letter in "beI":
        [answer] = await alice.numerics(f"MODE #tea +{letter} :{mask}")
        assert answer[:3] == ("696", "#tea", letter)
    assert not any(stage.node.chat.find_channel("#tea").lists.values())


async def test_one_that_was_set_earlier_can_be_taken_away(stage):
    alice = await stage.enter("alice", "#tea")
    channel = stage.node.chat.find_channel("#tea")
    channel.lists["b"] = {"account:": ListEntry("account:", "alice", 0)}
    alice.send("MODE #tea -b a:")
    assert [message.params for message in await alice.messages()] == [["#tea", "-b", "account:"]]


async def test_a_channel_leads_only_to_another_one_that_exists(stage):
    alice = await stage.enter("alice", "#tea")
    answers = await alice.numerics("MODE #tea +f #nowhere", "MODE #tea +f #tea", "MODE #tea +f tea")
    assert [numeric for numeric, *_ in answers] == ["696"] * 3


async def test_a_message_to_a_rank_reaches_that_rank_and_no_history(stage):
    alice, bob = await both(stage)
    carol = await stage.enter("carol", "#tea", caps="draft/chathistory batch")
    alice.send("MODE #tea +v bob")
    await bob.all()
    await carol.all()
    alice.send("PRIVMSG +#tea :to the voiced")
    await bob.expect("PRIVMSG +#tea :to the voiced")
    assert not await carol.heard("PRIVMSG")
    carol.send("CHATHISTORY LATEST #tea * 10")
    assert not any("to the voiced" in line for line in await carol.all())


async def test_in_an_op_moderated_channel_operators_hear_plain_members_and_nobody_else(stage):
    alice, bob = await both(stage, "+U")
    carol = await stage.enter("carol", "#tea")
    bob.send("PRIVMSG #tea :may I?")
    await alice.expect("PRIVMSG #tea :may I?")
    assert not await carol.heard("PRIVMSG")
