"""What is kept is bounded in size and in time."""

from chover.previews.cache import Cache
from chover.previews.shares import IN_A_MINUTE, Shares


def test_what_was_not_used_for_the_longest_time_goes_first():
    cache = Cache(30)
    for name in "abc":
        cache.keep(name, name, until=9, size=10)
    assert cache.get("a", 0).value == "a"
    cache.keep("d", "d", until=9, size=10)
    assert [cache.get(name, 0) is not None for name in "abcd"] == [True, False, True, True]
    assert cache.size == 30


def test_what_is_too_old_or_too_large_is_not_kept():
    cache = Cache(30)
    cache.keep("a", "a", until=9)
    cache.keep("b", "b", until=9, size=31)
    assert cache.get("a", 9) is None
    assert cache.get("b", 0) is None
    assert (cache.size, len(cache)) == (0, 0)


def test_a_person_has_so_many_in_a_minute():
    shares = Shares()
    assert all(shares.take("ann", 0) for _ in range(IN_A_MINUTE))
    assert not shares.take("ann", 59)
    assert shares.take("bob", 59)
    assert shares.take("ann", 60)
