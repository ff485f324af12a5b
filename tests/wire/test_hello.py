import datetime as dt
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chover.wire.hello import (
    WRITE_BYTES,
    Hello,
    LegacyMessage,
    chat_line,
    format_hello,
    format_history,
    may_become_hello,
    parse_hello,
    prompt_stamp,
    stamp,
    writes,
)

NOON = dt.datetime(2024, 6, 19, 17, 1)  # noqa: DTZ001 - shown as it stands


def pack(username, version="25.6.16"):
    """As the original packs it."""
    return struct.pack("!16s16s", username.encode(), version.encode())


def test_a_hello_says_name_and_version():
    assert parse_hello(pack("Alice")) == Hello("Alice", "25.6.16")


def test_text_glued_behind_a_hello_does_not_hide_it():
    assert parse_hello(pack("Alice") + b"hello there") == Hello("Alice", "25.6.16")


def test_a_name_cut_inside_a_character_loses_its_tail():
    assert parse_hello(pack("a" + "é" * 10)) == Hello("a" + "é" * 7, "25.6.16")


def test_a_name_of_all_sixteen_bytes_is_whole():
    assert parse_hello(pack("sixteen_bytes_ok")) == Hello("sixteen_bytes_ok", "25.6.16")


def test_a_name_that_is_no_utf8_shows_where():
    assert parse_hello(struct.pack("!16s16s", b"a\xffb", b"1")) == Hello("a\ufffdb", "1")


@pytest.mark.parametrize(
    "data",
    [
        b"PRIVMSG #lobby hellohellohellohellohello\r\n",
        b"NICK aaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbb\r\n",
        b"GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\n",
        pack("Alice")[:31],
        b"\0" * 32,
        struct.pack("!16s16s", b"a\0b", b"1.0"),
        struct.pack("!16s16s", b"Alice", b"1.0\0x"),
        struct.pack("!16s16s", b"Alice", b"-1"),
    ],
)
def test_nothing_else_is_taken_for_a_hello(data):
    assert parse_hello(data) is None


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_no_text_is_a_hello(text):
    assert parse_hello(text.encode()) is None


@given(st.text(), st.from_regex(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,30}", fullmatch=True), st.integers(1, 31))
def test_every_beginning_of_a_hello_may_become_one(username, version, cut):
    data = format_hello(username.replace("\0", ""), version)
    assert len(data) == 32
    assert may_become_hello(data[:cut])
    assert parse_hello(data) == Hello(data[:16].rstrip(b"\0").decode(), version[:15])


def test_what_has_text_behind_a_nul_cannot_become_a_hello():
    assert not may_become_hello(b"a\0b")
    assert not may_become_hello(pack("Alice") + b"x")
    assert not may_become_hello(b"NICK alice\r\nUSER a")


def test_stamps_are_english_with_a_clock_of_twelve_hours():
    assert stamp(NOON) == "Jun 19 [05:01 PM]"
    assert stamp(dt.datetime(2024, 1, 2, 0, 5)) == "Jan 02 [12:05 AM]"  # noqa: DTZ001 - shown as it stands
    assert prompt_stamp(NOON) == "Jun 19 24 [05:01 PM]"


def test_a_line_of_chat_is_that_of_the_original():
    assert chat_line(LegacyMessage("Alice", NOON, "Hello everyone!")) == "Alice | Jun 19 [05:01 PM] ❯ Hello everyone!"


def test_history_is_what_the_original_prints():
    history = json.loads(format_history([LegacyMessage("Alice", NOON, "one"), LegacyMessage("Bob", NOON, "❯ two")]))
    assert history == [
        {"username": "Alice", "now": "Jun 19 [05:01 PM]", "message": "one"},
        {"username": "Bob", "now": "Jun 19 [05:01 PM]", "message": "❯ two"},
    ]


def test_no_history_is_no_byte():
    assert format_history([]) == b""


@given(
    st.lists(
        st.builds(LegacyMessage, st.text(max_size=32), st.just(NOON), st.text(max_size=400)), min_size=1, max_size=30
    )
)
def test_any_history_is_valid_json_of_the_newest_within_one_read(said):
    data = format_history(said)
    shown = json.loads(data.decode())
    assert len(data) <= WRITE_BYTES
    assert 1 <= len(shown) <= len(said)
    assert [item["username"] for item in shown] == [item.username for item in said[-len(shown) :]]


def test_one_message_that_is_too_long_is_shortened():
    shown = json.loads(format_history([LegacyMessage("Alice", NOON, "first"), LegacyMessage("Bob", NOON, "❯" * 2000)]))
    assert len(shown) == 1
    assert shown[0]["message"].endswith("❯…")


def test_lines_of_one_write_are_joined_by_newlines():
    assert writes(["one", "two"]) == [b"one\ntwo"]
    assert writes([]) == []


@given(st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8"), min_size=1, max_size=1500)))
def test_no_write_is_too_long_or_cut_inside_a_character(lines):
    out = writes(lines)
    assert all(0 < len(chunk) <= WRITE_BYTES for chunk in out)
    assert "".join(chunk.decode() for chunk in out).replace("\n", "") == "".join(lines)
