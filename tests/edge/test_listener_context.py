from chover.edge.accepted import AcceptedConnection
from chover.edge.listener_context import PageRequests, QuietConnections


def accepted(address, left=None):
    return AcceptedConnection(address, 1, 2, lambda _accepted: left.append(address) if left is not None else None)


def test_quiet_places_are_bounded_for_each_address_and_in_all():
    places = QuietConnections(3, 2)
    assert [places.take(accepted(address)) for address in ("a", "a", "a", "b", "c")] == [True, True, False, True, False]


def test_a_place_given_back_is_free_again_and_only_once():
    places = QuietConnections(1, 1)
    first = accepted("a")
    assert places.take(first)
    places.give_back(first)
    places.give_back(first)
    assert len(places) == 0
    assert places.take(accepted("a"))


def test_a_bound_of_nought_is_none():
    places = QuietConnections(0, 0)
    assert all(places.take(accepted("a")) for _ in range(50))


def test_a_visit_is_given_back_once():
    left = []
    one = accepted("a", left)
    one.leave()
    one.leave()
    assert left == ["a"]


def test_a_64_of_ipv6_has_the_places_of_one_address():
    places = QuietConnections(0, 2)
    first, *others = [accepted(f"2001:db8:1:2::{number}") for number in range(3)]
    assert [places.take(one) for one in (first, *others)] == [True, True, False]
    assert places.take(accepted("2001:db8:1:3::1"))
    places.give_back(first)
    assert places.take(others[1])


def test_a_place_is_given_back_though_a_proxy_has_said_another_address_meanwhile():
    places = QuietConnections(0, 1)
    one = accepted("2001:db8::1")
    places.take(one)
    one.address = "192.0.2.7"
    places.give_back(one)
    assert places.take(accepted("2001:db8::2"))
    assert set(places._by_address.values()) == {1}


def test_an_address_that_has_requested_the_page_is_remembered_for_some_seconds():
    requests = PageRequests()
    requests.note("a", 100.0)
    assert [requests.recent(*asked) for asked in (("a", 102.9), ("a", 103.0), ("b", 100.0))] == [True, False, False]


def test_the_addresses_that_are_remembered_are_bounded_and_the_oldest_goes_first():
    requests = PageRequests()
    for number in range(PageRequests.MOST):
        requests.note(str(number), 100.0)
    requests.note("0", 101.0)
    requests.note("one more", 101.0)
    assert [requests.recent(address, 101.0) for address in ("0", "1", "2")] == [True, False, True]
