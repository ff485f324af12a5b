"""What is hidden, and how times, nicks, joins and the first lines of a channel are shown."""

import pytest

from chover.client.local.settings import FILE
from tests.client.screen.stage import MemoryHost, stage


async def test_what_a_filter_hides_is_neither_shown_nor_counted_nor_told():
    async with stage(140, 14) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        await screen.line("/filter text ^!spam")
        assert "Hidden from now on: text ^!spam. /filter lists what is hidden." in await screen.picture()
        screen.nothing_written()
        screen.bob("alice: hello", "#lobby")
        screen.bob("!spam alice", "#tea")
        assert (screen.state.conversations["#tea"].unread, screen.state.conversations["#tea"].mentions) == (0, 0)
        assert "\a" not in screen.written.getvalue()
        await screen.keys("\x1b2")
        assert "!spam" not in await screen.picture()
        await screen.keys("\x1b=")
        assert "!spam alice" in await screen.picture()
        await screen.keys("\x1b=")
        assert "!spam" not in await screen.picture()


async def test_filters_are_listed_by_number_removed_and_kept():
    async with stage(140, 14) as screen:
        await screen.online("Alice", "#lobby")
        for text in ("nick bob* in:#lobby", "joins"):
            await screen.line(f"/filter {text}")
        assert '"nick bob* in:#lobby",\n  "joins",' in screen.host.stored[FILE]
        screen.bob("hello")
        assert "Bob hello" not in await screen.picture()
        await screen.line("/filter remove 1")
        assert "Bob hello" in await screen.picture()
        await screen.line("/filter remove 9")
        assert "There is no filter of that number; /filter lists them." in await screen.picture()
        await screen.keys("\x03")
        await screen.line("/filter")
        assert "1  joins" in await screen.picture()


async def test_filters_in_the_file_hold_from_the_start_and_a_bad_one_is_told():
    host = MemoryHost()
    host.stored[FILE] = 'nick = "Alice"\nfilters = ["nick bob", "colour red"]\n'
    async with stage(100, 14, host=host) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("hello")
        assert "Bob hello" not in await screen.picture()
        assert screen.screen.settings.complaints == [
            "terminal.toml:2: 'colour red' is no filter: write joins, nick bob* or text expression, and in:#channel behind it."  # noqa: E501
        ]


@pytest.mark.parametrize(
    ("settings", "row"),
    [
        ({}, "12:00       Bob hello"),
        ({"time": "%H:%M:%S"}, "12:00:01       Bob hello"),
        ({"time": "%I:%M%p"}, "12:00PM       Bob hello"),
        ({"time": "off"}, "      Bob hello"),
        ({"nicks": "4"}, "12:00  Bob hello"),
        ({"nicks": "off"}, "12:00 Bob: hello"),
        ({"align": "left"}, "12:00 Bob       hello"),
        ({"time": "off", "nicks": "off"}, "Bob: hello"),
    ],
)
async def test_times_and_nicks_are_shown_as_somebody_has_set(settings, row):
    async with stage(60, 9) as screen:
        await screen.online("Alice", "#lobby")
        for name, value in settings.items():
            await screen.line(f"/set {name} {value}")
        screen.bob("hello")
        assert await screen.row("hello") == row


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            "/set time noon",
            "Time is one of %H:%M, off, a format such as %H:%M:%S or %I:%M%p, without spaces, not 'noon'.",
        ),
        ("/set time %Q", "not '%Q'."),
        ("/set nicks 99", "Nicks is one of auto, off, 4 to 30, not '99'."),
    ],
)
async def test_a_format_that_cannot_be_shown_is_refused(typed, words):
    async with stage(170, 9) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line(typed)
        assert words in await screen.picture()


async def test_reasons_of_leaves_are_shown_only_where_somebody_wants_all_events():
    async with stage(100, 14) as screen:
        await screen.online("Alice", "#lobby")
        screen.says(":Bob!b@c JOIN #lobby", ":Alice!a@c PRIVMSG #lobby :hi", ":Bob!b@c QUIT :Ping timeout: 240 seconds")
        assert "← Bob quit  " in await screen.row("quit")
        await screen.line("/set events yes")
        assert "← Bob quit (Ping timeout: 240 seconds)" in await screen.row("quit")


async def test_joins_are_not_shown_in_large_channels_unless_somebody_wants_them():
    async with stage(100, 14) as screen:
        await screen.online("Alice")
        screen.joins("#lobby", "Alice", *(f"guest{number}" for number in range(60)))
        screen.says(":Bob!b@c JOIN #lobby")
        screen.bob("hello")
        assert "joined" not in await screen.picture()
        await screen.line("/set events short")
        assert "2 joined" in (await screen.picture()) or "Alice and Bob joined" in await screen.picture()


async def test_joins_stand_in_one_line_with_hidden_messages_alone_between_them():
    async with stage(100, 14) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/filter nick mallory")
        screen.says(":Bob!b@c JOIN #lobby", ":Mallory!m@c PRIVMSG #lobby :spam", ":Carol!c@c JOIN #lobby")
        screen.says(":Mallory!m@c PRIVMSG #lobby :spam", ":Dan!d@c JOIN #lobby")
        assert "↔ Bob, Carol and Dan joined" in await screen.picture()
        await screen.keys("\x1b=")
        picture = await screen.picture()
        assert "↔" not in picture
        assert all(f"→ {nick} joined" in picture for nick in ("Bob", "Carol", "Dan"))


async def test_a_channel_begins_with_where_you_are_who_is_here_and_what_to_do():
    async with stage(100, 20) as screen:
        await screen.online("Alice")
        screen.joins("#lobby", "Alice", "Bob", "Carol")
        screen.says(":s 332 Alice #lobby :all about tea")
        picture = await screen.picture()
        for words in ("Welcome to #lobby", "Topic: all about tea", "Here: Alice, Bob, Carol", "Write below"):
            assert words in picture
        for number in range(20):
            screen.bob(f"line {number}")
        assert "Welcome" not in await screen.picture()


async def test_what_to_do_first_is_read_to_its_end_on_a_narrow_screen():
    async with stage(34, 16) as screen:
        await screen.online("Alice")
        screen.joins("#lobby", "Alice")
        words = " ".join((await screen.picture()).split())
        assert "Welcome to #lobby" in words
        assert "/invite nick brings somebody in, F1 shows everything else." in words
