"""The full screen with two real servers at once."""

import pytest

from tests.e2e.people import AtFullScreen, free_port
from tests.e2e.wire import Irc


@pytest.fixture
async def alice(tmp_path, server):
    person = AtFullScreen(tmp_path, "Alice", server.port)
    await person.arrive()
    yield person
    await person.close()


@pytest.fixture
async def bob(serve):
    """Somebody on another server."""
    other = serve()
    bob = Irc(other.port, "Bob")
    yield bob, other
    bob.close()


async def test_two_servers_are_in_one_list_and_each_gets_what_is_said_to_it(alice, bob, server):
    bob, other = bob
    await alice.say(f"/connect 127.0.0.1:{other.port}")
    await alice.terminal.shows("2>#lobby")
    await alice.say("to the other server")
    bob.expect("PRIVMSG #lobby :to the other server")
    bob.send("PRIVMSG #lobby :Alice: welcome")
    await alice.sees("Bob", "Alice: welcome")
    alice.terminal.type("\x1b1")
    await alice.terminal.shows("1>#lobby")
    bob.send("PRIVMSG #lobby :Alice: come back")
    await alice.terminal.shows("2:#lobby @1")
    alice.terminal.type("\x1ba")
    await alice.sees("Bob", "Alice: come back")
    await alice.say("/disconnect")
    await alice.terminal.shows(f"Left 127.0.0.1:{other.port}")
    await alice.say("/quit")

    assert await alice.terminal.ends() == 0


async def test_a_server_that_is_not_there_leaves_the_first_one_alone(alice):
    await alice.say(f"/connect 127.0.0.1:{free_port()}")
    await alice.terminal.shows("No connection to 127.0.0.1")
    await alice.say("still here")
    await alice.sees("Alice", "still here")
