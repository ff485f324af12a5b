"""The prompt line: where one speaks, and what becomes of what is typed."""

import pytest

from chover.client.prompt.prompt import WIDTH, Speaking, help_text
from chover.client.state import State, dispatch, lifecycle
from chover.client.state.actions import CannotDo
from chover.wire.message import parse
from tests.client.screen.stage import CAPS


class Wire:
    """Notes what is sent."""

    def __init__(self, state):
        self.state = state
        self.password = ""
        self.said = []
        self.sent = []

    async def say(self, target, text):
        self.said.append((target, text))

    def flush(self):
        self.sent += lifecycle.take(self.state)

    def hurry(self): ...


@pytest.fixture
def told():
    return []


@pytest.fixture
def speaking(told):
    """Alice, in the lobby."""
    state = State()
    lifecycle.begin(state, "Alice", CAPS, "")
    made = Speaking(state, told.append)
    made.connection = Wire(state)
    joins(made, "#lobby")
    return made


def hears(speaking, *lines):
    for line in lines:
        list(dispatch.receive(speaking.state, parse(line), 1000))


def joins(speaking, channel):
    hears(speaking, f":Alice!a@c JOIN {channel}", f":s 366 Alice {channel} :End", "PONG s settled")
    speaking.connection.flush()
    speaking.connection.sent.clear()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("hello", "hello"),
        ("//topic is this", "/topic is this"),
        ("/etc/passwd is a file", "/etc/passwd is a file"),
        ("/usr/", "/usr/"),
        ("/ no command", "/ no command"),
        (" /topic x", " /topic x"),
    ],
)
async def test_what_is_no_command_is_said_where_one_speaks(speaking, typed, said):
    await speaking.type(typed)

    assert speaking.connection.said == [("#lobby", said)]


async def test_a_command_is_run_and_sent_at_once(speaking):
    await speaking.type("/topic fresh tea")

    assert speaking.connection.sent == ["TOPIC #lobby :fresh tea"]
    assert speaking.connection.said == []


@pytest.mark.parametrize("typed", ["/nonsense", "/undo", "/join"])
async def test_a_command_that_cannot_be_run_says_so_and_is_sent_nowhere(speaking, typed):
    with pytest.raises(CannotDo, match=typed):
        await speaking.type(typed)

    assert speaking.connection.said == speaking.connection.sent == []


@pytest.mark.parametrize("typed", ["identify hunter2", "msg nickserv identify hunter2", "I chose correct-horse"])
async def test_a_password_is_stopped(speaking, typed):
    speaking.connection.password = "alice:correct-horse"
    with pytest.raises(CannotDo, match="looks like a password"):
        await speaking.type(typed)

    assert speaking.connection.said == []


async def test_anyone_who_joins_a_channel_speaks_there_and_is_told(speaking, told):
    assert speaking.shown == ""
    await speaking.type("/join #tea")
    assert told[-1] == "You speak in #tea now."
    assert speaking.target == speaking.shown == "#tea"

    joins(speaking, "#tea")
    await speaking.type("hello")
    assert speaking.connection.said == [("#tea", "hello")]
    assert speaking.is_here("#TEA")
    assert not speaking.is_here("#lobby")


async def test_anyone_who_opens_a_private_conversation_speaks_to_one_person_alone(speaking, told):
    await speaking.type("/query Bob")

    assert told == ["You speak to Bob alone now."]
    assert speaking.target == "Bob"


async def test_anyone_who_is_out_of_a_channel_speaks_in_the_first_one_again(speaking):
    await speaking.type("/join #tea")
    joins(speaking, "#tea")
    hears(speaking, ":op!o@c KICK #tea Alice :out")

    assert speaking.left("#tea") == "You speak in #lobby now."
    assert speaking.target == "#lobby"


async def test_anyone_who_is_out_of_a_channel_in_which_they_did_not_speak_is_told_nothing_of_it(speaking):
    joins(speaking, "#tea")
    await speaking.type("/join #milk")

    assert speaking.left("#tea") == ""
    assert speaking.target == "#milk"


async def test_a_message_to_somebody_else_takes_nobody_there(speaking):
    await speaking.type("/msg Bob psst")

    assert speaking.target == "#lobby"
    assert "PRIVMSG Bob psst" in speaking.connection.sent[0]


async def test_a_list_is_printed_and_leaving_ends_it(speaking, told):
    speaking.choose("Bans", [("*!*@a   ", "/unban *!*@a"), ("*!*@b", "")])
    assert told == ["Bans\n*!*@a\n*!*@b"]

    assert not speaking.left_for_good
    await speaking.type("/quit")
    assert speaking.left_for_good


def test_the_help_fits_a_small_terminal_and_names_what_works_here():
    lines = help_text().split("\n")

    assert len(lines) < 20
    assert max(map(len, lines)) <= WIDTH
    assert "/topic" in help_text()
    assert "/undo" not in help_text()
