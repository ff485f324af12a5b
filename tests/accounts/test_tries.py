"""How long somebody waits after so many wrong tries, and of whom that is remembered."""

import pytest

from chover.accounts.tries import FIRST_SECONDS, FORGOTTEN_SECONDS, FREE, REMEMBERED, RememberedTries, Tries

LONGEST = 30.0


def after(wrongs, at=1000.0):
    tries = Tries(LONGEST)
    for _ in range(wrongs):
        tries.wrong(at)
    return tries


@pytest.mark.parametrize(
    ("wrongs", "seconds"),
    [(0, 0), (FREE - 1, 0), (FREE, FIRST_SECONDS), (FREE + 1, 1), (FREE + 2, 2), (FREE + 6, LONGEST), (5000, LONGEST)],
)
def test_the_first_wrong_ones_are_free_and_each_further_one_doubles_the_wait(wrongs, seconds):
    tries = after(wrongs)

    assert tries.gap(1000) == seconds
    assert tries.wait(1000) == seconds


def test_the_wait_is_counted_from_the_last_wrong_one():
    tries = after(FREE + 2)

    assert [tries.wait(at) for at in (1000.5, 1002, 1010)] == [1.5, 0, 0]


def test_after_a_while_wrong_ones_are_forgotten_all_at_once():
    tries = after(FREE + 3)

    assert tries.wrongs(1000 + FORGOTTEN_SECONDS) == FREE + 3
    assert tries.wrongs(1001 + FORGOTTEN_SECONDS) == 0
    tries.wrong(1001 + FORGOTTEN_SECONDS)
    assert tries.wrongs(1001 + FORGOTTEN_SECONDS) == 1


@pytest.mark.parametrize(("wrongs", "places"), [(0, FREE), (1, FREE - 1), (FREE - 1, 1), (FREE, 1), (FREE + 9, 1)])
def test_no_more_are_judged_at_a_time_than_may_be_wrong_at_no_cost(wrongs, places):
    assert after(wrongs).places(1000) == places


def test_anyone_who_is_in_line_waits_as_if_each_before_them_will_be_wrong():
    tries = after(FREE + 1)
    tries.reserve(1001)

    assert tries.wait_in_line(1000) == 2
    assert tries.wait(1000) == 1


def test_nobody_waits_in_line_where_nothing_was_wrong():
    tries = after(FREE - 1)
    tries.reserve(1005)

    assert tries.wait_in_line(1000) == 0


def test_a_turn_that_was_used_for_the_right_secret_keeps_nobody_waiting():
    tries = after(FREE + 1, at=900)
    tries.reserve(1000)
    tries.right(999)
    assert tries.wait_in_line(999) == 2

    tries.right(1000)
    assert tries.wait_in_line(1000) == 0


def test_the_same_name_has_the_same_tries():
    remembered = RememberedTries(LONGEST)

    assert remembered.of("alice") is remembered.of("alice")
    assert remembered.of("bob") is not remembered.of("alice")


def test_the_longest_unseen_is_forgotten_first_and_nobody_who_waits():
    remembered = RememberedTries(LONGEST)
    waiting, judged = remembered.of("waiting"), remembered.of("judged")
    waiting.waiting = judged.under_way = 1
    seen, unseen = remembered.of("seen"), remembered.of("unseen")
    for number in range(REMEMBERED - 4):
        remembered.of(f"crowd{number}")
    remembered.of("seen")

    remembered.of("newcomer")

    assert len(remembered) == REMEMBERED
    assert (remembered.of("waiting"), remembered.of("judged"), remembered.of("seen")) == (waiting, judged, seen)
    assert remembered.of("unseen") is not unseen


def test_where_everybody_waits_a_newcomer_is_remembered_all_the_same():
    remembered = RememberedTries(LONGEST)
    for number in range(REMEMBERED):
        remembered.of(str(number)).waiting = 1

    newcomer = remembered.of("newcomer")

    assert remembered.of("newcomer") is newcomer
    assert len(remembered) == REMEMBERED + 1


def test_tidying_forgets_only_those_about_whom_there_is_nothing_to_remember():
    remembered = RememberedTries(LONGEST)
    remembered.of("wrong").wrong(1000)
    remembered.of("waiting").waiting = 1
    remembered.of("right")

    for who in ("wrong", "waiting", "right", "never seen"):
        remembered.tidy(who, 1000)
    assert len(remembered) == 2

    remembered.tidy("wrong", 1001 + FORGOTTEN_SECONDS)
    assert len(remembered) == 1
