"""Screens as pictures in text."""

from tests.client.screen.stage import stage


async def test_at_first_it_says_what_can_be_done():
    async with stage(60, 8) as screen:
        assert (
            await screen.picture()
            == """\
 chover



Nothing here yet.
/join #channel goes into a channel, /help shows everything …
 connecting …
… ❯"""
        )


async def test_three_channels_with_what_is_unread_in_them():
    async with stage(76, 10) as screen:
        await screen.online("Alice", "#lobby", "#tea", "#work")
        screen.bob("anybody here?")
        screen.bob("kettle is on", "#tea")
        screen.bob("milk?", "#tea")
        screen.bob("alice: a question", "#work")
        assert (
            await screen.picture()
            == """\
 #lobby
1>#lobby              │
2 #tea              2 │
3 #work            @1 │
                      │
                      │─────────────── Friday, 19 June 2026 ────────────────
                      │12:00         → Alice joined
                      │12:00       Bob anybody here?
 3:#work @1  2:#tea 2
Alice ❯"""
        )


async def test_what_is_new_has_a_line_above_it():
    async with stage(60, 9) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        screen.bob("one", "#tea")
        screen.bob("two", "#tea")
        await screen.keys("\x1b2")
        assert (
            await screen.picture()
            == """\
 #tea

────────────────── Friday, 19 June 2026 ────────────────────
12:00         → Alice joined
────────────────── new ─────────────────────────────────────
12:00       Bob one
12:00       Bob two

Alice ❯"""
        )


async def test_what_is_said_is_seen_waiting_and_then_kept():
    async with stage(60, 6) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("hello")
        assert await screen.row("hello") == "12:00     Alice hello [sending]"
        screen.echo("m1")
        assert await screen.row("hello") == "12:00     Alice hello"


async def test_what_the_server_refuses_says_why_and_can_be_sent_again():
    async with stage(60, 8) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("hello")
        screen.says("@label=n1 :s 404 Alice #lobby :Cannot send to channel")
        assert (
            await screen.picture()
            == """\
 #lobby


────────────────── Friday, 19 June 2026 ────────────────────
12:00         → Alice joined
12:00     Alice hello [not sent: Cannot send to channel]
                                                 1 not sent
Alice ❯"""
        )
        await screen.keys("\x1bs")
        await screen.keys("\r")
        assert screen.commands("PRIVMSG") == ["PRIVMSG #lobby hello"] * 2


async def test_a_reply_stands_below_what_it_answers():
    async with stage(60, 8) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("tea or coffee?", msgid="q1")
        await screen.keys("\x1bs")
        await screen.keys("r")
        assert (await screen.picture()).split("\n")[-1] == "reply to Bob ❯"
        await screen.line("tea")
        assert "+draft/reply=q1" in screen.wire.sent[-1]
        screen.echo("a1")
        assert (
            await screen.picture()
            == """\
 #lobby
────────────────── Friday, 19 June 2026 ────────────────────
12:00         → Alice joined
12:00       Bob tea or coffee?
                ↳ Bob: tea or coffee?
12:00     Alice tea

Alice ❯"""
        )


async def test_a_wide_message_keeps_its_columns_and_its_neighbours():
    async with stage(100, 7) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("日本語のとても長いメッセージ 😀 " * 4)
        assert (
            await screen.picture()
            == """\
 #lobby
1>#lobby              │12:00       Bob 日本語のとても長いメッセージ 😀           │ 1 here
                      │                日本語のとても長いメッセージ 😀           │  Alice
                      │                日本語のとても長いメッセージ 😀           │
                      │                日本語のとても長いメッセージ 😀           │

Alice ❯"""
        )


async def test_forty_columns_and_ten_rows_are_enough():
    async with stage(40, 10) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        screen.bob("a message that needs more than a single row here")
        screen.bob("psst", "Alice")
        screen.no_history("Bob")
        assert (
            await screen.picture()
            == """\
 #lobby



───────── Friday, 19 June 2026 ─────────
12:00      → Alice joined
12:00    Bob a message that needs more
             than a single row here
 3:Bob @1
Alice ❯"""
        )


async def test_after_a_resize_everything_is_where_it_belongs():
    async with stage(40, 8) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("hello there")
        await screen.picture()
        screen.resize(80, 10)
        assert (
            await screen.picture()
            == """\
 #lobby
1>#lobby              │
                      │
                      │
                      │
                      │───────────────── Friday, 19 June 2026 ──────────────────
                      │12:00         → Alice joined
                      │12:00       Bob hello there

Alice ❯"""
        )
