"""What commands may ask of the client for screen readers."""

import pytest

from chover.client.local.local_data import LocalData
from chover.client.local.settings import ClientSettings
from chover.client.prompt.reader_frontend import ReaderFrontend
from chover.client.state import State, dispatch, lifecycle
from chover.client.state.actions import CannotDo
from chover.wire.message import parse
from tests.client.screen.stage import CAPS, MemoryHost, Wire


class Line:
    """Notes what is told and asked, and what is obeyed."""

    def __init__(self):
        self.told, self.asked, self.chosen, self.obeyed = [], [], [], []
        self.left = False

    def tell(self, text):
        self.told.append(text)

    def ask(self, question, answer, *, hidden=False):
        self.asked.append((question, hidden))
        self.answer = answer

    def choose(self, title, rows):
        self.chosen.append((title, rows))

    def obey(self, text):
        self.obeyed.append(text)

    def leave(self):
        self.left = True


class Readout:
    def __init__(self, state):
        self._state = state
        self.picked = None
        self.followed = []

    def follow(self):
        self.followed.append(self._state.active)

    def pick(self, entry):
        self.picked = entry
        return entry.text


@pytest.fixture
def frontend():
    state = State(discovers=True)
    lifecycle.begin(state, "Alice", CAPS, "")
    host, wire = MemoryHost(), Wire(state)
    local_data = LocalData(host, state, "chat.test", "Alice")
    made = ReaderFrontend(host, wire, ClientSettings(host), local_data, Line(), Readout(state))
    for channel in ("#tea", "#lobby"):
        hears(made, f":Alice!a@c JOIN {channel}", f":s 366 Alice {channel} :End", "PONG s settled")
        hears(made, f":s BATCH +h chathistory {channel}", ":s BATCH -h")
    hears(made, "@msgid=m1 :Bob!b@c PRIVMSG #tea :hello", "@msgid=m2 :Bob!b@c PRIVMSG #tea :bye")
    state.show("#tea")
    wire.flush()
    wire.sent.clear()
    return made


def hears(frontend, *lines):
    for line in lines:
        list(dispatch.receive(frontend.state, parse(line), 1000))


@pytest.mark.parametrize(
    ("answer", "obeyed"), [("y", "/leave"), ("Yes", "/leave"), ("n", ""), ("", ""), ("no way", "")]
)
def test_only_a_yes_confirms(frontend, answer, obeyed):
    frontend.confirm("Really?", "/leave")
    assert frontend.line.asked == [("Really? (y/n) ", False)]

    frontend.line.answer(answer)
    assert frontend.line.obeyed == [obeyed]


@pytest.mark.parametrize(("typed", "obeyed"), [("hunter2", "/login alice hunter2"), ("", "")])
def test_a_secret_is_hidden_and_without_one_nothing_is_done(frontend, typed, obeyed):
    frontend.secret("Password", "/login alice")
    assert frontend.line.asked == [("Password ", True)]

    frontend.line.answer(typed)
    assert frontend.line.obeyed == [obeyed]


def test_a_message_is_picked_by_its_number_and_named(frontend):
    first = frontend.state.current.first
    frontend.select(first + len(frontend.state.current.entries) - 1)

    assert frontend.chosen().msgid == "m2"
    assert frontend.line.told == ["Picked: bye"]


@pytest.mark.parametrize("number", [-1, 1000])
def test_a_number_that_no_message_has_picks_none(frontend, number):
    frontend.select(number)

    assert frontend.chosen() is None
    assert frontend.line.told == []


def test_a_message_that_is_here_is_gone_to_and_read_out(frontend):
    frontend.state.show("#lobby")
    frontend.look_at(frontend.state.conversations["#tea"], "m1")

    assert frontend.readout.followed == ["#tea"]
    assert frontend.line.told == ["hello"]
    assert frontend.chosen().msgid == "m1"


def test_a_message_that_is_not_here_is_asked_for(frontend):
    frontend.look_at(frontend.state.current, "m0")
    frontend.connection.flush()

    assert [line for line in frontend.connection.sent if "CHATHISTORY AROUND" in line]
    assert frontend.line.told == []


def test_a_message_that_cannot_be_had_is_said_not_to_be_here(frontend):
    frontend.state.caps = {}
    with pytest.raises(CannotDo, match="not here, and this server has no history"):
        frontend.look_at(frontend.state.current, "m0")


def test_a_conversation_without_a_message_is_just_shown(frontend):
    frontend.look_at(frontend.state.conversations["#lobby"], "")

    assert frontend.readout.followed == ["#lobby"]
    assert frontend.line.told == []


def test_what_is_said_is_sent_and_without_a_connection_said_to_wait(frontend):
    frontend.say("#tea", "hi")
    frontend.connection.flush()
    assert "PRIVMSG #tea hi" in frontend.connection.sent[-1]
    assert frontend.line.told == []

    lifecycle.lost(frontend.state)
    frontend.say("#tea", "are you there")
    assert frontend.line.told == ["That has to wait for the connection."]
    assert len(frontend.state.outbox) == 2


def test_another_server_is_gone_to_when_this_one_is_left(frontend):
    frontend.servers.connect("chat.example:7000")

    assert (frontend.servers.address.host, frontend.servers.address.port) == ("chat.example", 7000)
    assert frontend.line.left


def test_what_is_no_server_leaves_one_where_one_is(frontend):
    with pytest.raises(CannotDo):
        frontend.servers.connect("chat.example:port")

    assert frontend.servers.address is None
    assert not frontend.line.left
