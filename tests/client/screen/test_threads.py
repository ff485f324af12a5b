"""Threads in the full screen: opened in place of the messages, answered by writing, and left again."""

from tests.client.screen.stage import stage


def asked(screen, *lines):
    """The server's answer to the last THREAD."""
    label = next(line for line in reversed(screen.wire.sent) if " THREAD " in line).split()[0]
    screen.says(
        f"{label} BATCH +t chover.chat/thread #lobby root 2", *(f"@batch=t;{line}" for line in lines), "BATCH -t"
    )


async def talking(screen):
    await screen.online("Alice", "#lobby")
    screen.bob("who has milk?", msgid="root")
    screen.bob("something else", msgid="other")
    screen.bob("I do", msgid="m1", **{"+draft/reply": "root"})


async def test_a_message_says_how_many_replies_it_has():
    async with stage(80, 20) as screen:
        await talking(screen)
        assert "╰ 1 reply, last 12:00" in await screen.row("╰")
        screen.says(":Bob!b@c REDACT #lobby m1")
        assert "╰" not in await screen.picture()


async def test_alt_t_opens_the_thread_what_is_written_replies_to_it_and_esc_goes_back():
    async with stage(80, 20) as screen:
        await talking(screen)
        await screen.keys("\x1bt")
        assert screen.commands("THREAD") == ["THREAD #lobby root"]
        asked(screen, "msgid=root;time=2026-06-19T12:00:01.000Z :Bob!b@c PRIVMSG #lobby :who has milk?",
              "msgid=m0;time=2026-06-19T12:00:01.500Z;+draft/reply=root :Bob!b@c PRIVMSG #lobby :from before",
              "msgid=m1;time=2026-06-19T12:00:03.000Z;+draft/reply=root :Bob!b@c PRIVMSG #lobby :I do")  # fmt: skip
        picture = await screen.picture()
        assert [text for text in ("who has milk?", "from before", "I do", "something else") if text in picture] == [
            "who has milk?", "from before", "I do",
        ]  # fmt: skip
        assert "Alice (thread) ❯" in picture
        assert "THREAD: what you write replies to it, Esc goes back" in picture
        await screen.line("one is enough")
        assert "one is enough" in await screen.picture()
        [said] = [line for line in screen.wire.sent if "PRIVMSG" in line]
        assert "+draft/reply=root" in said
        screen.echo("m2")
        screen.bob("here it is", msgid="m3", **{"+draft/reply": "m2"})
        screen.bob("not of it", msgid="m4")
        picture = await screen.picture()
        assert "here it is" in picture
        assert "not of it" not in picture
        await screen.keys("\x1b")
        picture = await screen.picture()
        assert "something else" in picture
        assert "╰ 3 replies, last 12:00" in picture
        await screen.line("to all")
        assert "+draft/reply" not in next(line for line in reversed(screen.wire.sent) if "PRIVMSG" in line)


async def test_a_thread_that_was_read_is_not_new_any_more_and_the_rest_of_the_channel_is():
    async with stage(80, 20) as screen:
        await screen.online("Alice", "#other", "#lobby")
        await screen.line("/goto #lobby")
        await screen.line("who knows?")
        screen.echo("root")
        await screen.line("/goto #other")
        screen.bob("me", msgid="m1", **{"+draft/reply": "root"})
        screen.bob("else", msgid="m2")
        lobby = screen.state.conversations["#lobby"]
        await screen.line("/thread #lobby root")
        asked(screen)
        await screen.settled()
        assert (lobby.unread, screen.state.preferences.threads) == (2, {"#lobby": {"root": lobby.entries[-2].at}})


async def test_a_selected_message_opens_its_thread_and_without_one_there_is_a_word():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("alone", msgid="root")
        await screen.line("/thread")
        assert "Nobody has replied to anything here" in await screen.picture()
        await screen.keys("\x1bs")
        await screen.keys("t")
        assert screen.commands("THREAD") == ["THREAD #lobby root"]
        assert "(thread)" in await screen.picture()


async def test_threads_are_listed_with_new_ones_first_and_one_goes_there():
    async with stage(100, 20) as screen:
        await talking(screen)
        await screen.line("/threads")
        label = screen.wire.sent[-1].split()[0]
        screen.says(
            f"{label} BATCH +l chover.chat/threads",
            "@batch=l :s THREAD #lobby root 3 1 timestamp=2026-06-19T11:00:00.000Z",
            "@batch=l;msgid=root :Bob!b@c PRIVMSG #lobby :who has milk?",
            "@batch=l;msgid=m9 :Bob!b@c PRIVMSG #lobby :I do",
            "@batch=l :s THREAD Bob gone 1 0 timestamp=2026-06-19T11:30:00.000Z",
            "BATCH -l",
        )
        picture = await screen.picture()
        first, second = "#lobby (3 replies, 1 new) Bob: who has milk?", "Bob (1 reply) an earlier message"
        assert picture.index(first) < picture.index(second)
        await screen.keys("\r")
        assert screen.commands("THREAD") == ["THREAD #lobby root"]


async def test_esc_goes_back_to_where_one_was_before_a_jump():
    async with stage(80, 12) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("far back", msgid="root")
        for number in range(60):
            screen.bob(f"line {number}", msgid=f"n{number}")
        screen.bob("about it", msgid="reply", **{"+draft/reply": "root"})
        for number in range(60, 90):
            screen.bob(f"line {number}", msgid=f"n{number}")
        await screen.line("/goto #lobby reply")
        assert "about it" in await screen.picture()
        await screen.keys("\x1b")
        await screen.keys("\x1b")
        assert "line 89" in await screen.picture()
        await screen.keys("\x1b[5~")
        before = await screen.picture()
        assert "line 89" not in before
        await screen.line("/goto #lobby root")
        assert "far back" in await screen.picture()
        await screen.keys("\x1b")
        await screen.keys("\x1b")
        seen = [row for row in (await screen.picture()).split("\n") if "line" in row]
        assert seen == [row for row in before.split("\n") if "line" in row]


async def test_the_inbox_leads_to_each_list():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#other", "#lobby")
        screen.bob("alice!", msgid="m1")
        await screen.line("/inbox")
        picture = await screen.picture()
        assert "What you missed: 1 conversation with new messages" in picture
        assert "Mentions: 1 new" in picture
        await screen.keys("\x1b[B\x1b[B")
        await screen.keys("\r")
        assert screen.commands("THREADS") == ["THREADS"]
