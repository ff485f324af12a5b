"""The names of a channel are packed once for all who ask, and anew when somebody comes, goes or is called otherwise."""

import pytest

from chover.server.delivery.names_cache import NamesCache, packed
from chover.wire.capabilities import Cap

ROOM = 400


@pytest.fixture
async def channel(stage):
    await stage.enter("alice", "#tea")
    return stage.node.chat.find_channel("#tea")


async def test_the_lines_are_the_same_ones_while_nothing_changes(channel):
    names_cache = NamesCache()
    lines = names_cache.lines(channel, Cap(0), ROOM)
    assert lines == ["@alice"]
    assert names_cache.lines(channel, Cap.ECHO_MESSAGE, ROOM) is lines


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("JOIN #tea", "@alice bob"),
        ("NICK alicia", "@alicia"),
        ("MODE #tea -o alice", "alice"),
        ("MODE #tea +v alice", "@+alice"),
        ("PRIVMSG #tea :x", "@alice"),
    ],
)
async def test_they_are_made_anew_after(stage, channel, line, names):
    names_cache = NamesCache()
    names_cache.lines(channel, Cap.MULTI_PREFIX, ROOM)
    person = await stage.enter("bob") if line.startswith("JOIN") else stage.wires[0]
    person.send(line)
    await person.all()
    assert names_cache.lines(channel, Cap.MULTI_PREFIX, ROOM) == [names]


@pytest.mark.parametrize("line", ["PART #tea", "QUIT", "KICK #tea bob"])
async def test_anyone_who_is_gone_is_no_longer_named(stage, channel, line):
    bob = await stage.enter("bob", "#tea")
    names_cache = NamesCache()
    assert names_cache.lines(channel, Cap(0), ROOM) == ["@alice bob"]
    (stage.wires[0] if line.startswith("KICK") else bob).send(line)
    assert await stage.wires[0].expect(line.split()[0])
    assert names_cache.lines(channel, Cap(0), ROOM) == ["@alice"]


async def test_each_way_of_showing_names_has_its_own_lines(stage, channel):
    names_cache = NamesCache()
    mask = stage.node.chat.find_user("alice").mask
    assert names_cache.lines(channel, Cap.USERHOST_IN_NAMES, ROOM) == [f"@{mask}"]
    assert names_cache.lines(channel, Cap(0), ROOM) == ["@alice"]


def test_no_line_is_longer_than_the_room_but_for_a_word_that_is():
    assert list(packed(iter(["ab", "cd", "é", "toolong", "x"]), 5)) == ["ab cd", "é", "toolong", "x"]
