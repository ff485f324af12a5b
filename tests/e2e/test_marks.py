"""What is pinned, mute and ignored follows an account: a full screen here and one over SSH, and a restart."""

import contextlib

import asyncssh
import pytest

from tests.e2e.people import AtFullScreen
from tests.e2e.test_ssh import OverSsh
from tests.e2e.wire import Irc

PASSWORD = "correct-horse-battery"


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "key"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(path)
    path.chmod(0o600)
    return path


@pytest.fixture
def account(server, key):
    """Alice is registered, and the key is hers."""
    with Irc(server.port) as irc:
        irc.send("NICK alice", "USER a 0 * :A", f"PRIVMSG NickServ :REGISTER {PASSWORD}")
        irc.expect(r" 900 ")
        irc.send(f"PRIVMSG NickServ :KEY ADD {asyncssh.read_private_key(key).export_public_key().decode().strip()}")
        irc.expect(r"logs you in")


@pytest.fixture
async def comes(tmp_path, server, needs, account, key):
    needs("ssh", "apt-get install openssh-client")
    async with contextlib.AsyncExitStack() as closing:

        async def come(place):
            home = tmp_path / place
            home.mkdir(exist_ok=True)
            alice = (
                OverSsh(home, "alice", server.port, key) if place == "far" else AtFullScreen(home, "alice", server.port)
            )
            closing.push_async_callback(alice.close)
            if place != "far":
                await alice.terminal.prompts("alice2 ❯")
                await alice.say(f"/login alice {PASSWORD}")
            await alice.terminal.prompts("alice ❯")
            return alice

        yield come


async def says(alice, command, answer):
    """Type a command, and wait until the answer stands there once more than before."""
    there = sum(answer in line for line in alice.terminal.lines)
    await alice.say(command)
    await alice.terminal._until(lambda: sum(answer in line for line in alice.terminal.lines) > there, answer)


async def goes(alice, number, name):
    """To the conversation of that number."""
    alice.terminal.type(f"\x1b{number}")
    await alice.terminal.shows(f"{number}>{name}")


async def hears(alice, other, text):
    """What one device has done before it says something the other knows once that is here."""
    await other.say(text)
    await alice.sees("alice", text)


async def test_two_devices_of_an_account_see_each_others_pins_mutes_and_ignores_also_after_a_restart(server, comes):
    here, far = await comes("here"), await comes("far")
    with Irc(server.port) as mallory:
        mallory.send("NICK mallory", "USER m 0 * :M", "JOIN #lobby")
        mallory.expect(r" 366 ")
        await says(here, "/join #tea", ">#tea")
        await says(here, "/pin", "#tea is pinned to the top now.")
        await far.terminal.shows("1^#tea")
        await goes(far, 2, "#lobby")
        await says(far, "/notify all", "What notifies you in #lobby: all.")
        await says(far, "/mute", "#lobby is mute")
        await says(far, "/ignore mallory", "What mallory says is hidden from now on")
        await says(far, "/set events no", "events is no now.")
        await goes(here, 2, "#lobby")
        await hears(here, far, "all is set")
        await says(here, "/ignore", "You ignore mallory.")
        await says(here, "/notify", "What notifies you here: all.")
        await says(here, "/mute", "#lobby is no longer muted.")
        mallory.send("PRIVMSG #lobby :spam spam", "PRIVMSG alice :spam in private", "PRIVMSG #lobby :the end", "QUIT")
    with Irc(server.port) as bob:
        bob.send("NICK bob", "USER b 0 * :B", "JOIN #lobby", "PRIVMSG #lobby :and now tea")
        await here.sees("bob", "and now tea")
        await far.sees("bob", "and now tea")
    assert not [line for line in here.terminal.lines + far.terminal.lines if "spam" in line or "mallory the" in line]
    server.stop()
    await here.terminal.shows("no connection")
    server.start()
    again = await comes("far")
    await again.terminal.matches(r"1[>^]#tea")
    await goes(again, 2, "#lobby")
    await says(again, "/ignore", "You ignore mallory.")
    await says(again, "/notify", "What notifies you here: all.")
    await says(again, "/set events", "events is no ")
    await says(again, "/mute", "#lobby is mute")
    await hears(here, again, "all is as it was")
    await says(here, "/mute", "#lobby is no longer muted.")


async def test_what_a_guest_has_kept_here_goes_over_to_the_account_with_the_login(tmp_path, server, comes):
    home = tmp_path / "here"
    home.mkdir()
    guest = AtFullScreen(home, "guest", server.port)
    async with contextlib.AsyncExitStack() as closing:
        closing.push_async_callback(guest.close)
        await guest.arrive()
        await says(guest, "/mute", "#lobby is mute")
        await guest.say("/quit")
        await guest.terminal.ends()
    here, far = await comes("here"), await comes("far")
    await hears(far, here, "I am here")
    await says(far, "/mute", "#lobby is no longer muted.")
    await hears(here, far, "and I am there")
    await says(here, "/mute", "#lobby is mute")
