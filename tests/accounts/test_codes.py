"""Codes that were mailed."""

import pytest
from tests.accounts.conftest import HERE

from chover.accounts import mail
from chover.ports import Denied


@pytest.fixture
def letters(monkeypatch):
    """What was mailed: to whom, and the text."""
    sent = []

    async def send(_config, to, _subject, text):
        sent.append((to, text))

    monkeypatch.setattr(mail, "send", send)
    return sent


@pytest.fixture
def accounts(open_accounts):
    return open_accounts(mail__host="mail.test")


def code_in(letters):
    return next(word for word in letters[-1][1].split() if len(word) == 16 and word.isalnum())


async def test_an_address_is_verified_before_there_is_an_account(accounts, letters):
    assert await accounts.registration.register("alice", "sesame", "alice@example.org", HERE) is None
    assert accounts.named("alice") is None
    with pytest.raises(Denied):
        await accounts.registration.verify("alice", "0" * 16, HERE)
    account = await accounts.registration.verify("alice", code_in(letters), HERE)
    assert account.email == "alice@example.org"
    assert await accounts.login.check("alice", "sesame", HERE)


async def test_a_code_is_used_once(accounts, letters):
    await accounts.registration.register("alice", "sesame", "alice@example.org", HERE)
    await accounts.registration.verify("alice", code_in(letters), HERE)
    with pytest.raises(Denied):
        await accounts.registration.verify("alice", code_in(letters), HERE)


async def test_a_lost_password_is_set_anew(accounts, letters):
    await accounts.registration.register("alice", "sesame", "alice@example.org", HERE)
    await accounts.registration.verify("alice", code_in(letters), HERE)
    await accounts.passwords.send_reset("alice", HERE)
    await accounts.passwords.reset("alice", code_in(letters), "another")
    assert await accounts.login.check("alice", "another", HERE)


async def test_who_asks_for_nobody_learns_nothing(accounts, letters):
    await accounts.passwords.send_reset("nobody", HERE)
    assert letters == []


async def test_the_code_of_a_deleted_account_opens_nothing_of_the_next_owner(accounts, letters):
    await accounts.registration.register("alice", "sesame", "alice@example.org", HERE)
    account = await accounts.registration.verify("alice", code_in(letters), HERE)
    await accounts.passwords.send_reset("alice", HERE)
    code = code_in(letters)
    await accounts.delete(account.id)
    await accounts.registration.make("alice", "hers now")
    with pytest.raises(Denied):
        await accounts.passwords.reset("alice", code, "stolen")
    assert await accounts.login.check("alice", "hers now", HERE)


async def test_without_mail_a_reset_says_whom_to_ask(open_accounts):
    with pytest.raises(Denied, match="ask its operator"):
        await open_accounts().passwords.send_reset("alice", HERE)
