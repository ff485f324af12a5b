import hashlib

import pytest

from chover.edge.accepted import AcceptedConnection
from chover.edge.ssh.caller import Acquaintance, shown
from chover.engine.ids import UserId
from chover.ports import Account, Denied, Login

ALICE = Account(UserId("a1"), "alice", "alice", 0)
KEY = b"\0\0\0the blob of alice's key"


class Book:
    """One account with a key and a password."""

    def __init__(self):
        self.login = KeyOrPassword()

    def find(self, name):
        return ALICE if name.lower() == "alice" else None


class KeyOrPassword:
    guests = True

    def begin(self, mechanism, peer):
        assert (mechanism, peer.tls) == ("EXTERNAL", True)
        return Proof(peer.fingerprint)

    async def check(self, name, password, peer):
        if (name, password) != ("alice", "right"):
            raise Denied("WRONG", "Wrong")
        return Login(ALICE)


class Proof:
    def __init__(self, fingerprint):
        self.fingerprint = fingerprint

    async def step(self, response):
        assert response == b""
        if self.fingerprint != hashlib.sha256(KEY).hexdigest():
            raise Denied("WRONG", "Nobody's")
        return Login(ALICE)


@pytest.fixture
def accounts():
    return Book()


@pytest.fixture
def who(accounts):
    return Acquaintance(accounts, AcceptedConnection("192.0.2.1", 5, 55555, lambda _accepted: None))


async def test_a_key_of_an_account_is_that_account_whatever_the_name(who):
    assert await who.shows_key("whoever", KEY)
    caller = who.caller()
    assert (caller.name, caller.by_key, caller.word) == ("alice", True, "")
    assert caller.peer.fingerprint == hashlib.sha256(KEY).hexdigest()


async def test_a_key_that_was_only_asked_about_proves_nothing_to_a_guest(who):
    await who.shows_key("mallory", KEY)
    assert who.as_guest("mallory")
    caller = who.caller()
    assert (caller.name, caller.by_key, caller.peer.fingerprint, caller.password) == ("mallory", False, "", "")


async def test_nor_to_another_key_or_a_password(who):
    await who.shows_key("mallory", KEY)
    assert await who.shows_key("mallory", b"\0\0\0mallory's")
    assert (who.caller().name, who.caller().by_key) == ("mallory", False)
    await who.shows_key("alice", KEY)
    assert await who.says_password("alice", "right")
    caller = who.caller()
    assert (caller.name, caller.by_key, caller.peer.fingerprint) == ("alice", False, "")
    assert caller.password == "alice:right"


async def test_a_wrong_password_leaves_nothing(who):
    await who.shows_key("alice", KEY)
    assert not await who.says_password("alice", "wrong")
    assert (who.caller().password, who.caller().by_key) == ("", False)


async def test_where_only_accounts_come_in_nobodys_key_does_not(who, accounts):
    accounts.login.guests = False
    assert not await who.shows_key("mallory", b"\0\0\0mallory's")
    assert not who.as_guest("mallory")
    assert await who.shows_key("mallory", KEY)


async def test_anyone_who_comes_under_a_registered_name_is_told_how_to_prove_it(who):
    assert await who.shows_key("alice", b"\0\0\0a new key")
    assert "/login alice" in who.caller().word
    assert not who.as_guest("alice")


async def test_what_is_no_key_of_ssh_is_nobodys(who):
    """The SHA-256 of a certificate of TLS is kept beside those of keys, and certificates are no secrets."""
    await who.shows_key("alice", KEY)
    assert not await who.shows_key("alice", b"\x30\x82 a certificate")
    assert (who.caller().name, who.caller().by_key, who.caller().peer.fingerprint) == ("alice", False, "")


def test_a_name_reaches_no_terminal_raw():
    assert "\x1b" not in shown("a\x1b[2J")
