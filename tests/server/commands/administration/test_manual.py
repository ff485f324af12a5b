"""HELP: each command, mode and capability is explained, from the tables."""

import pytest

from chover.engine.metadata import KEYS, PRIVATE
from chover.engine.modes import CHANNEL_MODES, USER_MODES
from chover.server.commands.administration.manual import MEANINGS
from chover.wire.capabilities import CAPABILITIES
from chover.wire.message import LINE_BYTES


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice")


async def page(wire, topic):
    """The lines of one page, each within the limit."""
    wire.send(f"HELP {topic}")
    lines = await wire.all()
    assert all(len(line.encode()) + 2 <= LINE_BYTES for line in lines)
    first, *texts, last = lines
    assert f" 704 alice {topic or '*'} :" in first
    assert f" 706 alice {topic or '*'} :" in last
    return [text.partition(f" 705 alice {topic or '*'} :")[2] for text in texts]


async def test_every_mode_is_explained(alice):
    listed = await page(alice, "MODES") + await page(alice, "USERMODES")
    assert len(listed) == len(CHANNEL_MODES) + len(USER_MODES)
    for mode in CHANNEL_MODES.values():
        assert any(mode.meaning in line for line in await page(alice, f"+{mode.letter}"))
    # One letter may be both.
    assert [line.split()[1] for line in await page(alice, "-o")] == ["<#channel>", "<nick>"]


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_every_capability_is_explained(alice, name):
    # Some have the name of a command, whose page they share.
    line = (await page(alice, name))[-1]
    assert name in MEANINGS
    assert line.startswith(f"CAP REQ {name} - {MEANINGS.get(name, 'see https://')}")


async def test_all_capabilities_are_listed(alice):
    # Push is for servers that have keys for it, and previews are off by default.
    offered = [name for name in CAPABILITIES if not name.endswith(("/webpush", "/previews"))]
    assert [line.split()[2] for line in await page(alice, "CAPABILITIES")] == offered


async def test_the_keys_of_metadata_stand_on_its_page(alice):
    lines = await page(alice, "METADATA")
    assert [line.split()[3] for line in lines[1:]] == [*KEYS, *PRIVATE]


async def test_the_beginning_tells_of_the_other_pages(alice):
    assert "HELP MODES" in " ".join((await page(alice, ""))[:2])


@pytest.mark.parametrize("topic", ["::x", ":two words", "+", "+é", "-%"])
async def test_what_cannot_be_a_topic_is_none(alice, topic):
    [answer] = await alice.numerics(f"HELP {topic}")
    assert answer[0] == "524"
