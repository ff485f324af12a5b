"""Asking a running server, as far as it is not the server's doing."""

import contextlib
import json
import socket
import threading

import pytest

from chover.admin import ask as asking
from chover.admin.ask import NAME, AskError, NobodyThere, ask, short


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / NAME


@pytest.fixture
def answers(path):
    """Something at the socket that answers one line by these bytes, hangs up, and keeps what it was asked."""
    with contextlib.ExitStack() as stack:

        def answer(reply):
            path.parent.mkdir()
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            listening.bind(str(path))
            listening.listen()
            asked = []
            thread = threading.Thread(target=attend, args=(listening, reply, asked))
            thread.start()
            stack.callback(thread.join)
            return asked

        yield answer


def attend(listening, reply, asked):
    with listening.accept()[0] as client, client.makefile("rb") as lines:
        asked.append(lines.readline())
        client.sendall(reply)


def test_a_verb_and_its_parameters_are_one_line_and_the_rows_come_back(path, answers):
    asked = answers(b'{"rows": [{"nick": "alice"}]}\n')

    assert ask(path, "who", whom="alice\nbob") == [{"nick": "alice"}]
    assert json.loads(asked[0]) == {"verb": "who", "whom": "alice\nbob"}


def test_a_refusal_is_the_line_that_the_server_gave(path, answers):
    answers(b'{"error": "there is no account bob"}\n')

    with pytest.raises(AskError, match=r"^there is no account bob$"):
        ask(path, "account", name="bob")


def test_a_server_that_refuses_and_hangs_up_before_it_was_asked_is_heard(path, monkeypatch):
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def refuse(_name):
            with listening.accept()[0] as client:
                client.sendall(b'{"error": "16 others are connected already; try again"}\n')

        monkeypatch.setattr(asking.json, "dumps", lambda asked, dumps=json.dumps: refuse(asked) or dumps(asked))
        with pytest.raises(AskError, match=r"^16 others are connected already"):
            ask(path, "who")


@pytest.mark.parametrize("reply", [b"", b'{"rows": ['])
def test_a_server_that_goes_away_before_it_has_answered_is_said_to_have(path, answers, reply):
    answers(reply)

    with pytest.raises(AskError, match="ended before it answered"):
        ask(path, "who")


def test_what_answers_in_another_language_is_no_server_of_this_version(path, answers):
    answers(b"220 mail.test ESMTP\n")

    with pytest.raises(AskError, match="is not a server of this version"):
        ask(path, "who")


def test_a_socket_that_may_not_be_opened_says_who_may(path, monkeypatch):
    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(asking.socket.socket, "connect", forbidden)
    with pytest.raises(AskError, match=r"cannot be opened \(Permission denied\); run this as the user of the server"):
        ask(path, "who")


def test_a_path_that_fits_is_used_as_it_is_and_a_long_one_by_a_link_that_is_gone_afterwards(tmp_path):
    with short(tmp_path / "s") as address:
        assert address == str(tmp_path / "s")
    deep = tmp_path / ("d" * 100) / "s"
    deep.parent.mkdir()
    with short(deep) as address:
        assert len(address) < 100
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(address)
        assert deep.exists()
        link = address
    with pytest.raises(FileNotFoundError):
        open(link)  # noqa: PTH123, SIM115 - it is not there


def test_where_no_server_runs_the_answer_says_how_to_start_one(path):
    with pytest.raises(NobodyThere, match=r"no server is running on .*; start one with: chover serve"):
        ask(path, "who")


def test_what_a_killed_server_left_counts_as_no_server(path):
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))

    with pytest.raises(NobodyThere, match="no server is running"):
        ask(path, "who")


def test_a_server_that_does_not_answer_is_not_waited_for_for_ever(path, monkeypatch):
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.01)
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(path))
        deaf.listen()

        with pytest.raises(AskError, match="does not answer"):
            ask(path, "who")


def test_without_unix_sockets_it_says_so(path, monkeypatch):
    monkeypatch.delattr(socket, "AF_UNIX")

    with pytest.raises(AskError, match="Windows"):
        ask(path, "who")
