import re

import pytest

from chover.client.display.text import Span, Style, plain, spans
from chover.client.display.theme import ROLES, Theme, background, from_environment


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


@pytest.mark.parametrize(
    ("report", "ground"),
    [
        ("\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "light"),
        ("\x1b]11;rgb:fd/f6/e3\x07", "light"),
        ("\x1b]11;rgba:0000/2b2b/3636/ffff\x1b\\", "dark"),
        ("\x1b]11;#282c34\x07", "dark"),
        ("\x1b]11;?\x07", ""),
        ("\x1b]11;rgb:zz/00/00\x07", ""),
    ],
)
def test_a_background_is_light_or_dark(report, ground):
    assert background(report) == ground


def test_what_the_terminal_answers_is_believed_before_a_variable_and_after_a_setting():
    environment = {"TERM": "xterm", "COLORFGBG": "15;0"}
    assert from_environment("auto", environment, "light").name == "light"
    assert from_environment("dark", environment, "light").name == "dark"
    assert from_environment("auto", {"TERM": "xterm", "NO_COLOR": "1"}, "light").name == "none"


GROUNDS = {
    "light": [(255, 255, 255), (253, 246, 227), (238, 238, 238)],
    "dark": [(0, 0, 0), (30, 30, 30), (40, 44, 52), (0, 43, 54)],
}
"""White, Solarized and a light grey; black, greys and Solarized."""
LINES_OR_HIDDEN = {"rule", "spoiler"}


@pytest.mark.parametrize("name", GROUNDS)
def test_all_text_is_easy_to_read_on_the_usual_backgrounds(name):
    theme = Theme(name)
    roles = {role: theme.sgr(role) for role in ROLES if role not in LINES_OR_HIDDEN}
    nicks = {f"nick{number}": theme.nick(f"nick{number}") for number in range(300)}
    found = []
    for role, sgr in {**roles, **nicks}.items():
        fore, back = re.search(r"38;5;(\d+)", sgr), re.search(r"48;5;(\d+)", sgr)
        grounds = [palette(int(back[1]))] if back else GROUNDS[name]
        found += [(role, ground) for ground in grounds if fore and contrast(palette(int(fore[1])), ground) < 4.5]
    assert found == []


def palette(number):
    """A colour of xterm's 256, without the first sixteen."""
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    steps = (0, 95, 135, 175, 215, 255)
    return steps[(number - 16) // 36], steps[(number - 16) // 6 % 6], steps[(number - 16) % 6]


def contrast(one, other):
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""

    def luminance(colour):
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (part / 255 for part in colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


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
