"""Which pictures are shown in previews."""

import struct
import zlib

import pytest

from chover.previews.pictures import checked
from tests.files.pictures import SECRET, chunk, png


def sized(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    idat = chunk(b"IDAT", zlib.compress(b"\0"))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"tEXt", b"Author\0" + SECRET) + idat + chunk(b"IEND", b"")
    )


def test_a_picture_is_served_without_its_metadata():
    found = checked(sized(640, 480))
    assert (found.kind, found.width, found.height) == ("image/png", 640, 480)
    assert SECRET not in found.data


@pytest.mark.parametrize(
    "data",
    [
        sized(30_000, 30_000),
        sized(1, 1),
        sized(640, 480)[:-12],
        png(),
        b"<svg onload='alert(1)'/>",
        b"<html>",
        b"",
        bytes(100),
    ],
    ids=["enormous", "a mark", "cut off", "one pixel", "SVG", "a page", "nothing", "zeros"],
)
def test_anything_else_is_none(data):
    assert checked(data) is None
