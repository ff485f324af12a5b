import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chover.files.metadata import Malformed, orientation, strip
from tests.files.pictures import SCAN, SECRET, chunk, gif, jpeg, png, riff, segment, tiff, webp

PICTURES = {"image/jpeg": jpeg(), "image/png": png(), "image/webp": webp(), "image/gif": gif()}


@pytest.mark.parametrize("kind", PICTURES)
def test_nothing_that_tells_about_its_maker_stays_in_a_picture(kind):
    assert SECRET in PICTURES[kind]
    assert SECRET not in strip(kind, PICTURES[kind])


@pytest.mark.parametrize("kind", PICTURES)
def test_what_was_stripped_once_stays_as_it_is(kind):
    once = strip(kind, PICTURES[kind])
    assert strip(kind, once) == once


def test_a_jpeg_keeps_its_pixels_and_its_colours():
    stripped = strip("image/jpeg", jpeg())
    assert stripped.count(SCAN) == 2
    assert b"ICC_PROFILE\0\1\1colours" in stripped
    assert stripped.startswith(b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"))
    assert stripped.endswith(SCAN + b"\xff\xd9")


@pytest.mark.parametrize("order", "<>")
def test_a_jpeg_that_is_to_be_turned_still_says_so(order):
    stripped = strip("image/jpeg", jpeg(turned=6, order=order))
    at = stripped.index(b"Exif\0\0") + 6
    assert orientation(stripped[at:]) == 6
    assert SECRET not in stripped


def test_a_png_that_is_to_be_turned_still_says_so():
    stripped = strip("image/png", png(turned=8))
    at = stripped.index(b"eXIf") + 4
    assert orientation(stripped[at:]) == 8


def test_a_png_keeps_what_its_picture_needs():
    stripped = strip("image/png", png())
    assert chunk(b"gAMA", struct.pack(">I", 45455)) in stripped
    assert stripped.endswith(chunk(b"IEND", b""))


def test_a_webp_no_longer_says_that_it_has_metadata():
    stripped = strip("image/webp", webp())
    assert riff(b"VP8X", b"\x20" + bytes(9)) in stripped
    assert riff(b"VP8 ", b"pixels") in stripped
    assert struct.unpack_from("<I", stripped, 4) == (len(stripped) - 8,)


def test_an_animated_gif_goes_on_looping():
    assert b"NETSCAPE2.0\x03\x01" in strip("image/gif", gif())


def test_other_kinds_come_back_as_they_are():
    assert strip("application/pdf", b"%PDF-1.7 SECRET") == b"%PDF-1.7 SECRET"


@pytest.mark.parametrize("turned", [0, 1, 9, 60000])
def test_an_orientation_that_means_nothing_is_none(turned):
    assert orientation(tiff("<", turned)) == 1


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_that_is_cut_off_is_malformed(kind):
    whole = strip(kind, PICTURES[kind])
    for length in range(len(whole) - 1):
        with pytest.raises(Malformed):
            strip(kind, whole[:length])


@given(st.sampled_from(sorted(PICTURES)), st.data())
def test_a_damaged_picture_is_malformed_or_a_picture_and_never_a_bug(kind, data):
    damaged = bytearray(PICTURES[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        stripped = strip(kind, bytes(damaged))
    except Malformed:
        return
    assert len(stripped) <= len(damaged) + 64


def test_what_no_picture_needs_does_not_stay_whatever_it_is_called():
    picture = strip("image/png", png())
    assert strip("image/png", picture[:33] + chunk(b"EXIF", b"a note") + picture[33:]) == picture
    picture = strip("image/webp", webp())
    noted = picture + riff(b"NOTE", b"a note")
    assert strip("image/webp", noted[:4] + struct.pack("<I", len(noted) - 8) + noted[8:]) == picture
