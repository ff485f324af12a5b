import pytest

from chover.client.display.text import Span, Style, plain, spans
from chover.client.display.theme import Theme, from_environment


@pytest.mark.parametrize(
    ("wanted", "environment", "name"),
    [
        ("auto", {"TERM": "xterm"}, "auto"),
        ("auto", {"TERM": "xterm", "COLORFGBG": "15;0"}, "dark"),
        ("auto", {"TERM": "xterm", "COLORFGBG": "0;default;15"}, "light"),
        ("light", {"TERM": "xterm", "COLORFGBG": "15;0"}, "light"),
        ("dark", {"TERM": "xterm", "NO_COLOR": "1"}, "none"),
        ("auto", {"TERM": "xterm", "NO_COLOR": ""}, "auto"),
        ("dark", {"TERM": "dumb"}, "none"),
    ],
)
def test_the_theme_is_what_is_wanted_as_far_as_the_terminal_can(wanted, environment, name):
    assert from_environment(wanted, environment).name == name


def test_a_nick_has_the_same_colour_wherever_it_is_seen_and_however_it_is_written():
    theme = Theme("dark")
    assert theme.nick("Alice") == theme.nick("aLICE")
    assert len({theme.nick(f"nick{number}") for number in range(100)}) > 10


def test_whatever_is_painted_leaves_nothing_behind():
    theme = Theme("light", own={"day": "1;35"})
    assert theme.paint(plain("x"), "day") == "\x1b[1;35mx\x1b[0m"
    assert theme.paint(plain("x"), "text") == "x"
    assert theme.spans(spans("\x02bold"), "time") == "\x1b[38;5;242;1mbold\x1b[0m"


def test_colours_of_others_are_left_out_where_there_are_none():
    span = Span(plain("x"), Style(bold=True, fore=4, back=1))
    assert Theme("none").spans([span], "text") == "\x1b[1mx\x1b[0m"
    assert Theme("dark").spans([span], "text") == "\x1b[1;38;5;160;48;5;16mx\x1b[0m"


def test_links_can_be_left_out():
    linked = spans("https://example.org")
    assert "\x1b]8;" in Theme("auto").spans(linked, "text")
    assert "\x1b]8;" not in Theme("auto", links=False).spans(linked, "text")
