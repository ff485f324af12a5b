"""``chover chat`` without an address: this machine's server, else a question about what the network has."""

import builtins

import pytest

from chover.cli import nearby as asking
from chover.client import fullscreen_app
from chover.client.connection import dial, discovery
from chover.client.connection.dial import ServerAddress
from chover.client.prompt import classic

TEA = discovery.Nearby("Tea on kettle", ServerAddress("192.0.2.9", 6667))
COFFEE = discovery.Nearby("Coffee on mill", ServerAddress("192.0.2.7"))


@pytest.fixture
def calls(monkeypatch):
    """Where the clients were sent to."""
    made = []
    for frontend in (classic, fullscreen_app):
        monkeypatch.setattr(frontend, "run", lambda host, port, **rest: made.append((host, port, rest)) or 0)
    return made


@pytest.fixture
def nearby(monkeypatch):
    """What each look finds; nothing listens on this machine, and somebody sits at a terminal."""
    looks = []

    async def look():
        found = looks.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(discovery, "look", look)
    monkeypatch.setattr(dial, "answers", lambda _: False)
    monkeypatch.setattr(asking, "somebody_reads", lambda: True)
    return looks


@pytest.fixture
def types(monkeypatch):
    """The answers to the questions."""

    def set_answers(*answers):
        left = list(answers)

        def answer(_):
            if not left:
                raise EOFError
            return left.pop(0)

        monkeypatch.setattr(builtins, "input", answer)

    return set_answers


def test_a_server_of_this_machine_comes_first(chover_says, calls, nearby, monkeypatch):
    monkeypatch.setattr(dial, "answers", lambda server: server == ServerAddress("127.0.0.1", 55555))
    assert chover_says("chat") == (0, "", "")
    assert calls[0][:2] == ("", 55555)


def test_what_is_found_is_listed_and_picked_by_its_number(chover_says, calls, nearby, types):
    nearby.append([COFFEE, TEA])
    types("2")
    status, out, _ = chover_says("chat", "--nick", "ann")
    assert status == 0
    assert out.splitlines() == [
        "No server answers at 127.0.0.1:55555; looking in the local network ...",
        "Servers found, with the names that they announce:",
        "   1  Coffee on mill  192.0.2.7:55555",
        "   2  Tea on kettle  192.0.2.9:6667",
    ]
    assert calls[0][:2] == ("192.0.2.9", 6667)
    assert calls[0][2]["nick"] == "ann"


def test_this_machines_own_password_is_not_sent_to_what_is_found(chover_says, calls, nearby, types, monkeypatch):
    monkeypatch.setenv("CHOVER_SERVER_PASSWORD", "ours")
    nearby.append([TEA])
    types("1")
    chover_says("chat", "--classic")
    assert calls[0][2]["password"] == ""


def test_a_single_one_is_asked_about_too_and_enter_looks_again(chover_says, calls, nearby, types):
    nearby += [[TEA], [TEA, COFFEE], [TEA]]
    types("", "3", "1")
    status, out, _ = chover_says("chat", "--reader")
    assert status == 0
    assert "'3' is not one of them." in out
    assert calls[0][:2] == ("192.0.2.9", 6667)


def test_where_nothing_is_found_one_line_says_what_to_do(chover_says, calls, nearby):
    nearby.append([])
    status, _, err = chover_says("chat")
    assert (status, calls) == (1, [])
    assert err == (
        "chover: no server announces itself in the local network: start one with 'chover serve', or name one: "
        "chover chat HOST[:PORT]\n"
    )


def test_where_looking_is_not_possible_one_line_says_why(chover_says, nearby):
    nearby.append(discovery.NoNetwork("no such device"))
    status, _, err = chover_says("chat")
    assert status == 1
    assert err.startswith("chover: looking in the local network is not possible (no such device): start one")


def test_anyone_who_says_nothing_has_picked_nothing(chover_says, calls, nearby, types):
    nearby.append([TEA])
    types()
    status, _, err = chover_says("chat")
    assert (status, calls) == (2, [])
    assert err.startswith("chover: nobody answered")


def test_a_script_is_told_to_name_a_server(chover_says, calls, monkeypatch):
    monkeypatch.setattr(dial, "answers", lambda _: False)
    status, out, err = chover_says("chat")
    assert (status, out, calls) == (2, "", [])
    assert err.startswith("chover: no server answers at 127.0.0.1:55555: start one with 'chover serve', or name one")
