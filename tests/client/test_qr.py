"""QR codes as rows of text."""

import re

import pytest
import segno

from chover.client import qr

LINK = "https://chat.example.org:55555/#invite=abc"
UNDRAWN = {"█": (0, 0), "▀": (0, 1), "▄": (1, 0), " ": (1, 1)}


def read_back(rows, quiet):
    """The modules of a drawing, after its quiet zone was seen to be light."""
    pairs = [[UNDRAWN[char] for char in row] for row in rows]
    lines = [[pair[half] for pair in row] for row in pairs for half in (0, 1)]
    size = len(lines[0])
    inside = slice(quiet, size - quiet)
    for at, line in enumerate(lines):
        dark = {column for column, module in enumerate(line) if module}
        assert dark <= set(range(quiet, size - quiet)), line
        assert not dark or quiet <= at < size - quiet
    return [line[inside] for line in lines[inside]]


@pytest.mark.parametrize("quiet", qr.QUIET)
def test_what_is_drawn_is_the_code_with_light_around_it(quiet):
    rows = qr.drawn(qr.modules(LINK), quiet)
    assert read_back(rows, quiet) == [list(row) for row in segno.make(LINK, error="l", micro=False).matrix]


def test_it_has_as_much_light_around_it_as_there_is_room_for():
    matrix = qr.modules(LINK)
    size = len(matrix)
    assert len(qr.fitting(matrix, 200, 200)[0]) == size + 8
    assert len(qr.fitting(matrix, size + 7, 200)[0]) == size + 6
    assert len(qr.fitting(matrix, 200, (size + 3) // 2)[0]) == size + 2
    assert qr.fitting(matrix, size + 1, 200) == []
    assert qr.fitting(matrix, 200, size // 2) == []


def test_what_is_too_long_is_not_drawn():
    assert qr.fitting(qr.modules("x" * (qr.MOST + 1)), 1000, 1000) == []


def test_it_has_colours_of_its_own():
    assert re.fullmatch(r"\x1b\[97;40m█+\x1b\[0m", qr.painted(["███"])[0])
