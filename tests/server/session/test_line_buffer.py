"""Bytes in, lines out, however they are cut."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chover.server.session.line_buffer import LineBuffer, TooMuch

LINES = st.lists(st.binary(min_size=1, max_size=8).filter(lambda line: not set(line) & set(b"\r\n")), max_size=8)


@given(LINES, st.sampled_from([b"\n", b"\r\n"]), st.lists(st.integers(0, 80)))
def test_lines_arrive_however_the_bytes_are_cut(lines, end, cuts):
    data = b"".join(line + end for line in lines)
    inbox = LineBuffer(100)
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    for start, stop in itertools.pairwise(places):
        inbox.put(data[start:stop])
    assert list(inbox.lines) == lines


def test_empty_lines_are_skipped_and_what_is_unfinished_waits():
    inbox = LineBuffer(100)
    inbox.put(b"\r\n\n\r\nNICK a\r\nUS")
    assert list(inbox.lines) == [b"NICK a"]
    inbox.put(b"ER\n")
    assert list(inbox.lines) == [b"NICK a", b"USER"]


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_of_the_most_bytes_is_taken_and_one_more_is_too_much(end):
    LineBuffer(10).put(b"x" * 10 + end)
    with pytest.raises(TooMuch):
        LineBuffer(10).put(b"x" * 11 + end)


def test_a_line_that_never_ends_is_too_much_in_the_end():
    inbox = LineBuffer(10)
    inbox.put(b"x" * 6)
    with pytest.raises(TooMuch):
        inbox.put(b"x" * 6)


def test_many_short_lines_at_once_are_not_too_much():
    inbox = LineBuffer(10)
    inbox.put(b"PING x\n" * 50)
    assert len(inbox.lines) == 50


def test_who_has_no_lines_waiting_has_no_queue():
    one, other = LineBuffer(100), LineBuffer(100)
    assert one.lines is other.lines
    one.put(b"a\r\nb\r\n")
    one.put_back(b"again")
    assert (list(one.lines), list(other.lines)) == ([b"again", b"a", b"b"], [])
    one.rest()
    assert len(one.lines) == 3
    one.lines.clear()
    one.rest()
    assert one.lines is other.lines
    one.put_back(b"again")
    assert (list(one.lines), list(other.lines)) == ([b"again"], [])
