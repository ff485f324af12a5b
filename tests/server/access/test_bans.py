"""Bans in memory: who is covered, and since when no more."""

import pytest

from chover.ports import Ban
from chover.server.access.ban_syntax import BanTarget
from chover.server.access.bans import Bans, until, words


class Clock:
    now = 1000

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def bans(clock):
    return Bans(clock)


def ban(kind, what, no=1, **rest):
    return Ban(kind, what, "root", 1000, no=no, **rest)


@pytest.mark.parametrize(
    ("what", "inside", "outside"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
        ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
        ("0.0.0.0/0", "8.8.8.8", "::808:808"),
        ("2001:db8::/48", "2001:db8:0:ff::1", "2001:db8:1::"),
        ("2001:db8::7", "2001:db8::7", "2001:db8::8"),
    ],
)
def test_a_ban_of_addresses_covers_those_of_its_network(bans, what, inside, outside):
    bans.add(ban("address", what))
    assert bans.of_address(inside) is bans.numbered(1)
    assert bans.of_address(outside) is None
    assert bans.of_address("") is None


def test_of_networks_in_each_other_each_counts_by_itself(bans, clock):
    bans.add(ban("address", "192.0.2.7", 1, expires_at=2000))
    bans.add(ban("address", "192.0.0.0/16", 2))
    clock.now = 2000
    assert bans.of_address("192.0.2.7").no == 2
    bans.drop(bans.numbered(2))
    assert bans.of_address("192.0.2.7") is None


def test_a_ban_is_over_at_its_moment(bans, clock):
    for no, (kind, what) in enumerate([("address", "192.0.2.7"), ("account", "bob"), ("cloak", "*.x.guest")], 1):
        bans.add(ban(kind, what, no, expires_at=2000))
    clock.now = 1999
    assert bans.of_address("192.0.2.7")
    assert bans.of_account("bob")
    assert bans.of_labels("a", "b", ["c.x.guest"])
    clock.now = 2000
    assert not bans.of_address("192.0.2.7")
    assert not bans.of_account("bob")
    assert not bans.of_labels("a", "b", ["c.x.guest"])
    assert not list(bans)
    bans.drop_over(clock.now)
    assert bans.numbered(1) is None


def test_a_mask_is_held_against_every_host_that_somebody_has(bans):
    bans.add(ban("mask", "bad*!*@*.account"))
    assert bans.of_labels("BadBoy", "~u", ["x.guest", "y.account"])
    assert not bans.of_labels("good", "~u", ["y.account"])


def test_the_same_again_takes_the_place_of_the_earlier(bans):
    bans.add(ban("address", "192.0.2.7", 1))
    bans.add(ban("address", "192.0.2.7", 2, reason="spam"))
    assert [row.no for row in bans] == [2]
    assert bans.find(BanTarget("address", "192.0.2.7")).no == 2
    assert bans.of_address("192.0.2.7").reason == "spam"


def test_anyone_who_is_banned_is_told_until_when_and_why_and_not_the_note():
    told = words(ban("address", "192.0.2.7", 7, expires_at=1_781_000_000_000, reason="spam", note="secret"))
    assert told == "Banned from this server until 2026-06-09 10:13 UTC (ban 7): spam"
    assert until(ban("account", "bob")) == "for good"
