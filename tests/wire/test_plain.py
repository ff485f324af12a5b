from hypothesis import given
from hypothesis import strategies as st

from chover.wire.plain import harmless


def test_ordinary_text_stays_as_it_is():
    for text in ("Hello everyone!", "Grüße, 世界 👩‍👧", "عربي \u200e ok"):
        assert harmless(text) == text


def test_commands_to_a_terminal_lose_their_escape():
    assert harmless("\x1b[2J\x1b]0;owned\x07x\x9b31m") == "[2J]0;ownedx31m"


def test_colours_go_with_their_digits():
    assert harmless("\x0304,01red\x03 \x02bold\x0f \x04ff0000,00ff00hex") == "red bold hex"


def test_a_message_stays_one_line():
    assert harmless("one\r\ntwo\tthree\u2028four\x85five") == "one  two three four five"


def test_text_cannot_turn_the_rest_of_the_line_around():
    assert harmless("abc\u202etxt.exe\u2066") == "abctxt.exe"


def test_half_a_character_becomes_a_replacement():
    assert harmless("a\ud83db") == "a\ufffdb"


@given(st.text(st.characters(exclude_categories=[])))
def test_nothing_is_left_that_a_terminal_obeys(text):
    shown = harmless(text)
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in shown)
    shown.encode()
