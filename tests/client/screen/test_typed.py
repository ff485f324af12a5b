"""What markup will look like, while it is typed."""

import pytest

from chover.client.display.theme import Theme
from chover.client.screen.rendering.typed import SHOWN, preview_row
from tests.client.screen.stage import MemoryHost, stage

PLAIN = Theme("none")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("**bold** and *italic*", "≈ \x1b[1mbold\x1b[0m and \x1b[3mitalic\x1b[0m"),
        ("> said", "≈ │ said"),
        ("- milk", "≈ • milk"),
        ("[tea](https://example.org/a)", "≈ \x1b[4mtea\x1b[0m (example.org)"),
        ("nothing special, 2*3*4", ""),
        ("https://example.org/*a*", ""),
        ("/me **waves**", ""),
        ("", ""),
        ("**" + "a" * SHOWN + "**", ""),
    ],
)
def test_a_line_with_markup_is_shown(text, row):
    theme = Theme("none", links=False)
    assert preview_row(text, len(text), theme, 60) == row


def test_of_several_lines_the_one_with_the_cursor_is_shown():
    text = "plain\n**bold**\nplain again"
    assert preview_row(text, 2, PLAIN, 60) == ""
    assert preview_row(text, 8, PLAIN, 60) == "≈ \x1b[1mbold\x1b[0m"
    assert preview_row(text, len(text), PLAIN, 60) == ""


def test_of_a_long_line_the_end_is_shown():
    row = preview_row("**begin** " + "word " * 40 + "end", 200, PLAIN, 30)
    assert row.endswith("end")
    assert len(row) <= 30


async def test_it_stands_above_the_input_and_hides_no_new_message():
    async with stage(40, 12) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("the newest")
        await screen.keys("this is **good**")
        rows = (await screen.picture()).split("\n")
        assert rows[-3].startswith("≈ this is good")
        assert "the newest" in rows[-4]
        await screen.keys("\x15")
        assert "≈" not in await screen.picture()


async def test_it_can_be_switched_off_and_small_screens_have_none():
    host = MemoryHost()
    host.stored["terminal.toml"] = 'markup = "no"\n'
    for rows, given in ((12, host), (5, MemoryHost())):
        async with stage(40, rows, host=given) as screen:
            await screen.online("Alice", "#lobby")
            await screen.keys("this is **good**")
            assert "≈" not in await screen.picture()


async def test_the_text_of_a_reply_is_shown_too():
    async with stage(60, 12) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("question")
        await screen.keys("\x1bs")
        await screen.keys("r")
        await screen.keys("**yes**")
        assert "≈ yes" in await screen.picture()
