"""MODE, for channels and for users."""

import pytest


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#tea")


@pytest.fixture
async def bob(stage, alice):
    found = await stage.enter("bob", "#tea")
    await stage.quiet()
    return found


async def test_modes_are_shown_with_the_key_to_members_only(stage, alice):
    alice.send("MODE #tea +kl milk 5")
    carol = await stage.enter("carol")
    created = str(stage.node.chat.find_channel("#tea").created_at // 1000)
    assert await alice.numerics("MODE #tea") == [("324", "#tea", "+ntkl", "milk", "5"), ("329", "#tea", created)]
    assert (await carol.numerics("MODE #tea"))[0] == ("324", "#tea", "+ntkl", "*", "5")


async def test_a_change_is_told_to_everybody_in_one_line(alice, bob):
    alice.send("MODE #tea +vm-t bob")
    await alice.all()
    assert [message.params for message in await bob.messages()] == [["#tea", "+vm-t", "bob"]]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("MODE", ("461", "MODE")),
        ("MODE #none", ("403", "#none")),
        ("MODE #tea +m", ("482", "#tea")),
        ("MODE nobody", ("401", "nobody")),
        ("MODE alice", ("502", "You can see and change your own modes only")),
    ],
)
async def test_bad_input_is_answered_by_its_numeric(bob, line, answer):
    assert [found[:2] for found in await bob.numerics(line)] == [answer]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("MODE #tea +o", ("696", "#tea", "o", "*", "name a member")),
        ("MODE #tea +o nobody", ("401", "nobody")),
        ("MODE #tea +l x", ("696", "#tea", "l", "*", "give a limit of 1 or more")),
        ("MODE #tea +?", ("472", "?")),
    ],
)
async def test_what_an_operator_asks_wrongly_is_said(alice, bob, line, answer):
    [found] = await alice.numerics(line)
    assert found[: len(answer)] == answer


async def test_what_is_unknown_is_said_and_the_rest_is_done(alice, bob):
    answers = await alice.numerics("MODE #tea +?m")
    assert [answer[0] for answer in answers] == ["472", "MODE"]


async def test_the_list_of_bans_is_shown_to_anybody_who_sees_the_channel(stage, alice, bob):
    alice.send("MODE #tea +b mallory")
    await alice.all()
    mask = stage.node.chat.find_user("alice").mask
    await bob.all()
    for line in ("MODE #tea b", "MODE #tea +b"):
        entry, end = await bob.numerics(line)
        assert entry[:4] == ("367", "#tea", "mallory!*@*", mask)
        assert end[:2] == ("368", "#tea")


async def test_to_those_outside_a_secret_channel_has_no_list(stage, alice, bob):
    alice.send("MODE #tea +sb mallory")
    await alice.all()
    carol = await stage.enter("carol")
    assert [answer[0] for answer in await carol.numerics("MODE #tea b")] == ["403"]


async def test_nothing_is_said_when_nothing_changes(alice, bob):
    assert await alice.numerics("MODE #tea +nt") == []


async def test_own_modes_are_shown_and_changed(alice):
    assert await alice.numerics("MODE alice") == [("221", "+")]
    assert await alice.numerics("MODE ALICE +i") == [("MODE", "+i")]
    assert await alice.numerics("MODE alice +i") == []
    assert await alice.numerics("MODE alice") == [("221", "+i")]
    assert await alice.numerics("MODE alice -i") == [("MODE", "-i")]
    assert (await alice.numerics("MODE alice +X"))[0][0] == "501"
    assert await alice.numerics("MODE alice +o") == []


async def test_anyone_who_is_banned_neither_joins_nor_speaks_until_the_ban_is_lifted(stage, alice, bob):
    alice.send("MODE #tea +b bob")
    await alice.all()
    await bob.all()
    assert (await bob.numerics("PRIVMSG #tea :x"))[0][:2] == ("404", "#tea")
    bob.send("PART #tea")
    await bob.all()
    assert (await bob.numerics("JOIN #tea"))[0][:2] == ("474", "#tea")
    alice.send("MODE #tea -b bob!*@*")
    await alice.all()
    assert (await bob.numerics("JOIN #tea"))[0][0] == "JOIN"
