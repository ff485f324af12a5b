"""The QR code of an invitation: over the messages when the link has come, gone with the next key."""

import asyncio

import pytest
import segno

from chover.client.screen.dialogs.qr_panel import QrPanel
from chover.wire.invite import InvitationLink
from tests.client.screen.stage import CAPS, MemoryHost, stage
from tests.client.test_qr import read_back

HERE = {**CAPS, "chover.chat/invitations": ""}
LINK = InvitationLink("192.168.100.200", 55555, "t" * 22, "A" * 43 + "=")
"""As long as they are in a home."""


async def asked(screen, *channels, host="192.168.100.200"):
    """/invite-link was typed, and ChanServ answers."""
    await screen.online("Alice", *channels or ("#tea",))
    await screen.line("/invite-link 3")
    answers(screen, LINK._replace(host=host))


def answers(screen, link):
    for text in (link.for_clients, link.for_browsers, "Anyone who has one of these links can join #tea"):
        screen.says(f":ChanServ!s@s NOTICE Alice :{text}")


async def drawn(screen):
    """Wait until the code is there, which a thread makes."""
    async with asyncio.timeout(10):
        while not isinstance(screen.screen.line.dialog, QrPanel):
            await asyncio.sleep(0)
    await screen.settled()


async def made(screen):
    """Wait until nothing is being drawn."""
    await screen.settled()
    async with asyncio.timeout(10):
        while any(task.get_coro().__name__ == "show_code" for task in screen.screen.app._background_tasks):
            await asyncio.sleep(0)


async def not_drawn(screen):
    await made(screen)
    assert screen.screen.line.dialog is None


def modules(screen, top, left, size, quiet):
    """What a telephone sees: white on black on the very cells."""
    cells = screen.terminal.buffer
    rows = range(top, top + (size + 1) // 2)
    assert {(cells[y][x].fg, cells[y][x].bg) for y in rows for x in range(left, left + size)} == {
        ("brightwhite", "black")
    }
    return read_back(["".join(cells[y][x].data for x in range(left, left + size)) for y in rows], quiet)


async def test_invite_link_asks_chanserv_and_draws_its_answer_until_a_key_is_pressed():
    async with stage(80, 24, caps=HERE) as screen:
        await asked(screen)
        assert "PRIVMSG ChanServ :INVITE-LINK #tea 3" in screen.wire.sent
        await drawn(screen)
        assert (await screen.picture()).endswith("any key closes it ❯")
        code = segno.make(LINK.for_browsers, error="l", micro=False).matrix
        left = 23 + (57 - len(code) - 2) // 2
        assert modules(screen, 0, left, len(code) + 2, 1) == [list(row) for row in code]
        await screen.keys("x")
        assert screen.screen.line.dialog is None
        assert screen.screen.line.buffer.text == ""
        assert LINK.for_clients[:20] in await screen.picture()


async def test_enter_closes_it_and_what_was_typed_is_there_again():
    async with stage(120, 40, caps=HERE) as screen:
        await asked(screen)
        await screen.keys("half a sent")
        await drawn(screen)
        await screen.keys("\r")
        assert screen.screen.line.buffer.text == "half a sent"


@pytest.mark.parametrize(("columns", "rows"), [(40, 24), (80, 20), (40, 10)])
async def test_where_there_is_no_room_the_link_stands_alone(columns, rows):
    async with stage(columns, rows, caps=HERE) as screen:
        await asked(screen)
        await not_drawn(screen)
        assert "https://" in await screen.picture()


async def test_without_colours_the_link_stands_alone():
    host = MemoryHost({"TERM": "xterm", "NO_COLOR": "1"})
    async with stage(120, 40, host=host, caps=HERE) as screen:
        await asked(screen)
        await not_drawn(screen)
        assert "https://" in await screen.picture()


async def test_a_terminal_that_shrinks_says_that_there_is_no_room():
    async with stage(80, 24, caps=HERE) as screen:
        await asked(screen)
        await drawn(screen)
        screen.resize(80, 14)
        assert "The terminal is too small for the code now" in await screen.picture()
        screen.resize(80, 24)
        assert "█▀" in await screen.picture()


async def test_a_link_that_nobody_asked_for_is_text():
    async with stage(120, 40, caps=HERE) as screen:
        await screen.online("Alice", "#tea")
        answers(screen, LINK)
        await not_drawn(screen)


async def test_the_answer_is_drawn_once_and_chanservs_alone():
    async with stage(120, 40, caps=HERE) as screen:
        await screen.online("Alice", "#tea")
        await screen.line("/invite-link")
        screen.says(f":Mallory!m@m NOTICE Alice :{LINK._replace(host='elsewhere.example').for_browsers}")
        screen.says(":ChanServ!s@s NOTICE Alice :https://elsewhere.example/ is no link")
        await not_drawn(screen)
        answers(screen, LINK)
        await drawn(screen)
        await screen.keys("x")
        answers(screen, LINK)
        await not_drawn(screen)


async def test_it_does_not_cover_what_somebody_does_meanwhile():
    async with stage(120, 40, caps=HERE) as screen:
        await screen.online("Alice", "#tea")
        await screen.line("/invite-link")
        await screen.keys("\x1bk")
        switcher = screen.screen.line.dialog
        answers(screen, LINK)
        await made(screen)
        assert screen.screen.line.dialog is switcher
