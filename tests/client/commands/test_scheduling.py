"""/later, /remind and /scheduled in the full screen."""

import pytest

from tests.client.screen.stage import stage


def lists(*rows):
    """A complete list of the server."""
    return [":s BATCH +l chover.chat/scheduled", *(f"@batch=l :s SCHEDULED {row}" for row in rows), ":s BATCH -l"]


def row(number, kind="say", state="waiting", text="see you", msgid="*", author="*"):
    return f"{number} #lobby {kind} {state} timestamp=2026-12-01T14:30:00.000Z {msgid} {author} :{text}"


@pytest.fixture
async def screen():
    async with stage(170, 16) as opened:
        await opened.online("Alice", "#lobby")
        opened.bob("hello", msgid="his")
        yield opened


async def test_what_was_scheduled_is_told_in_the_persons_time(screen):
    screen.says(":s NOTE SCHEDULE SCHEDULED s1 timestamp=2026-12-01T14:30:00.000Z :Scheduled for 2026-12-01 14:30 UTC")
    assert "Scheduled for Tue 2026-12-01 14:30; /scheduled lists and cancels." in await screen.picture()


async def test_the_list_is_picked_from_and_a_waiting_one_is_cancelled_after_a_question(screen):
    screen.says(*lists(row("s1"), row("s2", "remind", text="hello", msgid="his", author="Bob")))
    await screen.line("/scheduled")
    picture = await screen.picture()
    assert "Tue 2026-12-01 14:30 to #lobby: see you" in picture
    assert "Tue 2026-12-01 14:30 reminder of #lobby Bob: hello" in picture
    await screen.keys("\r")
    assert "Cancel to #lobby: see you?" in await screen.picture()
    await screen.keys("y")
    await screen.keys("\r")
    assert screen.commands("UNSCHEDULE") == ["UNSCHEDULE s1"]


async def test_a_reminder_is_told_once_stands_in_the_inbox_and_leads_to_its_message(screen):
    due = row("s2", "remind", "due", "hello", "his", "Bob")
    for _ in range(2):
        screen.says(*lists(due))
    picture = await screen.picture()
    assert picture.count("Reminder of #lobby Bob: hello (/scheduled goes there)") == 1
    await screen.line("/inbox")
    assert "Reminders, and what was not sent: 1" in await screen.picture()
    await screen.keys("\r")
    assert "reminder #lobby Bob: hello" in await screen.picture()
    await screen.keys("\r")
    assert screen.commands("UNSCHEDULE") == ["UNSCHEDULE s2"]


async def test_a_message_that_was_not_sent_is_told_with_the_reason_and_kept(screen):
    screen.says(*lists(row("s1", state="refused"), "s1 #lobby why :you are banned there (+b)"))
    told = "Your message to #lobby was not sent: you are banned there (+b). /scheduled keeps it."
    assert told in await screen.picture()


async def test_a_key_asks_when_to_be_reminded_of_the_selected_message(screen):
    await screen.keys("\x1bs")
    await screen.keys("m")
    assert "When? Pick a time, or type one" in await screen.picture()
    await screen.keys("tom")
    await screen.keys("\r")
    assert screen.commands("REMIND") == ["REMIND #lobby his timestamp=2026-06-20T09:00:00.000Z"]


async def test_a_bad_time_is_refused_with_examples(screen):
    await screen.line("/later soon hello")
    assert "Write the time as 20m, 2h, 3d, 9:00" in await screen.picture()
    assert screen.commands("SCHEDULE") == []


async def test_a_text_of_several_lines_is_scheduled_as_a_batch(screen):
    await screen.keys("/later 2h one")
    await screen.keys("\x1b\r")
    await screen.line("two")
    assert screen.commands("SCHEDULE")[-1].endswith("SCHEDULE #lobby 2h two")
