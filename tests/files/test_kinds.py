import pytest

from chover.files.kinds import BYTES, HEAD_BYTES, TEXT, fits, is_shown, kind_of
from tests.files.pictures import gif, jpeg, png, webp


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (png(), "image/png"),
        (jpeg(), "image/jpeg"),
        (gif(), "image/gif"),
        (webp(), "image/webp"),
        (b"\0\0\0\x20ftypavif", "image/avif"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"%PDF-1.7", "application/pdf"),
        ("Grüße, κόσμε\n".encode(), TEXT),
        (b"\0\1\2", BYTES),
        (b"caf\xe9", BYTES),
        (b"", TEXT),
    ],
)
def test_a_file_is_what_its_first_bytes_say(head, kind):
    assert kind_of(head, whole=True) == kind


@pytest.mark.parametrize("page", [b"<!doctype html><script>alert(1)</script>", b"<svg onload='alert(1)'/>", b"<?xml?>"])
def test_what_a_browser_would_run_is_plain_text(page):
    assert kind_of(page, whole=True) == TEXT


def test_a_text_may_be_cut_inside_a_character_where_the_look_ends():
    head = ("x" * (HEAD_BYTES - 1) + "é").encode()[:HEAD_BYTES]
    assert kind_of(head, whole=False) == TEXT
    assert kind_of(head, whole=True) == BYTES


def test_pictures_sounds_and_text_are_shown_and_everything_else_is_saved():
    assert all(map(is_shown, ["image/png", "audio/mpeg", "video/mp4", TEXT]))
    assert not any(map(is_shown, [BYTES, "application/pdf", "text/html", "image/svg+xml"]))


def test_a_setting_names_kinds_families_or_everything():
    assert fits("image/png", ("image/*",))
    assert fits(TEXT, ("text/plain",))
    assert fits(BYTES, ("*",))
    assert not fits("image/png", ("image/jpeg", "video/*"))
