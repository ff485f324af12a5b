from chover.edge.hall import QuietPlaces
from chover.edge.visit import Visit


def visit(address, left=None):
    return Visit(address, 1, 2, lambda _visit: left.append(address) if left is not None else None)


def test_quiet_places_are_bounded_for_each_address_and_in_all():
    places = QuietPlaces(3, 2)
    assert [places.take(visit(address)) for address in ("a", "a", "a", "b", "c")] == [True, True, False, True, False]


def test_a_place_given_back_is_free_again_and_only_once():
    places = QuietPlaces(1, 1)
    first = visit("a")
    assert places.take(first)
    places.give_back(first)
    places.give_back(first)
    assert len(places) == 0
    assert places.take(visit("a"))


def test_a_bound_of_nought_is_none():
    places = QuietPlaces(0, 0)
    assert all(places.take(visit("a")) for _ in range(50))


def test_a_visit_is_given_back_once():
    left = []
    one = visit("a", left)
    one.leave()
    one.leave()
    assert left == ["a"]
