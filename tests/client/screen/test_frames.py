"""When it is painted, and how much: many screens run in one loop, and not every reader is fast."""

import asyncio

from tests.client.screen.stage import stage


async def test_frames_for_a_slow_reader_are_left_out_and_the_last_one_is_painted():
    async with stage(60, 8) as screen:
        await screen.online("Alice", "#lobby")
        await screen.settled()
        screen.takes = False
        screen.nothing_written()
        for number in range(50):
            screen.bob(f"line {number}")
            await screen.settled()
        assert screen.written.getvalue() == ""
        screen.takes = True
        screen.screen.drained()
        assert "line 49" in await screen.picture()
        assert screen.written.getvalue().count("\x1b[?2026h") == 1


async def test_all_that_a_turn_of_the_loop_brings_is_one_frame():
    async with stage(60, 8) as screen:
        await screen.online("Alice", "#lobby")
        await screen.settled()
        screen.nothing_written()
        for number in range(50):
            screen.bob(f"line {number}")
        await screen.settled()
        assert screen.written.getvalue().count("\x1b[?2026h") <= 2


async def test_only_rows_that_have_changed_are_written():
    async with stage(100, 30) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        await screen.settled()
        screen.nothing_written()
        screen.bob("hello", "#tea")
        await screen.settled()
        written = screen.written.getvalue()
        assert "#tea" in written
        assert "#lobby" not in written.partition("\x1b]2;")[0]
        assert len(written) < 400


async def test_two_screens_in_one_process_know_nothing_of_each_other():
    async with stage(60, 8) as one, stage(80, 10) as other:
        await asyncio.gather(one.online("Alice", "#lobby"), other.online("Bob", "#tea"))
        one.bob("for one alone")
        await one.line("/set theme none")
        assert "for one alone" in await one.picture()
        assert "for one alone" not in await other.picture()
        assert other.screen.parts.appearance.theme.coloured
        assert (await other.picture()).endswith("Bob ❯")


async def test_anyone_who_leaves_gives_the_terminal_back():
    async with stage(60, 8) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/q")
        await screen.ends()
        written = screen.written.getvalue()
        assert "\x1b[?1049l" in written
        assert written.rindex("\x1b[?1004l") > written.rindex("\x1b[?1004h")
