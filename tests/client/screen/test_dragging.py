"""Dragging the mouse over messages marks text and copies it."""

import base64
import re

from tests.client.screen.stage import stage


def copied(screen):
    """What the terminal was asked to copy last."""
    found = re.findall(r"\x1b]52;c;([^\x1b]*)\x1b", screen.written.getvalue())
    return base64.b64decode(found[-1]).decode() if found else None


def at(button, column, row, end="M"):
    """A report of the mouse, for columns and rows from 1."""
    return f"\x1b[<{button};{column};{row}{end}"


async def drags(screen, begin, end):
    await screen.keys(at(0, *begin))
    await screen.keys(at(32, *end))
    await screen.keys(at(0, *end, "m"))


async def with_messages(screen):
    """Two messages of Bob, in the last two rows of the messages (rows 9 and 10 of 12)."""
    screen.screen.settings.set("mouse", "yes")
    await screen.online("Alice", "#lobby")
    screen.bob("water is boiling")
    screen.bob("tea is **ready**")
    rows = (await screen.picture()).split("\n")
    assert rows[8].endswith("Bob water is boiling")
    return rows[8].index("water") + 1


async def test_a_part_of_a_message_is_copied():
    async with stage() as screen:
        text = await with_messages(screen)
        await drags(screen, (text + 9, 9), (text + 15, 9))

        assert copied(screen) == "boiling"


async def test_who_begins_in_the_text_copies_no_times_and_nicks():
    async with stage() as screen:
        text = await with_messages(screen)
        await drags(screen, (text, 9), (text + 11, 10))

        assert copied(screen) == "water is boiling\ntea is ready"


async def test_upwards_is_the_same():
    async with stage() as screen:
        text = await with_messages(screen)
        await drags(screen, (text + 11, 10), (text, 9))

        assert copied(screen) == "water is boiling\ntea is ready"


async def test_who_begins_at_the_time_copies_all_of_it():
    async with stage() as screen:
        await with_messages(screen)
        await drags(screen, (24, 9), (79, 10))

        assert [line.split() for line in copied(screen).split("\n")] == [
            ["12:00", "Bob", "water", "is", "boiling"],
            ["12:00", "Bob", "tea", "is", "ready"],
        ]


async def test_while_the_button_is_held_the_text_is_marked():
    async with stage() as screen:
        text = await with_messages(screen)
        await screen.keys(at(0, text, 9))
        await screen.keys(at(32, text + 4, 9))
        await screen.settled()
        marked = "".join(cell.data for _, cell in sorted(screen.terminal.buffer[8].items()) if cell.reverse)
        assert marked == "water"
        await screen.keys(at(0, text + 4, 9, "m"))
        await screen.settled()

        assert not any(cell.reverse for cell in screen.terminal.buffer[8].values())


async def test_a_click_still_selects_a_message_and_copies_nothing():
    async with stage() as screen:
        text = await with_messages(screen)
        await screen.keys(at(0, text, 9) + at(0, text, 9, "m"))

        assert screen.screen.parts.selecting
        assert copied(screen) is None


async def test_above_the_row_of_typed_markup_the_rows_are_those_that_are_seen():
    async with stage() as screen:
        text = await with_messages(screen)
        await screen.keys("*now*")
        rows = (await screen.picture()).split("\n")
        assert (rows[7].endswith("Bob water is boiling"), rows[9].rstrip().endswith("≈ now")) == (True, True)
        await drags(screen, (text, 8), (text + 4, 8))
        assert copied(screen) == "water"

        await screen.keys(at(0, text, 9) + at(0, text, 9, "m"))
        rows = (await screen.picture()).split("\n")
        assert [row.rstrip()[-12:] for row in rows if "▶" in row] == ["tea is ready"]


async def test_from_the_list_nothing_is_dragged():
    async with stage() as screen:
        text = await with_messages(screen)
        await drags(screen, (5, 9), (text, 9))

        assert copied(screen) is None


async def test_wide_characters_and_links_are_copied_as_they_read():
    async with stage() as screen:
        screen.screen.settings.set("mouse", "yes")
        await screen.online("Alice", "#lobby")
        screen.bob("茶 https://tea.example/ now")
        text = (await screen.picture()).split("\n")[9].index("茶") + 1
        await drags(screen, (text, 10), (79, 10))

        assert copied(screen) == "茶 https://tea.example/ now"
