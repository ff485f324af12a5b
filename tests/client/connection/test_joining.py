import builtins
import getpass
import sys

import pytest

from chover.client.connection.joining import Expected, FollowedInvitation, ask_name, join
from chover.client.connection.keys import DeviceKeys
from chover.client.connection.registration import NameTaken, RegistrationDone
from chover.client.connection.trust import KnownServers
from chover.wire.invite import InvitationLink

PIN, OTHER = "A" * 43 + "=", "B" * 43 + "="
LINK = InvitationLink("chat.example", 55555, "t" * 22, PIN)


@pytest.fixture
def known(tmp_path):
    return KnownServers(tmp_path / "known_servers")


@pytest.fixture
def keys(tmp_path):
    return DeviceKeys(tmp_path / "keys")


def test_the_pin_of_a_link_is_expected_and_kept_only_when_the_server_has_taken_the_invitation(known, keys):
    invitation = FollowedInvitation(LINK, known, keys)
    assert invitation.known.pin("chat.example:55555") == PIN
    assert known.pin("chat.example:55555") is None
    invitation.granted(RegistrationDone("alice", "chover-1"))
    assert known.pin("chat.example:55555") == PIN
    assert keys.find("chat.example:55555").password == "alice:chover-1"


def test_a_link_changes_nothing_about_a_server_that_is_known(known):
    known.remember("chat.example:55555", OTHER)
    expected = Expected(LINK, known)
    assert expected.pin("chat.example:55555") == OTHER
    expected.confirm()
    assert known.pin("chat.example:55555") == OTHER
    assert "changed" in str(expected.changed("chat.example:55555", OTHER, PIN))


def test_another_key_than_the_links_is_explained(known):
    assert "not for the server" in str(Expected(LINK, known).changed("chat.example:55555", PIN, OTHER))


def test_a_pin_says_nothing_about_other_servers(known):
    assert Expected(LINK, known).pin("other.example:55555") is None


def test_anyone_who_has_a_key_of_the_server_is_asked_nothing(known, keys, monkeypatch):
    monkeypatch.setattr(builtins, "input", lambda _: pytest.fail("a question"))
    keys.keep("chat.example:55555", "alice", "chover-1")
    seen = []

    def chat(name, invitation):
        seen.append((name, invitation.identity(name).password, invitation.identity(name).invite))
        return 0

    assert join(LINK, chat, known=known, keys=keys) == 0
    assert seen == [("alice", "alice:chover-1", "")]


def test_the_name_is_asked_for_again_while_it_is_somebodys(known, keys, monkeypatch):
    answers = iter(["alice", "alice2"])
    monkeypatch.setattr(builtins, "input", lambda _: next(answers))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)

    def chat(name, _invitation):
        if name == "alice":
            raise NameTaken("That name is already registered", final=True)
        return 7

    assert join(LINK, chat, known=known, keys=keys) == 7


def test_a_name_that_was_given_is_not_asked_for(known, keys):
    def chat(_name, _invitation):
        raise NameTaken("That name is already registered", final=True)

    with pytest.raises(NameTaken):
        join(LINK, chat, nick="alice", known=known, keys=keys)


@pytest.mark.parametrize(("login", "name"), [("alice", "alice"), ("root", "bob")])
def test_the_name_of_the_login_is_offered_when_it_is_a_persons(login, name, monkeypatch):
    monkeypatch.setattr(getpass, "getuser", lambda: login)
    monkeypatch.setattr(builtins, "input", lambda asked: "" if "[" in asked else "bob")
    assert ask_name() == name
