from chover.edge.accepted import AcceptedConnection
from chover.edge.listener_context import QuietConnections


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
