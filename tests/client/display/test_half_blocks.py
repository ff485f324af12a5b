"""Pictures as half blocks: the room that they take, colours, and what is transparent."""

import pytest

from chover.client.display.half_blocks import Pixels, half_block_rows, nearest, room_for

RED, BLUE, CLEAR = bytes((255, 0, 0, 255)), bytes((0, 0, 255, 255)), bytes(4)


@pytest.mark.parametrize(
    ("size", "most", "room"),
    [
        ((640, 480), (60, 10), (27, 10)),
        ((6000, 10), (60, 10), (60, 1)),
        ((10, 6000), (60, 10), (1, 10)),
        ((16, 16), (60, 10), (16, 8)),
        ((1, 1), (60, 10), (1, 1)),
        ((65535, 1), (7, 3), (7, 1)),
    ],
)
def test_the_room_of_a_picture(size, most, room):
    assert room_for(*size, *most) == room


def test_two_pixels_stand_in_a_cell():
    assert half_block_rows(Pixels(1, 2, RED + BLUE), true_colour=True) == ["\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[0m"]


def test_neighbours_of_one_colour_are_painted_together():
    assert half_block_rows(Pixels(3, 2, RED * 6), true_colour=True) == ["\x1b[48;2;255;0;0m   \x1b[0m"]


def test_what_is_transparent_leaves_the_background():
    pixels = Pixels(3, 2, CLEAR + CLEAR + RED + CLEAR + RED + CLEAR)
    assert half_block_rows(pixels, true_colour=True) == ["\x1b[0m \x1b[0;38;2;255;0;0m▄▀\x1b[0m"]


def test_an_odd_last_row_has_its_upper_half_alone():
    assert half_block_rows(Pixels(1, 1, RED), true_colour=False) == ["\x1b[0;38;5;196m▀\x1b[0m"]


@pytest.mark.parametrize(
    ("colour", "number"),
    [
        ((0, 0, 0), 16),
        ((255, 255, 255), 231),
        ((255, 0, 0), 196),
        ((8, 8, 8), 232),
        ((128, 128, 128), 244),
        ((95, 135, 175), 67),
    ],
)
def test_the_nearest_of_256_colours(colour, number):
    assert nearest(*colour) == number
