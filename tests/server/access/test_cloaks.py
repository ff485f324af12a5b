"""Stand-ins for addresses: keyed, and with parts for the networks around them."""

import pytest

from chover.server.access.cloaks import Cloaks, around


def cloaks(secret=b"s" * 32):
    return Cloaks(secret, shown=True)


def parts(address, **options):
    return cloaks(**options).of_address(address).split(".")


def test_an_address_has_a_part_of_its_own_one_for_its_network_and_one_for_the_network_around_it():
    one, neighbour, near, far = map(parts, ("192.0.2.1", "192.0.2.2", "192.0.3.1", "192.1.2.1"))
    assert [len(part) for part in one] == [8, 5, 5, 5]
    assert one[0] != neighbour[0]
    assert one[1:] == neighbour[1:]
    assert one[1] != near[1]
    assert one[2:] == near[2:]
    assert one[2] != far[2]


def test_within_its_64_an_ipv6_address_may_change_as_it_likes():
    one, same, other = map(parts, ("2001:db8::1", "2001:db8::2:3", "2001:db8:0:1::1"))
    assert one == same
    assert one[0] != other[0]
    assert one[1:] == other[1:]
    assert parts("2001:db8:1::1")[1] != one[1]
    assert parts("2001:db8:1::1")[2] == one[2]


def test_a_small_ipv6_address_is_not_taken_for_ipv4():
    assert parts("::1")[1] != parts("0.0.0.1")[1]


def test_another_secret_makes_other_cloaks():
    assert not set(parts("192.0.2.1")[:3]) & set(parts("192.0.2.1", secret=b"t" * 32)[:3])
    assert cloaks().of_account("a1") != cloaks(b"t" * 32).of_account("a1")


def test_anyone_who_has_no_address_has_a_cloak_without_networks():
    assert len(parts("")) == 2


def test_a_cloak_says_which_masks_cover_its_networks():
    cloak = cloaks().of_address("192.0.2.1")
    _, near, far, guest = cloak.split(".")
    assert around(cloak, 2) == f"*.{near}.{far}.{guest}"
    assert around(cloak, 1) == f"*.{far}.{guest}"


@pytest.mark.parametrize("cloak", ["abc.guest", "abc.account", "192.0.2.1"])
def test_what_has_no_networks_in_it_stands_for_itself(cloak):
    assert around(cloak, 2) == cloak
