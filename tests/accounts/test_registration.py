"""How many accounts are made from one address and one network: slowed first, and at last refused."""

import pytest
from tests.accounts.conftest import FAR_TLS, HERE

from chover.accounts.registration import COUNTED, DAY_SECONDS, NewAccounts
from chover.ports import BY_OPERATOR, Denied, Peer


@pytest.fixture
async def few(open_accounts, stepping):
    accounts = await open_accounts(accounts__new_per_address="2", accounts__new_per_network="3")
    stepping.drive(accounts.registration._newcomers)
    stepping.drive(accounts.registration._new_accounts)
    return accounts


def tls(address, via=""):
    return Peer(address, 1, "irc", tls=True, via=via)


def made(accounts, name, peer):
    return accounts.registration.register(name, "sesame", "", peer)


async def refusal(accounts, name, peer):
    with pytest.raises(Denied) as caught:
        await made(accounts, name, peer)
    assert caught.value.code == "RATE_LIMITED"
    return str(caught.value)


async def test_of_one_address_so_many_accounts_are_made_in_a_day_and_no_more(few, stepping):
    await made(few, "ann", FAR_TLS)
    await made(few, "ben", FAR_TLS)
    stepping.now += 3600
    told = "At most 2 accounts a day can be created from your address: try again in 23 h"
    assert await refusal(few, "cas", FAR_TLS) == f"{told}, or ask somebody for an invitation"
    stepping.now += DAY_SECONDS - 3600 - 90
    assert "try again in 2 min" in await refusal(few, "cas", FAR_TLS)
    stepping.now += 90
    await made(few, "cas", FAR_TLS)


async def test_the_network_around_has_a_ceiling_of_its_own(few):
    for number, name in enumerate(["ann", "ben", "cas"]):
        await made(few, name, tls(f"192.0.2.{number}"))
    assert "from your network" in await refusal(few, "dan", tls("192.0.2.77"))
    await made(few, "dan", tls("198.51.100.1"))


async def test_of_ipv6_a_64_is_an_address_and_a_48_a_network(few):
    await made(few, "ann", tls("2001:db8:1:1::1"))
    await made(few, "ben", tls("2001:db8:1:1::2"))
    assert "from your address" in await refusal(few, "cas", tls("2001:db8:1:1::3"))
    await made(few, "cas", tls("2001:db8:1:2::1"))
    assert "from your network" in await refusal(few, "dan", tls("2001:db8:1:3::1"))


async def test_this_machine_has_no_ceiling_and_who_comes_through_its_proxy_has(few):
    for name in ("ann", "ben", "cas", "dan"):
        await made(few, name, HERE)
    for name in ("eve", "fay"):
        await made(few, name, tls("127.0.0.1", via="10.0.0.1"))
    await refusal(few, "gus", tls("127.0.0.1", via="10.0.0.1"))


async def test_what_comes_to_nothing_is_not_counted(few):
    await made(few, "ann", FAR_TLS)
    for _ in range(3):
        with pytest.raises(Denied, match="already registered"):
            await made(few, "ann", FAR_TLS)
    await made(few, "ben", FAR_TLS)


async def test_an_invitation_is_neither_refused_nor_counted(few):
    _, token = await few.invitations.make(BY_OPERATOR, [], uses=3, seconds=0)
    for name in ("ann", "ben", "cas"):
        await few.invitations.welcome(token, name, "", FAR_TLS)
    await made(few, "dan", FAR_TLS)


async def test_a_class_of_thirty_behind_one_address_registers_by_the_defaults(accounts, stepping):
    stepping.drive(accounts.registration._newcomers)
    began = stepping.now
    for number in range(30):
        await made(accounts, f"pupil{number}", FAR_TLS)
    assert stepping.now - began < 60


async def test_0_is_no_ceiling(open_accounts, stepping):
    accounts = await open_accounts(accounts__new_per_address="0", accounts__new_per_network="0")
    stepping.drive(accounts.registration._newcomers)
    for number in range(5):
        await made(accounts, f"pupil{number}", FAR_TLS)


def test_what_is_counted_is_bounded_and_the_oldest_day_is_forgotten_first():
    counted = NewAccounts(lambda: 0.0)
    for number in range(COUNTED + 10):
        counted.count(str(number))
    assert len(counted) == COUNTED
    assert counted.seconds_to_wait("9", 1) == 0
    assert counted.seconds_to_wait("10", 1) == DAY_SECONDS
