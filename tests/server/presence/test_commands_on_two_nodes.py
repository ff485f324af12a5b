"""What each command does for people on two nodes: a row for each, done on one and seen on the other."""

import pytest
from tests.bus.faulty import Faults
from tests.doubles.nodes import Nodes

RACES = 1000
CAPS = "message-tags echo-message away-notify setname draft/read-marker draft/channel-rename"


@pytest.fixture
async def nodes():
    async with Nodes.open() as opened:
        opened.accounts.add("anna", "sesame")
        yield opened


@pytest.fixture
async def alice(nodes):
    return await nodes.stages[0].enter("alice", "#tea", caps=CAPS)


@pytest.fixture
async def bob(nodes, alice):
    wire = await nodes.stages[1].enter("bob", "#tea", caps=CAPS)
    await nodes.settle()
    await wire.all()
    return wire


ROWS = {
    "typing in a channel": ("@+typing=active TAGMSG #tea", "TAGMSG #tea", None),
    "typing to somebody": ("@+typing=active TAGMSG bob", "TAGMSG bob", None),
    "a private message": ("PRIVMSG bob :between us", "PRIVMSG bob :between us", None),
    "a notice": ("NOTICE bob :quietly", "NOTICE bob :quietly", None),
    "SETNAME": ("SETNAME :Alice A", "SETNAME :Alice A", ("WHOIS alice", "Alice A")),
    "AWAY": ("AWAY :lunch", "AWAY :lunch", ("WHOIS alice", " 301 bob alice :lunch")),
    "NICK": ("NICK alicia", "NICK :alicia", ("NAMES #tea", "@alicia")),
    "RENAME": ("RENAME #tea #chai :better", "RENAME #tea #chai", ("LIST", " 322 bob #chai 2 ")),
    "TOPIC": ("TOPIC #tea :kettle", "TOPIC #tea :kettle", ("TOPIC #tea", " 332 bob #tea :kettle")),
    "INVITE": ("INVITE bob #cake", "INVITE bob", None),
    "a new channel": ("JOIN #new", None, ("LIST", " 322 bob #new 1 ")),
    "leaving": ("PART #tea :bye", "PART #tea", ("WHO #tea", " bob H")),
    "quitting": ("QUIT :bye", "QUIT :Quit: bye", ("WHOIS alice", " 401 bob alice ")),
}


def bare(line):
    """A line without the colons before its last words."""
    return line.replace(" :", " ")


@pytest.mark.parametrize("row", ROWS)
async def test_what_is_done_on_one_node_is_seen_on_the_other(nodes, alice, bob, row):
    does, seen, (asks, answer) = (*ROWS[row][:2], ROWS[row][2] or (None, None))
    if row == "INVITE":
        alice.send("JOIN #cake")
        await alice.all()
    alice.send(does)
    await nodes.settle()
    if seen:
        assert any(bare(seen) in bare(line) for line in await bob.all())
    if asks:
        bob.send(asks)
        assert any(bare(answer) in bare(line) for line in await bob.all())


async def test_a_read_marker_is_told_to_the_devices_on_other_nodes(nodes, alice):
    here, there = nodes.stages
    one = await here.enter("anna", "#tea", caps=CAPS, login="anna@one")
    await nodes.settle()
    other = await there.enter("anna", caps=CAPS, login="anna@two")
    await nodes.settle()
    one.send("MARKREAD #tea timestamp=2020-01-01T00:00:00.000Z")
    await other.expect("MARKREAD #tea timestamp=2020-01-01T00:00:00.000Z")


async def test_a_channel_that_one_device_joins_is_introduced_to_those_on_other_nodes(nodes):
    here, there = nodes.stages
    one = await here.enter("anna", login="anna@one")
    await nodes.settle()
    other = await there.enter("anna", login="anna@two")
    await nodes.settle()
    await other.all()
    one.send("JOIN #tea")
    await nodes.settle()
    await other.expect("JOIN #tea")
    await other.expect(" 353 anna = #tea :@anna")
    await other.expect(" 366 anna #tea ")
    one.send("PRIVMSG #tea :from one")
    await other.expect("PRIVMSG #tea :from one")


async def test_somebody_who_is_always_on_stays_when_the_last_device_on_any_node_has_left(nodes, bob):
    here, there = nodes.stages
    one = await here.enter("anna", "#tea", login="anna@one")
    await nodes.settle()
    other = await there.enter("anna", login="anna@two")
    await nodes.settle()
    other.send("PERSISTENCE SET ON")
    await nodes.settle()
    for wire in (one, other):
        wire.send("QUIT")
        await nodes.settle()
    bob.send("WHOIS anna")
    await bob.expect(" 301 bob anna :Not connected")
    assert here.node.chat.find_user("anna").away == "Not connected"


async def test_the_last_place_of_a_channel_is_taken_by_one_of_two_nodes(nodes, alice, bob):
    carol = await nodes.stages[0].enter("carol")
    bob.send("PART #tea")
    alice.send("MODE #tea +l 2")
    await nodes.settle()
    nodes.bus.faults = Faults(0.2, 0.1, 0.3)
    for _ in range(RACES):
        carol.send("JOIN #tea")
        bob.send("JOIN #tea")
        told = {wire: await wire.all() for wire in (carol, bob)}
        [winner] = [wire for wire, lines in told.items() if not any(" 471 " in line for line in lines)]
        assert len(nodes.store.replayed().find_channel("#tea").members) == 2
        winner.send("PART #tea")
        await winner.all()
        for stage in nodes.stages:
            await stage.host.feed.poll()


# ---- what each node counts for itself, as docs/cluster.md says -------------------------------------------------------


async def test_in_slow_mode_somebody_with_devices_on_two_nodes_has_a_turn_on_each(nodes, alice):
    here, there = nodes.stages
    one = await here.enter("anna", "#tea", login="anna@one")
    await nodes.settle()
    other = await there.enter("anna", login="anna@two")
    alice.send("MODE #tea +W 60")
    await nodes.settle()
    for stage in nodes.stages:
        stage.pass_time(61)
    one.send("PRIVMSG #tea :one", "PRIVMSG #tea :more")
    other.send("PRIVMSG #tea :two", "PRIVMSG #tea :more")
    await nodes.settle()
    said = [line.rpartition(" ")[2] for line in await alice.all() if " PRIVMSG #tea " in line]
    assert sorted(said) == [":one", ":two"]


async def test_the_throttle_of_joins_counts_those_on_all_nodes(nodes, alice, bob):
    bob.send("PART #tea")
    alice.send("MODE #tea +j 1:60")
    await nodes.settle()
    carol = await nodes.stages[0].enter("carol", "#tea")
    await nodes.settle()
    assert not carol.closed
    assert [answer[0] for answer in await bob.numerics("JOIN #tea")] == ["480"]
