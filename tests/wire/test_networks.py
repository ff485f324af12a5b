"""Whose an address is."""

import pytest

from chover.wire.networks import holder, is_this_machine, site


@pytest.mark.parametrize(
    ("address", "whose", "around"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("", "", ""),
        ("no:address", "no:address", "no:address"),
    ],
)
def test_an_address_stands_for_what_its_holder_has(address, whose, around):
    assert (holder(address), site(address)) == (whose, around)


def test_this_machine_is_known_however_it_is_written():
    assert [is_this_machine(a) for a in ("", "127.0.0.1", "::1", "::ffff:127.0.0.1", "192.0.2.7", "pipe")] == [
        *[True] * 4,
        *[False] * 2,
    ]
