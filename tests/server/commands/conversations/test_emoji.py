"""EMOJI, and the token by which clients know that they have the list."""

import pytest

from chover.ports.files import Emoji
from chover.server.info import isupport


class Given:
    def __init__(self, *names, version="v1"):
        self.version = version
        self._all = [Emoji(name, "A" * 22, "image/png", 70, 1) for name in names]

    def all(self):
        return self._all


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice")


async def listed(wire):
    wire.send("EMOJI")
    return [line.params for line in await wire.messages() if line.command == "EMOJI"]


async def test_the_list_ends_with_a_line_of_its_version_alone(stage, alice):
    stage.node.emoji = Given("party", "tea")
    assert await listed(alice) == [["v1", f"party={'A' * 22} tea={'A' * 22}"], ["v1"]]


async def test_many_are_told_in_lines_that_every_client_can_read(stage, alice):
    stage.node.emoji = Given(*(f"emoji-number-{number}" for number in range(500)))
    lines = await listed(alice)
    words = " ".join(line[1] for line in lines[:-1]).split()
    assert len(words) == 500
    assert max(len(line[1]) for line in lines[:-1]) <= 400
    assert lines[-1] == ["v1"]


async def test_a_server_without_any_says_so(stage, alice):
    assert await listed(alice) == [["*"]]
    stage.node.emoji = Given(version="")
    assert await listed(alice) == [["*"]]
    assert isupport.EMOJI not in str(isupport.own(next(iter(stage.node.sessions))))


async def test_the_version_is_in_005_and_told_again_when_it_changes(stage, alice):
    stage.node.emoji = Given("party")
    newcomer = stage.connect()
    newcomer.send("NICK bob", "USER bob 0 * :bob")
    assert "chover.chat/EMOJI=v1" in [word for line in await newcomer.messages() for word in line.params]
    stage.node.emoji = Given("party", "tea", version="v2")
    isupport.tell_emoji(stage.node)
    assert [line.params[1] for line in await alice.messages() if line.command == "005"] == ["chover.chat/EMOJI=v2"]
    stage.node.emoji = Given(version="")
    isupport.tell_emoji(stage.node)
    assert [line.params[1] for line in await alice.messages() if line.command == "005"] == ["-chover.chat/EMOJI"]
