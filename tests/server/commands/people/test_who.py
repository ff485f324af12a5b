"""WHO with the fields of WHOX, WHOWAS, USERHOST."""

import pytest

from chover.server.access import whowas


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#tea")


@pytest.fixture
async def bob(stage, alice):
    return await stage.enter("bob", "#tea")


async def fields(wire, line):
    """The fields of each line that answers, without our own nick."""
    await wire.all()
    wire.send(line)
    *rows, end = await wire.messages()
    assert end.command == "315"
    assert {row.command for row in rows} <= {"354"}
    return [row.params[1:] for row in rows]


async def test_all_fields_come_in_the_order_of_the_specification(stage, alice, bob):
    host = stage.node.cloaks.of_address("127.0.0.1")
    labels = ["42", "#tea", "~alice", "255.255.255.255", host, "chat.test", "alice"]
    for asked in ("tcuihsnfdlaor", "roaldfnshiuct"):
        assert (await fields(bob, f"WHO #tea %{asked},42"))[0] == [*labels, "H@", "0", "0", "0", "n/a", "alice"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("%n", ["alice"]),
        ("%tn,7", ["7", "alice"]),
        ("%tn", ["0", "alice"]),
        ("%tn,1234", ["0", "alice"]),
        ("%tn,x", ["0", "alice"]),
        ("%nz", ["alice"]),
        ("%cn", ["*", "alice"]),
        ("o%nf", ["alice", "H"]),
    ],
)
async def test_only_the_fields_that_were_asked_for_come(bob, asked, expected):
    assert await fields(bob, f"WHO alice {asked}") == [expected]


async def test_who_without_fields_that_are_any_ends_at_once(bob):
    assert await fields(bob, "WHO alice %") == []


async def test_away_is_a_field_of_all_in_the_channel(alice, bob):
    alice.send("AWAY :lunch")
    await alice.all()
    assert await fields(bob, "WHO #tea %nf") == [["alice", "G@"], ["bob", "H"]]


async def test_userhost_tells_who_is_on_and_who_is_away(stage, alice, bob):
    host = stage.node.cloaks.of_address("127.0.0.1")
    alice.send("AWAY :lunch")
    await alice.all()
    alice.send("USERHOST alice nobody BOB", "USERHOST nobody", "USERHOST a b c d e bob")
    answers = await alice.messages()
    assert [message.params[-1] for message in answers] == [f"alice=-~alice@{host} bob=+~bob@{host}", "", ""]
    assert {message.command for message in answers} == {"302"}


async def whowas_of(wire, line):
    await wire.all()
    wire.send(line)
    return [(message.command, *message.params[1:]) for message in await wire.messages()]


async def test_whowas_lists_the_last_nicks_first(stage, alice, bob):
    host = stage.node.cloaks.of_address("127.0.0.1")
    bob.send("SETNAME :Bob the first", "NICK robert", "NICK bob", "QUIT")
    await bob.ended()
    first, _, second, _, end = await whowas_of(alice, "WHOWAS BOB")
    assert first == second == ("314", "bob", "~bob", host, "*", "Bob the first")
    assert end == ("369", "BOB", "End of WHOWAS")
    assert len(await whowas_of(alice, "WHOWAS bob 1")) == 3
    assert len(await whowas_of(alice, "WHOWAS bob 0")) == len(await whowas_of(alice, "WHOWAS bob -1")) == 5


async def test_whowas_of_an_unknown_nick_is_empty(alice):
    unknown = [("406", "nobody", "There was no such nickname lately"), ("369", "nobody", "End of WHOWAS")]
    assert await whowas_of(alice, "WHOWAS nobody") == unknown
    assert (await whowas_of(alice, "WHOWAS ?"))[0][0] == "406"
    assert await whowas_of(alice, "WHOWAS") == [("431", "No nickname given")]


async def test_of_those_who_left_only_so_many_are_remembered(stage, alice):
    source = stage.node.chat.find_user("alice").source
    for number in range(whowas.REMEMBERED + 1):
        stage.node.whowas.note(source, f"n{number}", "", 1)
    assert list(stage.node.whowas.find("n0")) == []
    assert len(list(stage.node.whowas.find("n1"))) == 1
