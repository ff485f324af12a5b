"""RENAME: a channel under another name, told to those who know the command and to those who do not."""

import pytest
from tests.doubles.stage import Stage

CAP = "draft/channel-rename"


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#tea", caps=CAP)


async def test_members_are_told_in_the_way_that_they_know(stage, alice):
    bob = await stage.enter("bob", "#tea")
    alice.send("TOPIC #tea :green")
    await stage.quiet_of(alice)
    await bob.all()
    alice.send("RENAME #tea #Coffee :stronger")
    await alice.expect(":alice!~alice@")
    assert (await alice.all()) == []
    lines = [(message.command, message.params) for message in await bob.messages()]
    assert lines[:3] == [
        ("PART", ["#tea", "stronger"]),
        ("JOIN", ["#Coffee"]),
        ("332", ["bob", "#Coffee", "green"]),
    ]
    assert [command for command, _ in lines[3:]] == ["333", "353", "366"]


async def test_all_that_belongs_to_the_channel_stays_with_it(stage, alice):
    bob = await stage.enter("bob", "#tea", caps=f"{CAP} batch draft/chathistory")
    alice.send("MODE #tea +b eve", "PRIVMSG #tea :hello")
    await alice.all()
    await bob.all()
    alice.send("RENAME #tea #coffee")
    await bob.expect(" RENAME #tea #coffee :")
    bob.send("PRIVMSG #coffee :still here", "CHATHISTORY LATEST #coffee * 9")
    shown = [message.params for message in await bob.heard("PRIVMSG")]
    assert shown == [["#coffee", "hello"], ["#coffee", "still here"]]
    assert (await alice.numerics("MODE #coffee b"))[0][:3] == ("367", "#coffee", "eve!*@*")
    assert [line[0] for line in await alice.numerics("PRIVMSG #tea :where")] == ["403"]


async def test_the_name_is_kept_over_a_restart(stage, alice):
    alice.send("PRIVMSG #tea :hello", "RENAME #tea #coffee")
    await alice.all()
    again = await Stage.open(store=stage.store)
    bob = await again.enter("bob")
    bob.send("LIST")
    assert [message.params[1] for message in await bob.heard("322")] == ["#coffee"]
    await again.close()


async def test_the_old_name_leads_to_the_channel(stage, alice):
    alice.send("RENAME #tea #coffee")
    await alice.all()
    bob, carol = await stage.enter("bob"), await stage.enter("carol", caps=CAP)
    bob.send("JOIN #tea")
    assert "The channel has been renamed" in await bob.expect(" 470 bob #tea #coffee :")
    await bob.expect("JOIN #coffee")
    carol.send("JOIN #tea")
    await carol.expect("FAIL JOIN CHANNEL_RENAMED #tea #coffee :")
    assert not await carol.heard("JOIN")


async def test_a_member_opens_another_under_the_old_name_and_it_leads_there(stage, alice):
    alice.send("RENAME #tea #coffee", "JOIN #tea")
    await alice.expect("JOIN #tea")
    bob = await stage.enter("bob", "#tea")
    assert ("353", "=", "#tea", "@alice bob") in await bob.numerics("NAMES #tea")
    alice.send("RENAME #tea #COFFEE")
    await alice.expect("FAIL RENAME CHANNEL_NAME_IN_USE #tea #COFFEE :")


async def test_a_secret_channel_is_given_away_to_nobody(stage, alice):
    alice.send("MODE #tea +s", "RENAME #tea #coffee")
    await alice.all()
    bob = await stage.enter("bob", "#tea")
    assert ("353", "=", "#tea", "@bob") in await bob.numerics("NAMES #tea")


async def test_other_letters_are_no_other_name(stage, alice):
    bob = await stage.enter("bob", "#tea")
    alice.send("RENAME #tea #TEA :louder")
    await alice.expect("RENAME #tea #TEA :louder")
    assert await bob.all() == []
    bob.send("NAMES #tea")
    await bob.expect(" 353 bob = #TEA :")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("RENAME #tea #lobby", "FAIL RENAME CANNOT_RENAME #tea #lobby :"),
        ("RENAME #tea tea", "FAIL RENAME CANNOT_RENAME #tea tea :"),
        ("RENAME #tea #tea", "FAIL RENAME CANNOT_RENAME #tea #tea :"),
        ("RENAME #none #tea", " 403 alice #none :"),
        ("RENAME #tea", " 461 alice RENAME :"),
    ],
)
async def test_a_refusal_says_why(line, answer):
    stage = await Stage.open({"channels.autojoin": ["#lobby"]})
    alice = await stage.enter("alice", "#tea")
    alice.send(line)
    await alice.expect(answer)
    await stage.close()


async def test_it_takes_an_operator_and_of_a_registered_channel_the_founder(stage):
    for name in ("alice", "bob"):
        stage.accounts.add(name)
    alice = await stage.enter("alice", "#tea", login="alice")
    bob = await stage.enter("bob", "#tea", login="bob")
    assert (
        "482",
        "#tea",
        "You're not a channel operator: only an operator (@) or a higher rank can do that",
    ) in await bob.numerics("RENAME #tea #coffee")
    alice.send("CS REGISTER #tea", "CS ACCESS #tea ADD bob admin")
    await stage.quiet()
    [(numeric, _, text)] = await bob.numerics("RENAME #tea #coffee")
    assert (numeric, "founder" in text) == ("482", True)
    alice.send("RENAME #tea #coffee")
    await bob.expect("JOIN #coffee")


async def test_a_channel_is_not_renamed_again_at_once(stage, alice):
    alice.send("RENAME #tea #coffee", "RENAME #coffee #tea")
    line = await alice.expect("FAIL RENAME CANNOT_RENAME #coffee #tea :")
    assert "try again in" in line


async def test_anyone_who_joins_the_new_name_meanwhile_comes_into_the_channel(stage, alice):
    bob = await stage.enter("bob")
    stage.store.pause()
    alice.send("RENAME #tea #coffee")
    bob.send("JOIN #coffee")
    stage.store.go_on()
    await bob.expect("JOIN #coffee")
    assert ("353", "=", "#coffee", "@alice bob") in await alice.numerics("NAMES #coffee")


async def test_a_name_that_could_not_be_taken_is_free_again(stage, alice):
    stage.store.fail = "disk full"
    alice.send("RENAME #tea #coffee")
    await alice.expect("disk full")
    stage.store.fail = ""
    bob = await stage.enter("bob", "#coffee")
    assert ("353", "=", "#coffee", "@bob") in await bob.numerics("NAMES #coffee")


async def test_what_others_do_stands_under_nobodys_label(stage, alice):
    bob = await stage.enter("bob", "#tea", caps="labeled-response batch")
    alice.send("RENAME #tea #coffee")
    bob.send("@label=x WHO bob")
    assert all("label" not in message.tags for message in await bob.messages() if message.command == "JOIN")


async def test_old_names_lead_to_the_channel_after_a_restart_too(alice, stage):
    alice.send("TOPIC #tea :green", "RENAME #tea #coffee")
    await alice.expect("RENAME #tea #coffee")
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    bob = await again.enter("bob")
    bob.send("JOIN #TEA")
    assert "The channel has been renamed" in await bob.expect(" 470 bob #TEA #coffee :")
    await bob.expect("JOIN #coffee")
    await again.close()
