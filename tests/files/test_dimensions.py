"""How wide and high a picture is, from its header alone."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chover.files.dimensions import READERS, pixels_of
from tests.files.pictures import gif, jpeg, png, riff, segment, tiff, webp


def png_of(width, height):
    data = png()
    return data[:16] + struct.pack(">II", width, height) + data[24:]


def gif_of(width, height):
    return gif()[:6] + struct.pack("<HH", width, height) + gif()[10:]


def jpeg_of(width, height, *, turned=1, marker=0xC0):
    frame = segment(marker, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0")
    tables = segment(0xC4, bytes(20))
    exif = segment(0xE1, b"Exif\0\0" + tiff(">", turned))
    return b"\xff\xd8" + exif + tables + frame + jpeg()[2:]


def webp_of(name, body):
    return b"RIFF" + struct.pack("<I", 100) + b"WEBP" + riff(name, body)


def box(name, body):
    return struct.pack(">I", len(body) + 8) + name + body


def avif_of(*sizes, turned=None):
    boxes = b"".join(box(b"ispe", bytes(4) + struct.pack(">II", *size)) for size in sizes)
    turn = b"" if turned is None else box(b"irot", bytes((turned,)))
    return box(b"ftyp", b"avif") + box(b"ipco", boxes + turn)


@pytest.mark.parametrize(
    ("kind", "data", "pixels"),
    [
        ("image/png", png_of(800, 600), (800, 600)),
        ("image/gif", gif_of(320, 10), (320, 10)),
        ("image/jpeg", jpeg_of(800, 600), (800, 600)),
        ("image/jpeg", jpeg_of(800, 600, marker=0xC2), (800, 600)),
        ("image/jpeg", jpeg_of(800, 600, turned=3), (800, 600)),
        ("image/jpeg", jpeg_of(800, 600, turned=6), (600, 800)),
        ("image/webp", webp_of(b"VP8X", b"\x10\0\0\0" + b"\x1f\x03\0" + b"\x57\x02\0"), (800, 600)),
        ("image/webp", webp_of(b"VP8L", b"\x2f" + struct.pack("<I", 799 | 599 << 14)), (800, 600)),
        ("image/webp", webp_of(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 800 | 1 << 14, 600)), (800, 600)),
        ("image/avif", avif_of((512, 512), (800, 600), (100, 75)), (800, 600)),
        ("image/avif", avif_of((800, 600), turned=1), (600, 800)),
        ("image/avif", avif_of((800, 600), turned=2), (800, 600)),
    ],
)
def test_a_picture_says_how_wide_and_high_it_is_shown(kind, data, pixels):
    assert pixels_of(kind, data) == pixels


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("image/png", png_of(0, 5)),
        ("image/png", png_of(1, 70_000)),
        ("image/png", png()[:20]),
        ("image/jpeg", jpeg()),
        ("image/jpeg", jpeg_of(8, 6)[:60]),
        ("image/webp", webp_of(b"ANIM", b"")),
        ("image/avif", avif_of()),
        ("text/plain; charset=utf-8", b"800x600"),
    ],
)
def test_what_cannot_be_told_is_not_said(kind, data):
    assert pixels_of(kind, data) is None


@given(st.sampled_from(sorted(READERS)), st.sampled_from([png(), gif(), jpeg(), webp(), avif_of((8, 6))]), st.data())
def test_nothing_that_is_damaged_does_harm(kind, picture, data):
    cut = data.draw(st.integers(0, len(picture)))
    damaged = picture[:cut] + data.draw(st.binary(max_size=40)) + picture[cut:]
    found = pixels_of(kind, damaged)
    assert found is None or all(0 < side <= 65_535 for side in found)
