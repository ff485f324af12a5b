import time

import pytest

from chover.client.state.entries import Entry
from chover.client.state.model.filters import Filters, NoFilter, parse

SAID = Entry("message", 1, "Bobby", "buy cheap tea now")


def hides(text, entry=SAID, place="#tea"):
    filters = Filters()
    filters.take([parse(text)])
    return filters.hides(place, entry)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("nick bob*", True),
        ("nick bob", False),
        ("nick BOB?y", True),
        ("text cheap.*now", True),
        ("text ^cheap", False),
        ("joins", False),
        ("nick bob* in:#tea", True),
        ("nick bob* in:#Tea", True),
        ("nick bob* in:#lobby", False),
    ],
)
def test_a_filter_hides_what_it_names_and_nothing_else(text, hidden):
    assert hides(text) == hidden


def test_joins_are_joins_leaves_and_new_nicks():
    assert [hides("joins", Entry(kind, 1, "Bob")) for kind in ("join", "part", "quit", "nick", "kick")] == [
        *[True] * 4,
        False,
    ]


def test_what_we_said_ourselves_is_never_hidden():
    assert not hides("text tea", Entry("message", 1, "Alice", "tea", own=True))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nick", "is no filter: write joins, nick bob"),
        ("joins bob", "is no filter"),
        ("colour red", "is no filter"),
        ("text (", "is no regular expression"),
        ("text (a+)+$", "could keep the screen busy"),
        ("text .*.*.*x", "could keep the screen busy"),
        ("text " + "x" * 201, "at most 200 characters"),
    ],
)
def test_what_is_no_filter_says_why(text, words):
    with pytest.raises(NoFilter, match=words):
        parse(text)


def test_a_hostile_text_takes_no_time_with_the_worst_expression_that_is_allowed():
    row = parse("text .*.*x!")
    began = time.process_time()
    row.hides(Entry("message", 1, "Eve", "x" * 100_000))
    assert time.process_time() - began < 1
