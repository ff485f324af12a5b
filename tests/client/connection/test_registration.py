from itertools import islice

import pytest

from chover.client import capabilities
from chover.client.capabilities import FULL
from chover.client.connection.registration import LoginIdentity, RegistrationFlow, Rejected, nick_candidates
from chover.wire.message import parse


def registration(name="Alice", password=""):
    identity = LoginIdentity(name, password)
    return RegistrationFlow(identity, identity.nick, lambda _below: 234)


def answers(attempt, *lines):
    return [answer for line in lines for answer in attempt.receive(parse(line))]


def test_only_what_is_offered_and_known_is_asked_for():
    attempt = registration()
    said = answers(attempt, ":s CAP * LS * :batch sasl=PLAIN", ":s CAP * LS :server-time draft/unheard-of")
    assert said == ["NICK Alice", "CAP REQ :batch server-time"]


def test_the_version_goes_with_the_user_line_where_tags_are_understood():
    said = answers(registration("Alice Smith"), ":s CAP * ACK :message-tags")
    assert said == ["@+chover.chat/version=26.11.0 USER chover 0 * :Alice Smith", "CAP END"]
    assert answers(registration(), ":s CAP * NAK :message-tags") == ["USER chover 0 * Alice", "CAP END"]


def test_more_than_fits_a_line_is_asked_for_in_several_and_all_answers_are_waited_for(monkeypatch):
    monkeypatch.setattr(capabilities, "REQUEST_BYTES", 300)
    attempt = RegistrationFlow(LoginIdentity("Alice"), "Alice", lambda _below: 234, FULL)
    _, *asked = answers(attempt, f":s CAP * LS :{' '.join(sorted(FULL))}")
    assert len(asked) == 2
    assert all(len(line) < 500 for line in asked)
    assert " ".join(line.partition(":")[2] for line in asked).split() == sorted(FULL)
    groups = [line.partition(":")[2] for line in asked]
    assert answers(attempt, f":s CAP * ACK :{groups[0]}") == []
    assert answers(attempt, f":s CAP * ACK :{groups[1]}")[-1] == "CAP END"
    assert attempt.caps.keys() == FULL


def test_a_password_comes_before_the_nick():
    assert answers(registration(password="let me in"), ":s CAP * LS :") == [
        "PASS :let me in",
        "NICK Alice",
        "USER chover 0 * Alice",
        "CAP END",
    ]


def test_a_server_that_knows_no_capabilities_is_entered_without():
    assert answers(registration(), ":s 421 * CAP :Unknown command") == ["NICK Alice", "USER chover 0 * Alice"]


def test_the_welcome_tells_the_nick_that_we_have():
    attempt = registration()
    answers(attempt, ":s 001 Alice_ :Welcome")
    assert attempt.done
    assert attempt.nick == "Alice_"


def test_a_ping_during_registration_is_answered():
    assert answers(registration(), "PING :cookie 1") == ["PONG :cookie 1"]


def test_a_name_that_is_no_nick_becomes_one():
    assert LoginIdentity("Anna Maria").nick == "Anna_Maria"


def test_taken_nicks_are_tried_in_order_and_then_by_chance():
    assert list(islice(nick_candidates("guest", lambda _below: 234), 6)) == [
        "guest2", "guest3", "guest4", "guest5", "guest1234", "guest1234",
    ]  # fmt: skip
    assert len(next(islice(nick_candidates("x" * 32, lambda _below: 0), 5, None))) == 32


def test_where_nicks_are_ascii_the_nearest_one_is_tried():
    attempt = RegistrationFlow(LoginIdentity("Zoë"), "Zoë", lambda _below: 0)
    assert answers(attempt, ":s 432 * Zoë :ASCII only") == ["NICK Zo"]
    assert answers(attempt, ":s 433 * Zo :Nickname is in use") == ["NICK Zoë2"]
    assert answers(attempt, ":s 432 * Zoë2 :ASCII only") == ["NICK Zo_2"]
    for _ in range(11):
        answers(attempt, ":s 432 * x :no")
    with pytest.raises(Rejected):
        [answers(attempt, ":s 432 * x :no") for _ in range(20)]


def test_after_twelve_taken_nicks_it_gives_up():
    attempt = registration()
    for _ in range(12):
        answers(attempt, ":s 433 * Alice :Nickname is in use")
    with pytest.raises(Rejected, match="Nickname is in use") as told:
        answers(attempt, ":s 433 * Alice :Nickname is in use")
    assert not told.value.final


@pytest.mark.parametrize(
    ("line", "final"), [(":s 464 * :Password incorrect", True), ("ERROR :Too many connections", False)]
)
def test_a_refusal_says_why_and_whether_waiting_helps(line, final):
    with pytest.raises(Rejected) as told:
        answers(registration(), line)
    assert told.value.final is final
    assert str(told.value) in line


def test_the_account_that_let_us_in_is_known_once_we_are():
    attempt = registration(password="alice:secret")
    answers(attempt, ":s 900 Alice Alice!a@c alice :You are now logged in as alice", ":s 001 Alice :Welcome")
    assert (attempt.done, attempt.account) == (True, "alice")
