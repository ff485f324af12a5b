"""Pictures by kitty's protocol: what is sent, and the cells that stand for them."""

import base64
import random
import re
import unicodedata
import zlib

import pytest

from chover.client.display.half_blocks import Pixels, Room
from chover.client.display.kitty import MOST_ROWS, forgotten, has_placeholders, placeholder_rows, sent

NOISE = random.Random(1).randbytes(4 * 64 * 64)


@pytest.mark.parametrize(
    ("environment", "has"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-ghostty"}, True),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, False),
        ({"TERM": "screen", "KITTY_WINDOW_ID": "1"}, False),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, False),
        ({}, False),
    ],
)
def test_which_terminals_know_placeholders(environment, has):
    assert has_placeholders(environment) is has


def test_a_picture_is_sent_in_pieces_that_make_it_up():
    text = sent(0x010203, Pixels(64, 64, NOISE), Room(4, 2))
    pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", text)
    assert "".join(f"\x1b_G{about};{data}\x1b\\" for about, data in pieces) == text
    assert pieces[0][0] == "a=T,U=1,f=32,o=z,s=64,v=64,c=4,r=2,i=66051,q=2,m=1"
    assert {about for about, _ in pieces[1:-1]} <= {"q=2,m=1"}
    assert pieces[-1][0] == "q=2,m=0"
    assert max(len(data) for _, data in pieces) <= 4096
    assert zlib.decompress(base64.b64decode("".join(data for _, data in pieces))) == NOISE


def test_a_small_picture_is_one_piece():
    assert sent(1, Pixels(1, 1, bytes(4)), Room(1, 1)).startswith("\x1b_Ga=T,U=1,f=32,o=z,s=1,v=1,c=1,r=1,i=1,q=2,m=0;")


def test_the_cells_of_a_picture_name_it_by_their_colour_and_their_row_by_a_mark():
    first, second = placeholder_rows(0x010203, Room(3, 2))
    assert first == "\x1b[38;2;1;2;3m\U0010eeee\u0305\u0305\U0010eeee\U0010eeee\x1b[0m"
    assert second == "\x1b[38;2;1;2;3m\U0010eeee\u030d\u0305\U0010eeee\U0010eeee\x1b[0m"


def test_each_row_has_a_mark_of_its_own_that_takes_no_room():
    rows = placeholder_rows(1, Room(1, 2 * MOST_ROWS))
    marks = [row[row.index("\U0010eeee") + 1] for row in rows]
    assert len(set(marks)) == MOST_ROWS
    assert {unicodedata.combining(mark) for mark in marks} == {230}


def test_a_picture_can_be_forgotten():
    assert forgotten(7) == "\x1b_Ga=d,d=I,i=7,q=2\x1b\\"
