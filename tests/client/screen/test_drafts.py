"""What was written and not sent stays in the full screen: elsewhere, after an edit, with its reply, over a restart."""

from tests.client.screen.stage import MemoryHost, stage


async def in_lobby(screen):
    await screen.online("Alice", "#lobby", "#tea")
    screen.bob("who brings cake?", msgid="m1")
    await screen.line("a message of mine")
    screen.echo("m2")
    await screen.settled()
    screen.wire.sent.clear()


def text(screen):
    return screen.screen.line.buffer.text


async def test_a_draft_stands_there_again_after_an_edit_is_given_up():
    async with stage() as screen:
        await in_lobby(screen)
        await screen.keys("half a thought")
        await screen.keys("\x1bse")
        assert text(screen) == "a message of mine"
        await screen.keys("\x1b")
        screen.pass_(1000)
        await screen.settled()
        assert text(screen) == "half a thought"


async def test_a_reply_takes_what_was_written_and_stays_with_it_elsewhere():
    async with stage() as screen:
        await in_lobby(screen)
        await screen.keys("I do")
        await screen.keys("\x1bsr")
        assert text(screen) == "I do"
        await screen.keys(" it")
        await screen.keys("\x1b2")
        assert text(screen) == ""
        assert "#lobby" in next(row for row in (await screen.picture()).split("\n") if "✎" in row)
        await screen.keys("\x1b1")
        assert text(screen) == "I do it"
        assert "✎" not in await screen.picture()
        await screen.keys("\r")
        assert "+draft/reply=m2" in screen.wire.sent[-1]
        assert screen.wire.sent[-1].endswith(":I do it")
        assert text(screen) == ""


async def test_a_draft_and_its_reply_are_there_after_a_restart_and_commands_are_not():
    host = MemoryHost()
    async with stage(host=host) as screen:
        await in_lobby(screen)
        await screen.keys("I do")
        await screen.keys("\x1bsr")
        await screen.keys("\x1b2")
        await screen.keys("/msg NickServ IDENTIFY sesame")
    assert "sesame" not in "".join(host.stored.values())
    async with stage(host=host) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        assert text(screen) == "I do"
        await screen.keys("\r")
        assert "+draft/reply=m2" in screen.wire.sent[-1]


async def test_another_devices_words_come_to_an_untouched_line_and_after_what_is_being_written():
    async with stage(140, 12) as screen:
        screen.state.account = "Alice"
        await in_lobby(screen)
        screen.says(":s BATCH +d chover.chat/drafts", ":s BATCH -d", ":s DRAFT #lobby * :from the phone")
        await screen.settled()
        assert text(screen) == "from the phone"
        await screen.keys(", and on")
        screen.says(":s DRAFT #lobby * :other words")
        assert "Another device has written something here, too." in await screen.picture()
        assert text(screen) == "from the phone, and on"
        await screen.keys("\r")
        assert text(screen) == "other words"


async def test_what_is_typed_before_the_first_channel_is_open_stays_in_the_line():
    async with stage() as screen:
        await screen.online("Alice")
        await screen.keys("half a thou")
        screen.says(":Alice!a@h JOIN #lobby")
        await screen.settled()
        assert text(screen) == "half a thou"
        await screen.keys("ght\r")
        assert screen.wire.sent[-1].endswith("PRIVMSG #lobby :half a thought")


async def test_what_is_typed_before_the_first_channel_is_open_stands_behind_the_draft_of_it():
    host = MemoryHost()
    async with stage(host=host) as screen:
        await in_lobby(screen)
        await screen.keys("I do")
    async with stage(host=host) as screen:
        await screen.online("Alice")
        await screen.keys("and you?")
        screen.says(":Alice!a@h JOIN #lobby")
        await screen.settled()
        assert text(screen) == "I do and you?"


async def test_a_thread_has_a_draft_of_its_own():
    async with stage() as screen:
        await in_lobby(screen)
        await screen.keys("for all")
        await screen.keys("\x1bst")
        assert text(screen) == ""
        await screen.keys("for the thread")
        await screen.keys("\x1b")
        assert text(screen) == "for all"
        await screen.keys("\x1bst")
        assert text(screen) == "for the thread"
        await screen.keys("\r")
        assert text(screen) == ""
        assert "+draft/reply=m2" in screen.wire.sent[-1]
        await screen.keys("\x1b")
        assert text(screen) == "for all"


async def test_what_is_written_in_a_thread_belongs_to_the_message_that_the_server_names():
    async with stage() as screen:
        await in_lobby(screen)
        await screen.keys("\x1bst")
        await screen.keys("half")
        label = next(line for line in reversed(screen.wire.sent) if " THREAD " in line).split()[0]
        screen.says(f"{label} BATCH +t chover.chat/thread #lobby m0 1", "BATCH -t")
        await screen.keys(" a thought")
        assert text(screen) == "half a thought"
        rows = screen.state.drafts.rows.values()
        assert [(row.name, row.thread, row.text) for row in rows] == [("#lobby", "m0", "half a thought")]
