"""``chover chat``, ``send``, ``tail``: what reaches the clients."""

from types import SimpleNamespace

import pytest

from chover.cli import clients as commands
from chover.client import fullscreen_app, script
from chover.client.connection import dial
from chover.client.connection.keys import DeviceKeys
from chover.client.prompt import classic


@pytest.fixture
def clients(monkeypatch):
    """The calls that reach the terminal's client and the one for scripts."""
    calls = []
    monkeypatch.setattr(dial, "answers", lambda _: True)

    def called(name, status):
        return lambda *args, **kwargs: calls.append((name, args, kwargs)) or status

    monkeypatch.setattr(classic, "run", called("chat", 0))
    monkeypatch.setattr(script, "send", called("send", 3))
    monkeypatch.setattr(script, "tail", called("tail", 0))
    return calls


def test_chat_connects_to_this_machines_server_by_its_settings(chover_says, clients, monkeypatch):
    monkeypatch.setenv("CHOVER_SERVER_PORT", "6667")
    monkeypatch.setenv("CHOVER_SERVER_PASSWORD", "hunter2")

    assert chover_says("chat", "--classic", "--nick", "alice") == (0, "", "")

    assert clients == [("chat", ("", 6667), {"nick": "alice", "password": "hunter2"})]


def test_chat_connects_to_where_this_machines_server_really_listens(chover_says, clients, monkeypatch):
    monkeypatch.setenv("CHOVER_SERVER_HOST", "192.0.2.9")

    chover_says("chat", "--classic")

    assert clients[0][1] == ("192.0.2.9", 55555)


def test_chat_that_is_no_terminal_is_the_prompt_line(chover_says, clients):
    assert chover_says("chat", "example.org") == (0, "", "")
    assert clients == [("chat", ("example.org", 55555), {"nick": "", "password": ""})]


@pytest.mark.parametrize(
    ("term", "options", "frontend"),
    [("xterm", (), "full"), ("dumb", (), "chat"), ("dumb", ("--reader",), "full"), ("xterm", ("--classic",), "chat")],
)
def test_a_terminal_that_nothing_can_be_drawn_on_has_the_prompt_line(
    chover_says, clients, monkeypatch, term, options, frontend
):
    class Terminal:
        stdin = stdout = SimpleNamespace(isatty=lambda: True)

    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(commands, "sys", Terminal)
    monkeypatch.setattr(fullscreen_app, "run", lambda *_, **__: clients.append(("full",)) or 0)
    chover_says("chat", "example.org", *options)
    assert clients[0][0] == frontend


def test_the_password_of_another_server_comes_from_the_environment(chover_says, clients, monkeypatch):
    monkeypatch.setenv("CHOVER_SERVER_PASSWORD", "ours")
    monkeypatch.setenv("CHOVER_PASSWORD", "theirs")

    chover_says("chat", "--classic", "example.org")

    assert clients[0][2]["password"] == "theirs"


def test_send_joins_its_words_and_returns_the_clients_status(chover_says, clients):
    assert chover_says("send", "#lobby", "hello", "world", "--server", "h:1", "--nick", "bot")[0] == 3

    assert clients == [("send", ("h", 1, "#lobby", "hello world"), {"nick": "bot", "password": ""})]


def test_send_without_text_leaves_standard_input_to_the_client(chover_says, clients):
    chover_says("send", "#lobby")

    assert clients == [("send", ("", 55555, "#lobby", None), {"nick": "", "password": ""})]


def test_tail_asks_for_json_when_told_to(chover_says, clients):
    chover_says("tail", "#lobby", "--json")

    assert clients[0] == ("tail", ("", 55555, "#lobby"), {"as_json": True, "nick": "", "password": ""})


def test_ctrl_c_before_anything_was_acknowledged_is_a_failure(chover_says, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(script, "send", interrupt)

    assert chover_says("send", "#lobby", "hello") == (1, "", "chover: interrupted\n")


@pytest.fixture
def joined(tmp_path):
    """What an invitation to a server has left behind."""
    DeviceKeys().keep("h:1", "alice", "chover-1")


@pytest.mark.usefixtures("joined")
@pytest.mark.parametrize("command", [("send", "#tea", "hi", "--server", "h:1"), ("tail", "#tea", "--server", "h:1")])
def test_scripts_come_in_by_the_key_of_an_invitation_unless_another_name_is_given(chover_says, clients, command):
    chover_says(*command)
    chover_says(*command, "--nick", "alice")
    chover_says(*command, "--nick", "bot")
    chover_says(*command, "--password", "given")

    who = [(given["nick"], given["password"]) for _, _, given in clients]
    assert who == [("alice", "alice:chover-1"), ("alice", "alice:chover-1"), ("bot", ""), ("", "given")]


@pytest.mark.usefixtures("joined")
def test_the_key_of_one_server_is_not_sent_to_another(chover_says, clients):
    chover_says("send", "#tea", "hi", "--server", "other:1")

    assert clients[0][2] == {"nick": "", "password": ""}
