"""RELAYMSG and the roleplay commands: words under a name that is nobody's nick."""

import pytest
from tests.doubles.stage import Stage

CAP = "draft/relaymsg"


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#tea", caps="echo-message")


@pytest.fixture
async def theatre():
    """A server where channels may have roleplay."""
    opened = await Stage.open({"channels.roleplay": True})
    yield opened
    await opened.close()


async def test_an_operator_speaks_for_another_network_and_says_so(stage, alice):
    bob, carol = await stage.enter("bob", "#tea", caps=CAP), await stage.enter("carol", "#tea", caps="message-tags")
    alice.send("RELAYMSG #tea eve/matrix :hi all")
    assert (await alice.expect("PRIVMSG")).startswith(":eve/matrix!~relay@")
    line = await bob.expect(" PRIVMSG #tea :hi all")
    assert line.startswith("@draft/relaymsg=alice :eve/matrix!~relay@")
    assert CAP not in await carol.expect(" PRIVMSG #tea :hi all")


async def test_it_is_kept_under_that_name(stage, alice):
    alice.send("RELAYMSG #tea eve/matrix :hi all")
    await alice.all()
    reader = await stage.enter("reader", "#tea", caps=f"{CAP} batch draft/chathistory")
    reader.send("CHATHISTORY LATEST #tea * 5")
    line = await reader.expect("PRIVMSG #tea :hi all")
    assert ";draft/relaymsg=alice :eve/matrix!" in line


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("RELAYMSG #tea eve :hi", "INVALID_NICK"),
        ("RELAYMSG #tea eve!/matrix :hi", "INVALID_NICK"),
        ("RELAYMSG #tea /matrix :hi", "INVALID_NICK"),
        ("RELAYMSG #tea eve/matrix : ", "BLANK_MSG"),
        ("RELAYMSG #tea bad/matrix :hi", "BANNED"),
    ],
)
async def test_a_refusal_has_its_code(stage, alice, line, code):
    alice.send("MODE #tea +b bad/*!*@*")
    await alice.all()
    alice.send(line)
    await alice.expect(f"FAIL RELAYMSG {code} :")


async def test_only_operators_relay(stage, alice):
    bob = await stage.enter("bob", "#tea")
    bob.send("RELAYMSG #tea eve/matrix :hi")
    assert "operators of #tea" in await bob.expect("FAIL RELAYMSG PRIVS_NEEDED :")
    assert [line[0] for line in await bob.numerics("RELAYMSG #none eve/matrix :hi")] == ["403"]


async def test_it_may_be_off():
    stage = await Stage.open({"channels.relaymsg": False})
    alice = await stage.enter("alice", "#tea")
    alice.send("RELAYMSG #tea eve/matrix :hi")
    await alice.expect("FAIL RELAYMSG NOT_ENABLED :")
    await stage.close()


async def test_a_relayed_name_is_nobodys_nick(stage):
    bob = await stage.enter("bob")
    assert [line[0] for line in await bob.numerics("NICK eve/matrix")] == ["432"]


@pytest.mark.parametrize(
    ("line", "source", "text"),
    [
        ("NPC #tea bilbo too much bread", "*bilbo*", "too much bread (alice)"),
        ("NPCA #tea bilbo :eats bread", "*bilbo*", "\x01ACTION eats bread (alice)\x01"),
        ("SCENE #tea dark and stormy", "=Scene=", "dark and stormy (alice)"),
    ],
)
async def test_roleplay_is_heard_by_all_and_names_who_plays(theatre, line, source, text):
    alice, bob = await theatre.enter("alice", "#tea"), await theatre.enter("bob", "#tea")
    alice.send("MODE #tea +E")
    await theatre.quiet()
    alice.send(line)
    for person in (alice, bob):
        [message] = await person.heard("PRIVMSG")
        assert (message.source.partition("!")[0], message.params) == (source, ["#tea", text])


async def test_roleplay_takes_the_setting_the_mode_and_membership(theatre, stage):
    alice = await stage.enter("alice", "#tea")
    [(numeric, channel, text)] = await alice.numerics("SCENE #tea dark")
    assert (numeric, channel) == ("573", "#tea")
    assert "channels.roleplay" in text
    alice, bob = await theatre.enter("alice", "#tea"), await theatre.enter("bob")
    assert "+E" in (await alice.numerics("SCENE #tea dark"))[0][-1]
    alice.send("MODE #tea +E")
    await alice.all()
    assert "not on that channel" in (await bob.numerics("SCENE #tea dark"))[0][-1]
    assert "Invalid roleplay name" in (await alice.numerics("NPC #tea a!b dark"))[0][-1]
    alice.send("MODE #tea +m-o alice")
    await alice.all()
    assert [line[0] for line in await alice.numerics("SCENE #tea dark")] == ["404"]
