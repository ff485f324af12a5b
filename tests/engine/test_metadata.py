"""Which keys and values metadata may have."""

import pytest

from chover.engine.metadata import KEY_BYTES, KEYS, PRIVATE, BadValue, is_key, marked, require_value, unmarked


@pytest.mark.parametrize("key", ["url", "display-name", "chover.chat/mute", "a_b.c-d/9", "x" * KEY_BYTES])
def test_keys(key):
    assert is_key(key)


@pytest.mark.parametrize("key", ["", "URL", "$url$", "a b", "naïve", "x" * (KEY_BYTES + 1), "url\n"])
def test_what_is_no_key(key):
    assert not is_key(key)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("avatar", "https://example.com/{size}.png"),
        ("avatar", "https://example.com"),
        ("avatar", "/files/abc/me.png"),
        ("homepage", "http://example.com/a?b#c"),
        ("color", "#c90076"),
        ("display-name", "Foo The First"),
        ("display-name", "->💜<-"),
        ("display-name", "x" * 64),
        ("status", "anything: at all "),
        ("something-else", "x" * 300),
    ],
)
def test_values(key, value):
    require_value(key, value, 300)


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("avatar", "http://example.com/me.png", "https"),
        ("avatar", "javascript:alert(1)", "https"),
        ("avatar", "data:image/png;base64,x", "https"),
        ("avatar", "https://", "https"),
        ("avatar", "https://user:secret@example.com/", "https"),
        ("avatar", "https://exa mple.com/", "https"),
        ("avatar", "/other/me.png", "https"),
        ("homepage", "ftp://example.com", "http"),
        ("color", "red", "rrggbb"),
        ("display-name", " x", "space"),
        ("display-name", "x" * 65, "64"),
        ("status", "a\x1b[2Jb", "control"),
        ("status", "a\x85b", "control"),
        ("status", "a\u202eb", "control"),
        ("status", "a\u2028b", "control"),
        ("status", "é" * 151, "300 bytes"),
    ],
)
def test_values_that_cannot_be_kept(key, value, why):
    with pytest.raises(BadValue, match=why):
        require_value(key, value, 300)


def test_each_known_key_says_what_it_means():
    assert all(is_key(key) and known.meaning and known.allowed for key, known in KEYS.items())


@pytest.mark.parametrize("key", PRIVATE)
def test_what_somebody_notes_for_themselves_has_keys_like_all_else(key):
    assert is_key(key)
    assert key not in KEYS


@pytest.mark.parametrize(
    ("key", "value"),
    [("soju.im/pinned", "yes"), ("soju.im/muted", "2"), ("soju.im/blocked", "01"), ("chover.chat/notify", "always")],
)
def test_a_flag_is_0_or_1_and_what_rings_is_one_of_three(key, value):
    with pytest.raises(BadValue, match=f"^{key} is "):
        require_value(key, value, 300)


def test_a_flag_that_is_down_is_kept_as_none_and_told_as_0():
    assert [marked("soju.im/pinned", value) for value in ("1", "0", "", None)] == ["1", None, None, None]
    assert [marked("chover.chat/notify", value) for value in ("off", "", None)] == ["off", None, None]
    assert (unmarked("soju.im/muted"), unmarked("chover.chat/notify")) == ("0", None)
