"""Registering and logging in, over a real database."""

import asyncio
from functools import partial

import msgspec
import pytest
from scramp import ScramClient
from tests.accounts.conftest import FAR, FAR_TLS, HERE

from chover.accounts.tokens import fresh_token
from chover.engine.ids import LogId, UserId
from chover.names import looks
from chover.ports import Denied, Peer
from chover.ports.registry import ScheduledItem


async def denied(work):
    with pytest.raises(Denied) as caught:
        await work
    return caught.value.code


async def test_anyone_who_registers_can_log_in(accounts):
    account = await accounts.registration.register("Alice", "sesame", "", HERE)
    assert account.id.startswith("a")
    assert (await accounts.login.check("alice", "sesame", HERE)).account == account


async def test_an_account_outlives_the_server(accounts, open_accounts):
    account = await accounts.registration.register("alice", "sesame", "", HERE)
    again = await open_accounts()
    assert again.named("alice") == account
    assert (await again.login.check("alice@phone", "sesame", HERE)).device == "phone"


@pytest.mark.parametrize(
    ("name", "password"), [("alice", "Sesame"), ("bob", "sesame"), ("alice", ""), ("alice", "ﷺ\u200e")]
)
async def test_a_wrong_name_and_a_wrong_password_are_told_the_same(accounts, name, password):
    await accounts.registration.register("alice", "sesame", "", HERE)
    assert await denied(accounts.login.check(name, password, HERE)) == "INVALID_CREDENTIALS"


async def test_a_name_is_registered_once_under_a_race(accounts):
    tries = [accounts.registration.register(name, "sesame", "", HERE) for name in ("alice", "Alice", "ALICE")]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Account", "Denied", "Denied"]


async def test_a_name_that_looks_like_one_is_taken_too(accounts):
    await accounts.registration.register("alice", "sesame", "", HERE)
    assert await denied(accounts.registration.register("аlice", "sesame", "", HERE)) == "ACCOUNT_EXISTS"


@pytest.mark.parametrize(
    ("name", "password", "email", "code"),
    [
        ("a b", "sesame", "", "BAD_ACCOUNT_NAME"),
        ("alice", "short", "", "WEAK_PASSWORD"),
        ("alice", "x" * 1025, "", "UNACCEPTABLE_PASSWORD"),
        ("alice", "se\u0007same", "", "UNACCEPTABLE_PASSWORD"),
        ("alice", "sesame", "nobody", "INVALID_EMAIL"),
    ],
)
async def test_what_cannot_be_registered_says_why(accounts, name, password, email, code):
    assert await denied(accounts.registration.register(name, password, email, HERE)) == code


async def test_a_password_of_592_bytes_is_legal(accounts):
    await accounts.registration.register("alice", "x" * 592, "", HERE)
    assert await accounts.login.check("alice", "x" * 592, HERE)


async def test_no_password_goes_over_plain_text_from_another_machine(accounts, open_accounts):
    assert await denied(accounts.registration.register("alice", "sesame", "", FAR)) == "PLAINTEXT_REFUSED"
    await accounts.registration.register("alice", "sesame", "", FAR_TLS)
    assert await denied(accounts.login.check("alice", "sesame", FAR)) == "PLAINTEXT_REFUSED"
    assert await denied(accounts.passwords.reset("alice", "x", "sesame", FAR)) == "PLAINTEXT_REFUSED"
    assert await accounts.login.check("alice", "sesame", FAR_TLS)
    assert await (await open_accounts(accounts__plaintext_passwords=True)).login.check("alice", "sesame", FAR)


async def test_behind_a_proxy_loopback_is_another_machine(accounts):
    proxied = Peer("127.0.0.1", 1, "irc", via="127.0.0.1")
    assert await denied(accounts.registration.register("alice", "sesame", "", proxied)) == "PLAINTEXT_REFUSED"


async def test_a_suspended_account_says_why_to_who_knows_the_password(accounts):
    account = await accounts.registration.register("alice", "sesame", "", HERE)
    await accounts.suspend(account.id, "spam")
    with pytest.raises(Denied, match="alice is suspended: spam"):
        await accounts.login.check("alice", "sesame", HERE)
    assert await denied(accounts.login.check("alice", "wrong!", HERE)) == "INVALID_CREDENTIALS"


async def test_a_token_is_a_password_until_it_is_revoked(accounts):
    account = await accounts.registration.register("alice", "sesame", "", HERE)
    secret = await accounts.tokens.make(account.id, "phone")
    assert (await accounts.login.check("alice", secret, HERE)).device == "phone"
    [token] = await accounts.tokens.of(account.id)
    assert token.used_at >= token.created_at
    assert await accounts.tokens.revoke(account.id, token.id)
    assert await denied(accounts.login.check("alice", secret, HERE)) == "INVALID_CREDENTIALS"


async def test_a_token_opens_its_own_account_only(accounts):
    alice = await accounts.registration.register("alice", "sesame", "", HERE)
    await accounts.registration.register("bob", "sesame", "", HERE)
    secret = await accounts.tokens.make(alice.id, "phone")
    assert await denied(accounts.login.check("bob", secret, HERE)) == "INVALID_CREDENTIALS"


async def test_a_token_alone_says_whose_it_is(accounts):
    account = await accounts.registration.register("alice", "sesame", "", HERE)
    secret = await accounts.tokens.make(account.id, "phone")
    login = await accounts.login.bearer(secret, HERE)
    assert (login.account.id, login.device) == (account.id, "phone")
    assert await denied(accounts.login.bearer("sesame", HERE)) == "INVALID_CREDENTIALS"
    [token] = await accounts.tokens.of(account.id)
    await accounts.tokens.revoke(account.id, token.id)
    assert await denied(accounts.login.bearer(secret, HERE)) == "INVALID_CREDENTIALS"


async def test_a_new_password_ends_the_old_one(accounts):
    account = await accounts.registration.register("alice", "sesame", "", HERE)
    await accounts.passwords.set(account.id, "open, please")
    assert await denied(accounts.login.check("alice", "sesame", HERE)) == "INVALID_CREDENTIALS"
    assert await accounts.login.check("alice", "open, please", HERE)


async def test_anyone_who_is_deleted_is_gone_and_the_name_is_free_for_another_id(accounts, open_accounts):
    account = await accounts.registration.register("alice", "sesame", "", HERE)
    await accounts.tokens.make(account.id, "phone")
    await accounts.delete(account.id)
    assert await denied(accounts.login.check("alice", "sesame", HERE)) == "INVALID_CREDENTIALS"
    assert (await open_accounts()).named("alice") is None
    assert (await accounts.registration.register("alice", "sesame", "", HERE)).id != account.id
    assert await accounts.tokens.of(account.id) == []


async def test_settings_are_kept(accounts, open_accounts):
    account = await accounts.registration.register("alice", "sesame", "", HERE)
    await accounts.change(account.id, lambda held: msgspec.structs.replace(held, always_on=True))
    assert (await open_accounts()).get(account.id).settings.always_on is True


async def test_registering_may_be_closed(open_accounts):
    assert (
        await denied(
            (await open_accounts(accounts__registration="off")).registration.register("alice", "sesame", "", HERE)
        )
        == "DISALLOWED"
    )


async def test_an_operator_makes_accounts_all_the_same(open_accounts):
    accounts = await open_accounts(accounts__registration="off")
    await accounts.registration.make("alice", "sesame")
    assert await accounts.login.check("alice", "sesame", HERE)


async def test_an_export_has_everything_but_secrets(accounts):
    account = await accounts.registration.register("alice", "sesame", "", HERE)
    secret = await accounts.tokens.make(account.id, "phone")
    await accounts.scheduled.put(ScheduledItem("1", account.id, "say", LogId("c1"), "#tea", 2000, "later"), 9)
    exported = await accounts.export(account.id)
    assert exported["account"]["name"] == "alice"
    assert exported["tokens"][0]["label"] == "phone"
    assert exported["scheduled"][0]["text"] == "later"
    assert secret not in str(exported)
    assert "argon2" not in str(exported)


async def test_a_marker_only_moves_forward(accounts):
    account = await accounts.registration.register("alice", "sesame", "", HERE)
    assert await accounts.read_markers.get(account.id, "c1") == 0
    assert await accounts.read_markers.move(account.id, "c1", 2000) == 2000
    assert await accounts.read_markers.move(account.id, "c1", 1000) == 2000
    assert await accounts.read_markers.get(account.id, "c1") == 2000
    assert await accounts.read_markers.all(account.id) == {"c1": 2000}


async def test_a_departure_is_remembered_for_each_device(accounts):
    account = await accounts.registration.register("alice", "sesame", "", HERE)
    await accounts.login.departures.put(account.id, "phone", 2000)
    assert await accounts.login.departures.last(account.id, "phone") == 2000
    assert await accounts.login.departures.last(account.id, "") == 0


async def test_a_certificate_belongs_to_one_account(accounts):
    alice = await accounts.registration.register("alice", "sesame", "", HERE)
    bob = await accounts.registration.register("bob", "sesame", "", HERE)
    await accounts.certificates.add(alice.id, ":".join(["AB"] * 32))
    assert await accounts.certificates.of(alice.id) == ["ab" * 32]
    assert await denied(accounts.certificates.add(bob.id, "ab" * 32)) == "CERTIFICATE_EXISTS"
    assert await denied(accounts.certificates.add(bob.id, "xyz")) == "INVALID_FINGERPRINT"
    assert await accounts.certificates.remove(alice.id, "ab" * 32)
    assert not await accounts.certificates.remove(alice.id, "ab" * 32)


@pytest.mark.parametrize("name", ["", "\u202e", "a b", "*"])
async def test_a_code_for_what_can_be_no_name_is_wrong(accounts, name):
    assert await denied(accounts.registration.verify(name, "x", HERE)) == "INVALID_CODE"
    assert await denied(accounts.passwords.reset(name, "x", "sesame sesame", HERE)) == "INVALID_CODE"


async def test_of_one_address_new_accounts_come_slower_and_slower(accounts, stepping):
    stepping.drive(accounts.registration._newcomers)
    for number in range(8):
        await accounts.registration.register(f"user{number}", "sesame", "", HERE)
    assert stepping.waits == [0.5, 1.0, 1.0, 1.0]
    await accounts.registration.register("other", "sesame", "", FAR_TLS)
    assert len(stepping.waits) == 4


async def test_wrong_passwords_from_many_addresses_keep_the_owner_waiting_a_moment_and_not_out(accounts, stepping):
    await accounts.registration.make("alice", "sesame")
    stepping.drive(accounts.login.throttle)
    for number in range(40):
        with pytest.raises(Denied):
            await accounts.login.check("alice", "guess", Peer(f"192.0.2.{number}", 1, "irc", tls=True))
    stepping.waits.clear()
    assert (await accounts.login.check("alice", "sesame", HERE)).account.name == "alice"
    assert stepping.waits == [4.0]
    assert (await accounts.login.check("alice", "sesame", HERE)).account.name == "alice"
    assert stepping.waits == [4.0]


async def by_scram(accounts, name, password, peer):
    client = ScramClient(["SCRAM-SHA-256"], name, password)
    exchange = accounts.login.begin("SCRAM-SHA-256", peer)
    client.set_server_first((await exchange.step(client.get_client_first().encode())).decode())
    await exchange.step(client.get_client_final().encode())


async def by_plain(accounts, name, password, peer):
    await accounts.login.begin("PLAIN", peer).step(f"\0{name}\0{password}".encode())


WAYS = {
    "password": lambda accounts, name, guess, peer: accounts.login.check(name, guess, peer),
    "PLAIN": by_plain,
    "SCRAM-SHA-256": by_scram,
    "wrong token": lambda accounts, name, _, peer: accounts.login.check(name, fresh_token(), peer),
    "RESET": lambda accounts, name, guess, peer: accounts.passwords.reset(name, guess, "sesame sesame", peer),
    "VERIFY": lambda accounts, name, guess, peer: accounts.registration.verify(name, guess, peer),
}
ELSEWHERE = {
    "bearer": lambda accounts, guess, peer: accounts.login.bearer(guess, peer),
    "OPER": lambda accounts, guess, peer: accounts.login.opens("secret", "operator root", guess, peer),
    "PASS": lambda accounts, guess, peer: accounts.login.opens_server("secret", guess, peer),
    "REDEEM": lambda accounts, guess, peer: accounts.invitations.accept(f"guess-after-guess-{guess}", peer),
}


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_to_guess_at_an_account_is_on_its_one_schedule(accounts, stepping, way):
    """Also under another spelling of its name, and of a device: what is wrong in one way slows all."""
    await accounts.registration.make("Zoë", "sesame")
    stepping.drive(accounts.login.throttle)
    for name in ("Zoë", "zoË", "ZOË@phone", "zoë"):
        with pytest.raises(Denied):
            await WAYS[way](accounts, name, "guess", FAR_TLS)
    assert stepping.waits == []
    assert (await accounts.login.check("zoë", "sesame", HERE)).account.name == "Zoë"
    assert stepping.waits == [0.5]


@pytest.mark.parametrize("way", [*WAYS, *ELSEWHERE])
async def test_every_way_to_guess_slows_the_address_down(accounts, stepping, way):
    stepping.drive(accounts.login.throttle)
    for _ in range(6):
        with pytest.raises(Denied):
            await (
                WAYS[way](accounts, "alice", "guess", FAR_TLS)
                if way in WAYS
                else ELSEWHERE[way](accounts, "x", FAR_TLS)
            )
    assert stepping.waits == [0.5, 1.0]
    with pytest.raises(Denied):
        await accounts.login.check("bob", "guess", FAR_TLS)
    assert stepping.waits == [0.5, 1.0, 2.0]


async def test_anyone_who_was_wrong_too_often_is_told_when_the_next_is_looked_at(accounts, stepping):
    stepping.drive(accounts.login.throttle)
    for _ in range(5):
        with pytest.raises(Denied):
            await accounts.login.check("alice", "guess", FAR_TLS)
    with pytest.raises(Denied, match=r"Wrong account or password\. Your next attempt has to wait 2 s"):
        await accounts.login.check("alice", "guess", FAR_TLS)


async def test_a_token_logs_in_at_once_whoever_guesses_beside(accounts, stepping):
    alice = await accounts.registration.make("alice", "sesame")
    secret = await accounts.tokens.make(alice.id, "phone")
    stepping.drive(accounts.login.throttle)
    for _ in range(9):
        with pytest.raises(Denied):
            await accounts.login.check("alice", "guess", FAR_TLS)
    stepping.waits.clear()
    assert (await accounts.login.check("alice", secret, FAR_TLS)).device == "phone"
    assert stepping.waits == []


async def test_guesses_at_once_by_different_ways_are_judged_one_after_the_other(accounts):
    """Four cost nothing; the fifth waits, whichever way it came."""
    await accounts.registration.make("alice", "sesame")
    waits = asyncio.Event()

    async def sleep(_seconds):
        waits.set()
        await asyncio.Event().wait()

    accounts.login.throttle._sleep = sleep
    tasks = [asyncio.ensure_future(WAYS[way](accounts, "alice", "guess", FAR_TLS)) for _ in range(10) for way in WAYS]
    await waits.wait()
    assert accounts.login.throttle.failed == 4
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_another_account_is_found_by_what_it_is_shown_as_until_that_changes(accounts, open_accounts):
    alice = await accounts.registration.register("alice", "sesame", "", HERE)
    nobody = UserId("")

    def shown(name, but=nobody):
        found = accounts.shown_as(looks(name), but)
        return found.name if found else None

    assert (shown("aIice"), shown("alice", alice.id), shown("Al")) == ("alice", None, None)
    named = partial(msgspec.structs.replace, metadata={"display-name": "Al"})
    await accounts.change(alice.id, named)
    await accounts.change(alice.id, named)
    assert (shown("al"), shown("alice"), shown("al", alice.id)) == ("alice", "alice", None)
    assert (await open_accounts()).shown_as(looks("al"), nobody).name == "alice"
    await accounts.change(alice.id, partial(msgspec.structs.replace, metadata={}))
    assert (shown("al"), shown("alice")) == (None, "alice")
    await accounts.delete(alice.id)
    assert shown("alice") is None


async def test_with_an_account_goes_who_blocked_it(accounts):
    alice = await accounts.registration.register("alice", "sesame", "", HERE)
    bob = await accounts.registration.register("Bob", "sesame", "", Peer("192.0.2.8", 1, "irc", tls=True))
    kept = ("account:bob", "x!*@*")
    await accounts.change(alice.id, lambda held: msgspec.structs.replace(held, blocked=kept))
    await accounts.delete(bob.id)
    assert accounts.get(alice.id).settings.blocked == ("x!*@*",)
