"""All accounts in memory: each is found by what it is, and by nothing that it was."""

import msgspec
import pytest

from chover.accounts.directory import LONGEST_KEY, AccountDirectory
from chover.config import Config
from chover.engine.ids import UserId
from chover.names import skeleton
from chover.ports import Account, Denied

ALICE = Account(UserId("a1"), "Alice", "alice", 1)
BOB = Account(UserId("a2"), "Bob", "bob", 2)


@pytest.fixture
def directory():
    return AccountDirectory(Config, [ALICE, BOB])


def test_an_account_is_found_by_its_id_and_by_its_name_as_people_write_it(directory):
    assert directory.get(ALICE.id) == directory.find("aLiCe") == directory.named("alice") == ALICE
    assert directory.named("Alice") is None
    assert directory.everybody() == [ALICE, BOB]


@pytest.mark.parametrize("name", ["carol", "", "two words", "#alice", "alice@phone"])
def test_what_is_nobodys_name_finds_nobody(directory, name):
    assert directory.find(name) is None


def test_a_name_that_looks_like_another_finds_whom_it_resembles(directory):
    cyrillic = "\u0430lice"
    assert skeleton(cyrillic) == skeleton("alice")

    assert directory.resembling(cyrillic) == ALICE
    assert directory.resembling("carol") is None


def test_what_an_account_has_become_takes_the_place_of_what_it_was(directory):
    suspended = msgspec.structs.replace(ALICE, suspended="spam")
    directory.learn(suspended)

    assert directory.find("alice") == directory.require(ALICE.id) == suspended
    assert len(directory.everybody()) == 2


def test_of_a_deleted_account_nothing_is_found_any_more(directory):
    directory.forget(ALICE)

    assert directory.get(ALICE.id) is directory.find("alice") is directory.resembling("alice") is None
    assert directory.everybody() == [BOB]
    with pytest.raises(Denied) as refused:
        directory.require(ALICE.id)
    assert refused.value.code == "NO_SUCH_ACCOUNT"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Alice", "alice"),
        ("ALICE@phone", "alice"),
        ("Nobody Here", "nobody here"),
        ("X" * 5000, "x" * LONGEST_KEY),
        ("@phone", ""),
    ],
)
def test_tries_at_what_can_be_no_name_have_a_bounded_key_too(directory, name, key):
    assert directory.key(name) == key
