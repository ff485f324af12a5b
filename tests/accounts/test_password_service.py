"""What can be a password, and who may set one anew."""

import pytest
from tests.accounts.conftest import HERE

from chover.accounts.passwords import LONGEST
from chover.accounts.tokens import fresh_token
from chover.ports import Denied

NEW = "open sesame"


async def refused(work):
    with pytest.raises(Denied) as caught:
        await work
    return caught.value.code


@pytest.fixture
async def alice(accounts):
    return await accounts.registration.make("alice", "sesame")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "WEAK_PASSWORD"),
        ("", "WEAK_PASSWORD"),
        ("x" * (LONGEST + 1), "UNACCEPTABLE_PASSWORD"),
        ("ä" * (LONGEST // 2 + 1), "UNACCEPTABLE_PASSWORD"),
        ("chover-is-my-server", "UNACCEPTABLE_PASSWORD"),
        pytest.param(fresh_token(), "UNACCEPTABLE_PASSWORD", id="a token"),
    ],
)
async def test_what_cannot_be_a_password_is_set_nowhere(accounts, alice, password, code):
    assert await refused(accounts.passwords.set(alice.id, password)) == code
    assert (await accounts.login.check("alice", "sesame", HERE)).account == alice


@pytest.mark.parametrize("password", ["6 char", "x" * LONGEST, "a chover-word"])
async def test_what_is_long_enough_and_not_too_long_is_a_password(accounts, alice, password):
    await accounts.passwords.set(alice.id, password)
    assert (await accounts.login.check("alice", password, HERE)).account == alice


async def test_the_shortest_password_is_a_setting(open_accounts):
    accounts = await open_accounts(accounts__password_len=12)
    with pytest.raises(Denied, match="at least 12 characters"):
        accounts.passwords.require_usable("eleven char")
    accounts.passwords.require_usable("twelve chars")


async def test_an_account_without_a_password_has_none_until_one_is_set(accounts):
    account = await accounts.registration.make("bob", "")
    assert await accounts.passwords.credentials("") == {}
    assert not await accounts.passwords.has_one(account.id)

    await accounts.passwords.set(account.id, NEW)
    assert await accounts.passwords.has_one(account.id)


async def test_the_operators_code_sets_a_password_once(accounts, alice):
    code = await accounts.passwords.make_reset_code(alice)

    assert await accounts.passwords.reset("ALICE", code, NEW, HERE) == alice
    assert (await accounts.login.check("alice", NEW, HERE)).account == alice
    assert await refused(accounts.passwords.reset("alice", code, "another one", HERE)) == "INVALID_CODE"


async def test_a_password_that_cannot_be_does_not_use_the_code_up(accounts, alice):
    code = await accounts.passwords.make_reset_code(alice)

    assert await refused(accounts.passwords.reset("alice", code, "short", HERE)) == "WEAK_PASSWORD"
    assert await accounts.passwords.reset("alice", code, NEW, HERE) == alice


async def test_a_code_opens_nothing_of_whoever_has_the_name_now(accounts, alice):
    code = await accounts.passwords.make_reset_code(alice)
    await accounts.delete(alice.id)
    await accounts.registration.make("alice", "hers now")

    assert await refused(accounts.passwords.reset("alice", code, NEW, HERE)) == "INVALID_CODE"
    assert await accounts.login.check("alice", "hers now", HERE)


async def test_a_code_opens_the_account_that_it_was_made_for_and_no_other(accounts, alice):
    await accounts.registration.make("bob", "sesame")
    code = await accounts.passwords.make_reset_code(alice)

    assert await refused(accounts.passwords.reset("bob", code, NEW, HERE)) == "INVALID_CODE"
    assert (await accounts.login.check("bob", "sesame", HERE)).account.name == "bob"
