"""How much is allowed."""

import msgspec
import pytest

from chover.config.limit_settings import LimitSettings
from chover.ports import Denied, Refused
from chover.server.access.limits import ADDRESSES_REMEMBERED, Bucket, Gate
from chover.server.access.report_rate import AT_ONCE, SECONDS_EACH, ReportRate


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def gate(clock=None, **limits):
    return Gate(msgspec.structs.replace(LimitSettings(), **limits), clock or Clock())


def test_a_bucket_gives_its_burst_and_then_at_its_rate():
    bucket = Bucket(rate=2, burst=3, now=0)
    assert [bucket.take(0) for _ in range(3)] == [0, 0, 0]
    assert bucket.take(0) == 0.5
    assert bucket.take(0.25) == 0.25
    assert bucket.take(0.5) == 0


def test_a_bucket_never_holds_more_than_its_burst():
    bucket = Bucket(rate=10, burst=2, now=0)
    assert [bucket.take(1000) for _ in range(3)] == [0, 0, 0.1]


def test_a_full_server_says_so():
    full = gate(connections=2)
    full.admit("a")
    full.admit("b")
    with pytest.raises(Refused, match="full"):
        full.admit("c")
    full.dismiss("a")
    full.admit("c")


def test_one_address_has_its_share():
    one = gate(connections_per_address=1)
    one.admit("a")
    with pytest.raises(Refused, match="Too many connections from your address; close one"):
        one.admit("a")
    one.admit("b")


def test_those_who_have_not_said_who_they_are_are_counted_apart():
    one = gate(unregistered_per_address=1)
    one.admit("a")
    with pytest.raises(Refused, match="have not registered"):
        one.admit("a")
    one.registered("a")
    one.admit("a")
    one.departed("a")
    with pytest.raises(Refused):
        one.admit("a")


def test_an_address_that_comes_too_often_is_told_when_to_try_again():
    clock = Clock()
    one = gate(clock, connection_rate_per_address=0.5, connection_burst_per_address=1)
    one.admit("a")
    with pytest.raises(Refused, match="try again in 2 s"):
        one.admit("a")
    one.admit("b")
    clock.now += 2
    one.admit("a")


def test_a_limit_of_nothing_is_none():
    none = gate(
        connections_per_address=0, unregistered_per_address=0, connection_rate_per_address=0, connections=100_000
    )
    for _ in range(5000):
        none.admit("a")
    assert none.total == 5000


def test_what_is_refused_is_not_counted():
    one = gate(connections_per_address=1)
    one.admit("a")
    with pytest.raises(Refused):
        one.admit("a")
    one.dismiss("a")
    assert one.total == 0
    one.admit("a")


def test_addresses_that_are_gone_are_forgotten():
    one = gate(connection_rate_per_address=1)
    for number in range(ADDRESSES_REMEMBERED + 50):
        one.admit(f"a{number}")
        one.registered(f"a{number}")
        one.departed(f"a{number}")
        one.dismiss(f"a{number}")
    assert (one.total, one._count, one._registered) == (0, {}, {})
    assert len(one._rates) == ADDRESSES_REMEMBERED


@pytest.mark.parametrize(
    "limit", ["connections_per_address", "unregistered_per_address", "connection_rate_per_address"]
)
def test_anyone_who_holds_a_64_of_ipv6_has_the_share_of_one_address(limit):
    one = gate(**{limit: 2, "connection_burst_per_address": 2})
    for number in (1, 2):
        one.admit(f"2001:db8:1:2::{number}")
    with pytest.raises(Refused, match="from your address"):
        one.admit("2001:db8:1:2::3")
    one.admit("2001:db8:1:3::1")


def test_connections_from_a_64_are_given_back_from_whichever_address_they_came():
    one = gate(connections_per_address=2, unregistered_per_address=0, connection_rate_per_address=0)
    for number in (1, 2):
        one.admit(f"2001:db8::{number}")
        one.registered(f"2001:db8::{number}")
    one.move("2001:db8::1", "192.0.2.7")
    one.move_back("2001:db8::1", "192.0.2.7")
    for number in (1, 2):
        one.departed(f"2001:db8::{number}")
        one.dismiss(f"2001:db8::{number}")
    assert (one.total, one._count, one._registered) == (0, {}, {})


def test_a_64_of_ipv6_reports_as_often_as_one_address():
    rate = ReportRate()
    for number in range(AT_ONCE):
        rate.require(f"2001:db8:1:2::{number}", 0)
    with pytest.raises(Denied, match="try again in 60 s"):
        rate.require("2001:db8:1:2::ff", 0)
    rate.require("2001:db8:1:3::1", 0)
    rate.require("2001:db8:1:2::ff", SECONDS_EACH)
