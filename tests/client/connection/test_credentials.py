"""What a connection learns about its login, so that the next one is logged in by itself."""

import pytest

from chover.client.connection.credentials import Credentials, password_in
from chover.client.connection.registration import LoginIdentity
from chover.client.state import State
from chover.wire.message import parse

LOGGED_IN = parse(":chat 900 Alice Alice!a@c alice :You are now logged in as alice")
CHANGED = parse(":NickServ!s@c NOTICE Alice :Your password is changed")


@pytest.fixture
def state():
    made = State()
    made.nick = "Alice"
    made.account = "alice"
    return made


@pytest.mark.parametrize(
    "line",
    [
        "PRIVMSG NickServ :REGISTER hunter2",
        "PRIVMSG nickserv :register hunter2 alice@example.org",
        "@label=a;+x=y PRIVMSG NickServ :IDENTIFY alice hunter2",
        "PRIVMSG NickServ@services.example :IDENTIFY hunter2",
        "NS IDENTIFY alice hunter2",
        "NickServ :IDENTIFY hunter2",
        "IDENTIFY alice :hunter2",
        "IDENTIFY hunter2",
        "REGISTER * * hunter2",
        "REGISTER alice a@example.org :hunter2",
    ],
)
def test_a_line_that_logs_in_holds_the_password(line):
    assert password_in(line) == "hunter2"


def test_a_password_of_several_words_is_whole():
    assert password_in("REGISTER * * :open sesame now") == "open sesame now"


@pytest.mark.parametrize(
    "line",
    [
        "PRIVMSG #lobby :REGISTER hunter2",
        "PRIVMSG bob :IDENTIFY hunter2",
        "PRIVMSG NickServ :INFO alice",
        "PRIVMSG NickServ :PASSWD one two",
        "PRIVMSG NickServ :IDENTIFY ",
        "NS",
        "NICK REGISTER",
    ],
)
def test_any_other_line_holds_none(line):
    assert password_in(line) == ""


def test_what_was_tried_is_believed_once_the_server_has_accepted_it(state):
    credentials = Credentials(LoginIdentity("Alice"))
    credentials.notice(["PRIVMSG #lobby :hello", "PRIVMSG NickServ :IDENTIFY hunter2"])
    assert credentials.identity.password == ""
    credentials.heard([LOGGED_IN], state)
    assert credentials.identity == LoginIdentity("alice", "alice:hunter2")
    assert credentials.tried == ""


def test_a_new_password_is_used_from_now_on(state):
    credentials = Credentials(LoginIdentity("alice", "alice:old"))
    credentials.notice(["PRIVMSG NickServ :PASSWD old new"])
    credentials.heard([CHANGED], state)
    assert credentials.identity.password == "alice:new"


def test_somebody_else_who_says_so_changes_no_password(state):
    credentials = Credentials(LoginIdentity("alice", "alice:old"))
    credentials.notice(["PRIVMSG NickServ :PASSWD old new"])
    credentials.heard([parse(":mallory!m@c NOTICE Alice :Your password is changed")], state)
    assert credentials.identity.password == "alice:old"


def test_who_is_logged_in_by_a_key_gets_no_password(state):
    credentials = Credentials(LoginIdentity("alice"))
    credentials.notice(["PRIVMSG NickServ :PASSWD old new"])
    credentials.heard([CHANGED], state)
    assert credentials.identity.password == ""
