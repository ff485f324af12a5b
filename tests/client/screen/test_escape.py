"""Escape closes what is open, and what is typed behind it is text: no command becomes something that is said."""

import itertools

import pytest

from chover.client.commands import ALIASES, COMMANDS
from chover.client.qr import modules
from chover.client.screen.dialogs.qr_panel import QrPanel
from tests.client.screen.stage import stage

LINES = [f"/{name} alice secret plan" for name in (*COMMANDS, *ALIASES)]
PAUSES = (0, 60, 300, 700, 1200)
"""Milliseconds between Escape and the slash."""
TOUCHING = ("PRIVMSG", "NOTICE", "EDIT", "REDACT", "METADATA", "KICK", "JOIN", "PART")


def plain(_screen): ...


def switcher(screen):
    screen.press("\x1bk")


def list_to_pick_from(screen):
    screen.screen.frontend.choose("Pick one", [("said by a list", "said by a list")])


def help_(screen):
    screen.press("\x1bOP")


def search(screen):
    screen.press("\x06")


def recalling(screen):
    screen.press("\x12")


def selection(screen):
    screen.press("\x1bs")


def replying(screen):
    screen.press("\x1bsr")


def reacting(screen):
    screen.press("\x1bs=")


def editing(screen):
    screen.press("\x1b[A")


def question(screen):
    screen.press("\x03")


def password_question(screen):
    screen.screen.frontend.secret("Password:", "/login alice")


def qr_code(screen):
    screen.screen.line.open(
        QrPanel(screen.screen.line, screen.screen.parts.appearance, modules("https://chat.test/#x"))
    )


def completing(screen):
    screen.press("/m\t")
    screen.press("\x03")


STATES = (
    plain,
    switcher,
    list_to_pick_from,
    help_,
    search,
    recalling,
    selection,
    replying,
    reacting,
    editing,
    question,
    password_question,
    qr_code,
    completing,
)


async def in_lobby(screen):
    await screen.online("Alice", "#lobby", "#tea")
    screen.bob("hello", msgid="m1")
    await screen.line("a message of mine")
    screen.echo("m2")
    screen.wire.sent.clear()


def type_behind_escape(screen, line, pause):
    """``pause`` is in milliseconds; keys that come without any are one chunk."""
    if not pause:
        screen.press(f"\x1b{line}")
        return
    screen.press("\x1b")
    screen.pass_(pause)
    screen.press(line)


@pytest.mark.parametrize("state", STATES)
async def test_a_command_behind_escape_stands_in_the_line_whole(state):
    async with stage(60, 24) as screen:
        await in_lobby(screen)
        for line, pause in itertools.product(LINES, PAUSES):
            state(screen)
            type_behind_escape(screen, line, pause)
            assert (screen.screen.line.dialog, screen.screen.parts.selecting) == (None, False)
            assert screen.screen.line.buffer.text == line
            screen.press("\x03")
        await screen.settled()
        assert screen.commands(*TOUCHING) == []
        assert [line for line in screen.wire.sent if "react" in line] == []


async def test_escape_waits_for_nothing():
    async with stage() as screen:
        await in_lobby(screen)
        switcher(screen)
        await screen.keys("\x1b")
        assert screen.screen.line.dialog is None


async def test_what_is_said_to_one_after_escape_is_said_to_that_one_alone():
    async with stage() as screen:
        await in_lobby(screen)
        selection(screen)
        await screen.line("\x1b/msg Bob secret plan")
        assert screen.commands("PRIVMSG") == ["PRIVMSG Bob :secret plan"]


# ---- without Escape


@pytest.mark.parametrize("state", [selection, question, qr_code])
async def test_a_slash_begins_a_command_where_a_key_closes(state):
    async with stage(100, 40) as screen:
        await in_lobby(screen)
        for line in LINES:
            state(screen)
            screen.press(line)
            assert screen.screen.line.buffer.text == line
            screen.press("\x03")
        assert screen.commands(*TOUCHING) == []


@pytest.mark.parametrize("state", [replying, editing])
async def test_a_command_is_no_reply_and_no_text_of_a_message(state):
    async with stage() as screen:
        await in_lobby(screen)
        state(screen)
        await screen.keys("\x15")
        await screen.line("/msg Bob secret plan")
        assert screen.commands(*TOUCHING) == []
        assert "That is a command, and it was not sent" in await screen.picture()
        assert screen.screen.line.buffer.text == "/msg Bob secret plan"
        await screen.keys("\x15")
        await screen.line("//path")
        assert screen.wire.sent[-1].rpartition(" ")[2] == "/path"


async def test_a_message_that_begins_with_a_slash_can_be_edited():
    async with stage() as screen:
        await in_lobby(screen)
        await screen.line("//home/alice")
        screen.echo("m3")
        editing(screen)
        await screen.line("/work")
        assert screen.commands("EDIT") == ["EDIT #lobby m3 /home/alice/work"]


async def test_the_switcher_makes_no_channel_of_a_command():
    async with stage() as screen:
        await in_lobby(screen)
        switcher(screen)
        await screen.line("/list")
        assert screen.commands("JOIN") == []
