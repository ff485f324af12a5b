"""WHO, WHOIS, AWAY, ISON."""

import pytest


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#tea", "#secret")


@pytest.fixture
async def bob(stage, alice):
    alice.send("MODE #secret +s", "MODE #tea +v alice")
    await alice.all()
    return await stage.enter("bob", "#tea")


async def nicks(wire, mask):
    return [answer[5] for answer in await wire.numerics(f"WHO {mask}") if answer[0] == "352"]


async def test_who_is_in_a_channel(stage, alice, bob):
    first, second, end = await bob.numerics("WHO #tea")
    user = stage.node.chat.find_user("alice")
    assert first == ("352", "#tea", "~alice", user.host, "chat.test", "alice", "H@", "0 alice")
    assert second[5:7] == ("bob", "H")
    assert end[:2] == ("315", "#tea")


async def test_who_shows_all_prefixes_and_being_away(stage, alice, bob):
    alice.send("AWAY :lunch", "CAP REQ :multi-prefix")
    await alice.all()
    assert (await alice.numerics("WHO #tea"))[0][6] == "G@+"


async def test_who_of_a_nick_and_of_masks(stage, alice, bob):
    assert await nicks(bob, "ALICE") == ["alice"]
    assert await nicks(bob, "al*") == ["alice"]
    assert await nicks(bob, "?o?") == ["bob"]
    assert await nicks(bob, "~*") == ["alice", "bob"]
    assert await nicks(bob, "nobody") == []
    assert await nicks(bob, "") == ["alice", "bob"]


async def test_who_does_not_show_what_is_hidden(stage, alice, bob):
    assert await nicks(bob, "#secret") == []
    carol = await stage.enter("carol")
    alice.send("MODE alice +i")
    await alice.all()
    assert await nicks(carol, "*") == ["bob", "carol"]
    assert await nicks(carol, "#tea") == ["bob"]
    assert await nicks(bob, "*") == ["alice", "bob", "carol"]
    assert await nicks(alice, "*") == ["alice", "bob", "carol"]


async def test_whois_tells_about_somebody(stage, alice, bob):
    alice.send("AWAY :lunch")
    await alice.all()
    answers = {answer[0]: answer[1:] for answer in await bob.numerics("WHOIS Alice")}
    host = stage.node.chat.find_user("alice").host
    assert answers["311"] == ("alice", "~alice", host, "*", "alice")
    assert answers["319"] == ("alice", "@#tea")
    assert answers["312"] == ("alice", "chat.test", "ChatOverSockets")
    assert answers["301"] == ("alice", "lunch")
    assert answers["317"][1] == "0"
    assert answers["318"][0] == "Alice"
    assert "378" not in answers


async def test_only_oneself_is_told_the_real_address(stage, alice):
    answers = await alice.numerics("WHOIS chat.test alice")
    assert ("378", "alice", "is connecting from 127.0.0.1") in answers
    assert "@#secret" in next(answer for answer in answers if answer[0] == "319")[2]


@pytest.mark.parametrize(("line", "numerics"), [("WHOIS", ["431"]), ("WHOIS nobody", ["401", "318"])])
async def test_whois_of_nobody(alice, line, numerics):
    assert [answer[0] for answer in await alice.numerics(line)] == numerics


async def test_where_an_invisible_user_is_stays_hidden_from_strangers(stage, alice, bob):
    alice.send("MODE alice +i")
    await alice.all()
    carol = await stage.enter("carol")
    assert "319" not in [answer[0] for answer in await carol.numerics("WHOIS alice")]
    assert "319" in [answer[0] for answer in await bob.numerics("WHOIS alice")]


async def test_away_and_back(alice):
    assert [answer[0] for answer in await alice.numerics("AWAY :lunch", "AWAY", "AWAY :")] == ["306", "305", "305"]


async def test_ison_names_those_who_are(alice, bob):
    assert await bob.numerics("ISON ALICE nobody :bob none") == [("303", "alice bob")]
    assert await bob.numerics("ISON nobody") == [("303", "")]
