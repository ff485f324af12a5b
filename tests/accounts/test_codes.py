"""Codes that were mailed."""

import pytest
from tests.accounts.conftest import FAR, HERE

from chover import i18n
from chover.accounts import codes
from chover.accounts.mail import smtp
from chover.ports import Denied, Peer


@pytest.fixture
def letters(monkeypatch):
    """What was mailed: to whom, and the text."""
    sent = []

    async def send(_config, to, _subject, text):
        sent.append((to, text))

    monkeypatch.setattr(smtp, "send", send)
    return sent


@pytest.fixture
async def accounts(open_accounts):
    return await open_accounts(mail__host="mail.test")


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
    await accounts.passwords.reset("alice", code_in(letters), "another", HERE)
    assert await accounts.login.check("alice", "another", HERE)


async def test_anyone_who_asks_for_nobody_learns_nothing(accounts, letters):
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
        await accounts.passwords.reset("alice", code, "stolen", HERE)
    assert await accounts.login.check("alice", "hers now", HERE)


async def test_without_mail_a_reset_says_whom_to_ask(open_accounts):
    with pytest.raises(Denied, match="ask its operator"):
        await (await open_accounts()).passwords.send_reset("alice", HERE)


async def test_wrong_tries_do_not_end_the_owners_code(accounts, letters, stepping):
    stepping.drive(accounts.login.throttle)
    await accounts.registration.make("alice", "sesame", "alice@example.org")
    await accounts.passwords.send_reset("alice", HERE)
    for number in range(60):
        with pytest.raises(Denied):
            await accounts.passwords.reset("Alice", "0" * 16, "stolen", Peer(f"192.0.2.{number % 6}", 1, "irc"))
    await accounts.passwords.reset("alice", code_in(letters), "another", HERE)
    assert await accounts.login.check("alice", "another", HERE)


async def test_anyone_who_asks_again_and_again_neither_floods_the_owner_nor_makes_the_code_worthless(accounts, letters):
    await accounts.registration.make("alice", "sesame", "alice@example.org")
    for _ in range(3):
        await accounts.passwords.send_reset("alice", FAR)
    assert len(letters) == 1
    await accounts.passwords.reset("alice", code_in(letters), "another", HERE)


async def test_after_a_while_another_mail_is_sent(accounts, letters, monkeypatch):
    await accounts.registration.make("alice", "sesame", "alice@example.org")
    await accounts.passwords.send_reset("alice", HERE)
    now = codes._now()
    monkeypatch.setattr(codes, "_now", lambda: now + codes.RESENT_SECONDS * 1000 + 1)
    await accounts.passwords.send_reset("alice", HERE)
    assert len(letters) == 2
    await accounts.passwords.reset("alice", code_in(letters), "another", HERE)


async def test_what_is_mailed_does_not_take_the_operators_code_away(accounts, letters):
    alice = await accounts.registration.make("alice", "sesame", "alice@example.org")
    handed = await accounts.passwords.make_reset_code(alice)
    await accounts.passwords.send_reset("alice", FAR)
    await accounts.passwords.reset("alice", handed, "another", HERE)
    assert await accounts.login.check("alice", "another", HERE)


async def test_asking_for_mail_does_not_slow_the_owners_login(accounts, letters, stepping):
    await accounts.registration.make("alice", "sesame", "alice@example.org")
    stepping.drive(accounts.login.throttle)
    for _ in range(6):
        await accounts.passwords.send_reset("alice", FAR)
    assert len(stepping.waits) == 2
    await accounts.login.check("alice", "sesame", HERE)
    assert len(stepping.waits) == 2


@pytest.mark.parametrize(
    ("language", "greeting"), [("en", "Somebody, probably you,"), ("de", "Jemand, wahrscheinlich du,")]
)
async def test_a_mail_has_the_language_of_the_server(language, greeting, open_accounts, letters):
    accounts = await open_accounts(mail__host="mail.test", server__language=language)
    await accounts.registration.register("alice", "sesame", "alice@example.org", HERE)
    to, text = letters[-1]
    assert to == "alice@example.org"
    assert text.startswith(greeting)
    assert f"    /msg NickServ VERIFY alice {code_in(letters)}\n" in text
    assert i18n.language() == i18n.ENGLISH
