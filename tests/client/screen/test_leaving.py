"""Leaving in the full screen can be undone for ten seconds, and says what cannot be undone afterwards."""

import asyncio

import pytest

from chover.client.screen import fullscreen
from tests.client.screen.stage import stage

BACK = "Alt-Z or /undo brings it back"


def parts(screen):
    return screen.commands("PART")


async def left_tea(screen):
    await screen.online("Alice", "#lobby", "#tea")
    await screen.keys("\x1b2")
    await screen.line("/part bye")


async def departed(screen):
    """The clock of the screen has been looked at, and what it found has been done."""
    async with asyncio.timeout(10):
        while not parts(screen):
            await asyncio.sleep(0)


async def test_what_is_left_is_hidden_and_the_status_line_says_how_it_comes_back():
    async with stage(100, 20) as screen:
        await left_tea(screen)
        picture = (await screen.picture()).split("\n")
        assert not [row for row in picture if row.startswith("2")]
        assert f"Left #tea: {BACK}" in await screen.row(BACK)
        assert screen.state.current.name == "#lobby"
        assert parts(screen) == []


@pytest.mark.parametrize("typed", ["/undo\r", "\x1bz"])
async def test_it_is_brought_back_and_the_server_never_heard_of_it(typed, monkeypatch):
    monkeypatch.setattr(fullscreen, "TICK", 0.01)
    async with stage(100, 20) as screen:
        await left_tea(screen)
        await screen.keys(typed)
        assert screen.state.current.name == "#tea"
        assert BACK not in await screen.picture()
        screen.pass_(20_000)
        await screen.settled()
        assert parts(screen) == []


async def test_ten_seconds_later_the_server_is_told_and_nothing_can_be_brought_back(monkeypatch):
    monkeypatch.setattr(fullscreen, "TICK", 0.01)
    async with stage(100, 20) as screen:
        await left_tea(screen)
        screen.pass_(10_000)
        await departed(screen)
        assert parts(screen) == ["PART #tea bye"]
        assert BACK not in await screen.picture()
        await screen.line("/undo")
        assert "Nothing was left in the last ten seconds." in await screen.picture()


async def test_anyone_who_ends_the_program_has_left():
    async with stage(100, 20) as screen:
        await left_tea(screen)
        await screen.line("/quit")
        await screen.ends()
        assert parts(screen) == ["PART #tea bye"]


@pytest.mark.parametrize(
    ("modes", "word"),
    [
        ("+nit", "#tea is for invited people only: to come back you will need a new invitation."),
        ("+ntk", "To come back to #tea you will need the channel's key."),
        ("+nt", ""),
    ],
)
async def test_what_the_way_back_takes_is_said(modes, word):
    async with stage(200, 20) as screen:
        await left_tea(screen)
        label = next(line for line in screen.wire.sent if line.endswith("MODE #tea")).partition(" ")[0]
        screen.says(f"{label} :s 324 Alice #tea {modes} secret")
        picture = await screen.picture()
        assert word in picture
        assert ("to come back" in picture.lower()) is bool(word)
        assert modes not in picture


async def test_a_draft_stays_where_it_was_written():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        await screen.keys("for the lobby")
        await screen.keys("\x1b2")
        await screen.line("/part")
        assert screen.screen.line.buffer.text == "for the lobby"
