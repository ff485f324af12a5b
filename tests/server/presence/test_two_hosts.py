"""People on two nodes, one situation after the other; the bus loses what a test says."""

import asyncio

import pytest
from tests.doubles.nodes import Nodes

from chover.ports import Denied
from chover.server.access.moderation import WantedBan
from chover.server.users.account_names import held_name

CAPS = "away-notify account-notify setname"


@pytest.fixture
async def nodes():
    async with Nodes.open() as opened:
        opened.accounts.add("anna", "sesame")
        yield opened


@pytest.fixture
def here(nodes):
    return nodes.stages[0]


@pytest.fixture
def there(nodes):
    return nodes.stages[1]


async def whois(wire, nick):
    """The numerics about somebody, without those that only they and operators see."""
    return {answer[0]: answer[2:] for answer in await wire.numerics(f"WHOIS {nick}")}


async def test_what_was_said_while_the_bus_was_away_is_asked_for(nodes, here, there):
    bob = await there.enter("bob")
    bob.send("MONITOR + alice")
    await bob.all()
    nodes.lose_everything()
    alice = await here.enter("alice")
    alice.send("AWAY :gone fishing", "SETNAME :Alice A", "MODE alice +B")
    await alice.all()
    assert "401" in await whois(bob, "alice")
    nodes.bring_back()
    await nodes.settle()
    assert [line for line in await bob.all() if " 730 " in line] == [
        f":chat.test 730 bob {here.node.chat.find_user('alice').mask}"
    ]
    found = await whois(bob, "alice")
    assert found["301"] == ("gone fishing",)
    assert found["311"][-1] == "Alice A"
    assert "335" in found


async def test_somebody_who_left_meanwhile_is_gone_and_those_who_watch_are_told(nodes, here, there):
    alice, bob = await here.enter("alice"), await there.enter("bob")
    bob.send("MONITOR + alice")
    await bob.expect(" 730 ")
    nodes.lose_everything()
    alice.send("QUIT :bye")
    await alice.ended()
    await nodes.rest()
    nodes.bring_back()
    await nodes.settle()
    await bob.expect(" 731 bob alice")
    assert "401" in await whois(bob, "alice")


async def test_the_loss_of_the_last_message_is_noticed_by_the_next_beat(nodes, here, there):
    alice, bob = await here.enter("alice", "#tea"), await there.enter("bob", "#tea", caps=CAPS)
    await nodes.settle()
    nodes.lose_everything()
    alice.send("AWAY :lunch")
    await alice.all()
    nodes.bring_back()
    assert await bob.heard("AWAY") == []
    await nodes.beat()
    await bob.expect(":alice!~alice@pilnq7ay.tg5kk.nwjii.guest AWAY :lunch")


async def test_whoever_joins_a_channel_has_come_online_even_if_nobody_has_said_so(nodes, here, there):
    bob = await there.enter("bob")
    bob.send("MONITOR + alice")
    await bob.all()
    nodes.lose_everything()
    alice = await here.enter("alice", "#tea")
    await alice.all()
    await there.host.feed.poll()
    await bob.expect(" 730 bob alice!")


async def test_a_node_that_starts_hears_who_is_there_before_anybody_can_connect(nodes, here):
    alice = await here.enter("alice")
    alice.send("AWAY :lunch")
    await alice.all()
    third = await nodes.start()
    await third.node.presence.meet()
    carol = await third.enter("carol")
    assert (await whois(carol, "alice"))["301"] == ("lunch",)


async def test_connections_that_are_nobodys_yet_are_counted_on_all_nodes(nodes, here, there):
    bob = await there.enter("bob")
    guest = here.connect()
    await here.enter("carol")

    async def counted():
        await nodes.settle()
        told = {answer[0]: answer[1:] for answer in await bob.numerics("LUSERS")}
        return told["253"][0], told["266"][:2]

    assert await counted() == ("1", ("2", "2"))
    guest.send("NICK dora", "USER d 0 * :d")
    await guest.expect(" 001 ")
    assert await counted() == ("0", ("3", "3"))
    here.connect()
    await counted()
    await nodes.die(here)
    assert await counted() == ("0", ("1", "3"))


async def test_of_a_node_that_is_dead_nothing_remains_and_the_store_is_asked_about_its_people_alone(nodes, here, there):
    await here.enter("alice")
    await here.enter("ann", "#tea")
    bob = await there.enter("bob", "#tea")
    await nodes.settle()
    assert nodes.cluster.asked.count([]) == 0
    before = len(nodes.cluster.asked)
    ann = here.node.chat.find_user("ann").id
    await nodes.die(here)
    await nodes.settle()
    assert there.node.chat.users.keys() == {bob.session.me.id}
    assert nodes.cluster.asked[before:] == [[ann]]
    await bob.expect(":ann!~ann@pilnq7ay.tg5kk.nwjii.guest QUIT ")


async def test_a_user_with_devices_on_both_nodes_is_away_when_all_are_and_leaves_with_the_last(nodes, here, there):
    one = await here.enter("anna", "#tea", login="anna@one")
    await nodes.settle()
    other = await there.enter("anna", login="anna@two")
    await nodes.settle()
    bob = await there.enter("bob", "#tea", caps=CAPS)
    assert here.node.chat.find_user("anna").id == there.node.chat.find_user("anna").id == "a1"
    one.send("AWAY :one is gone")
    await nodes.settle()
    assert "301" not in await whois(bob, "anna")
    other.send("AWAY :and so is two")
    await nodes.settle()
    assert (await whois(bob, "anna"))["301"] == ("and so is two",)
    other.send("AWAY")
    await nodes.settle()
    assert "301" not in await whois(bob, "anna")
    other.send("QUIT")
    await nodes.settle()
    assert (await whois(bob, "anna"))["301"] == ("one is gone",)
    one.send("QUIT :that was all")
    await nodes.settle()
    await bob.expect("QUIT :Quit: that was all")
    assert nodes.cluster.owners.keys() == {"bob"}


async def test_when_the_node_of_one_device_dies_the_user_stays_for_the_other(nodes, here, there):
    await here.enter("anna", "#tea", login="anna@one")
    await nodes.settle()
    other = await there.enter("anna", login="anna@two")
    other.send("AWAY :lunch")
    await nodes.settle()
    await nodes.die(here)
    await nodes.settle()
    user = there.node.chat.find_user("anna")
    assert user.away == "lunch"
    assert [channel.name for channel in user.channels.values()] == ["#tea"]


async def test_whoever_logs_in_and_is_lost_at_once_does_not_stay(nodes, here, there):
    slow = asyncio.Event()
    hand_over = here.node.store.cluster.hand_over

    async def slowly(*words):
        await slow.wait()
        await hand_over(*words)

    here.node.store.cluster.hand_over = slowly
    guest = await here.enter("guest", "#tea")
    guest.send("NS IDENTIFY anna sesame")
    await guest.expect("900")
    await here.node.ledger.drained()
    guest.hang_up()
    slow.set()
    await nodes.settle()
    assert there.node.chat.users == here.node.chat.users == {}
    assert nodes.cluster.owners == {}


async def test_the_nick_of_a_user_on_both_nodes_is_held_by_both_when_it_changes(nodes, here, there):
    one = await here.enter("anna", login="anna@one")
    await nodes.settle()
    await there.enter("anna", login="anna@two")
    await nodes.settle()
    one.send("NICK annika")
    await nodes.settle()
    assert nodes.cluster.holders == {"annika": {"n0", "n1"}}
    one.send("QUIT")
    await nodes.settle()
    assert there.node.chat.find_user("annika").id == "a1"


async def test_two_devices_that_log_in_on_two_nodes_at_once_become_one_user(nodes, here, there):
    one, other = await here.enter("one", "#tea"), await there.enter("two", "#tea")
    one.send("NS IDENTIFY anna sesame")
    other.send("NS IDENTIFY anna sesame")
    await nodes.settle()
    for stage in nodes.stages:
        assert set(stage.node.chat.users) == {"a1"}
        assert set(stage.node.chat.find_channel("#tea").members) == {"a1"}


async def test_whoever_logs_in_to_a_user_who_is_there_still_watches_the_same_nicks(here, nodes):
    await here.enter("anna", login="anna@one")
    guest = await here.enter("guest")
    guest.send("MONITOR + bob")
    await guest.expect(" 731 ")
    guest.send("NS IDENTIFY anna sesame")
    await nodes.settle()
    await here.enter("bob")
    await guest.expect(" 730 anna bob!")


async def test_a_ban_names_those_on_other_nodes_whom_it_removes(nodes, here, there):
    alice, bob = await here.enter("alice"), await there.enter("bob", address="192.0.2.7")
    await there.enter("carol", address="192.0.2.8")
    anna = await there.enter("anna", login="anna", address="192.0.2.9")
    await nodes.settle()
    moderation = here.node.moderation
    assert (await moderation.ban("console", WantedBan("192.0.2.7"))).gone == ["bob"]
    assert (await moderation.ban("console", WantedBan("anna"))).gone == ["anna"]
    assert (await moderation.ban("console", WantedBan(alice.session.host, force=True))).gone == ["alice"]
    await there.node.moderation.reload()
    await bob.ended()
    await anna.ended()


async def test_the_nick_of_somebody_who_registers_before_they_are_here_is_held_on_all_nodes(nodes, here, there):
    newcomer = here.connect()
    newcomer.send("CAP LS 302", "NICK dora")
    await newcomer.expect("CAP")
    async with held_name(newcomer.session, "dora"):
        other = there.connect()
        other.send("NICK dora", "USER dora 0 * :Dora")
        await other.expect(" 433 ")
        with pytest.raises(Denied, match="dora is taken"):
            async with held_name(there.connect().session, "dora"):
                pass
    assert (await there.enter("dora")).session.user.nick == "dora"
