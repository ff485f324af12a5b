"""Screens as pictures in text."""

from tests.client.screen.stage import stage


async def test_at_first_it_says_what_can_be_done():
    async with stage(60, 8) as screen:
        assert (
            await screen.picture()
            == """\
 chover



Nothing here yet.
/join #channel joins a channel, /help shows everything else.
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
 F1 help
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
 Alt-S selects it: Enter tries again, e edits i… 1 not sent
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
12:00         → Alice joined
12:00       Bob tea or coffee?
                ╰ 1 reply, last 12:00
                ↳ Bob: tea or coffee?
12:00     Alice tea
 F1 help
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
 F1 help
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
 F1 help
Alice ❯"""
        )


async def test_where_there_is_no_room_for_columns_names_stand_in_the_text():
    async with stage(24, 7) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("a message that needs more than a single row")
        await screen.line("hello")
        assert (
            await screen.picture()
            == """\
 #lobby
Bob: a message that
 needs more than a
 single row
Alice: hello [sending]
              1 to send
Alice ❯"""
        )


def batch_of_results(label, first, number, newest):
    """``number`` messages, the newest last, as SEARCH answers."""
    times = [f"2026-06-19T10:{at // 60:02}:{at % 60:02}.000Z" for at in range(newest - number + 1, newest + 1)]
    rows = [
        f"@batch=s;msgid=m{first + at};time={time} :Bob!b@c PRIVMSG #tea :tea {first + at}"
        for at, time in enumerate(times)
    ]
    return [f"{label} BATCH +s soju.im/search", *rows, "BATCH -s"]


async def test_the_last_row_of_a_search_asks_for_older_messages():
    async with stage(60, 14) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/search tea")
        screen.says(*batch_of_results(screen.wire.sent[-1].partition(" ")[0], 100, 50, 3000))
        assert "50 or more found; Enter goes there" in await screen.picture()
        await screen.keys("\x1b[A" + "\x1b[B" * 50)
        assert "> older messages: Enter looks for them" in await screen.picture()
        await screen.keys("\r")
        label, _, asked = screen.wire.sent[-1].partition(" ")
        assert asked == "SEARCH text=tea;before=2026-06-19T10:49:11.000Z;limit=51"
        known = "@batch=s;msgid=m100;time=2026-06-19T10:49:11.000Z :Bob!b@c PRIVMSG #tea :tea 100"
        older = batch_of_results(label, 90, 2, 2950)
        screen.says(*older[:-1], known, older[-1])
        assert "52 found; Enter goes there" in await screen.picture()
        assert "> 2026-06-19 10:49 #tea Bob: tea 91" in await screen.picture()


async def test_search_shows_what_is_found_and_leads_there():
    async with stage(80, 12) as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("\x06")
        await screen.line("tea from:bob")
        label = screen.wire.sent[-1].partition(" ")[0]
        screen.says(
            f"{label} BATCH +s soju.im/search",
            "@batch=s;msgid=t1;time=2026-05-01T08:00:00.000Z :Bob!b@c PRIVMSG #lobby :tea is ready",
            "@batch=s;msgid=t2;time=2026-05-02T08:00:00.000Z :Bob!b@c PRIVMSG #lobby :more tea?",
            "BATCH -s",
        )
        assert (
            await screen.picture()
            == """\
 #lobby
1>#lobby              │
                      │
                      │ Welcome to #lobby
                      │ You are alone here.
                      │ Write below and press Enter. /invite nick brings
                      │ somebody in, F1 shows everything else.
                      │ 2 found; Enter goes there
                      │> 2026-05-02 08:00 #lobby Bob: more tea?
                      │  2026-05-01 08:00 #lobby Bob: tea is ready
 F1 help
search ❯ tea from:bob"""
        )
        await screen.keys("\x1b[B")
        await screen.keys("\r")
        label = screen.wire.sent[-1].partition(" ")[0]
        screen.says(
            f"{label} BATCH +a chathistory #lobby",
            "@batch=a;msgid=t0;time=2026-05-01T07:59:00.000Z :Carol!b@c PRIVMSG #lobby :anything to drink?",
            "@batch=a;msgid=t1;time=2026-05-01T08:00:00.000Z :Bob!b@c PRIVMSG #lobby :tea is ready",
            "BATCH -a",
        )
        assert (
            await screen.picture()
            == """\
 #lobby
1>#lobby              │
                      │
                      │
                      │
                      │
                      │
                      │────────────────── Friday, 1 May 2026 ───────────────────
                      │07:59     Carol anything to drink?
                      │08:00▶      Bob tea is ready
 PAST: Esc back to where you were, Alt-End to the newest
Alice ❯"""
        )


async def test_an_edit_begins_with_the_old_text_and_is_marked_when_it_is_kept():
    async with stage(60, 7) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("helo there")
        screen.echo("e1")
        await screen.keys("\x1bs")
        await screen.keys("e")
        assert (
            await screen.picture()
            == """\
 #lobby

────────────────── Friday, 19 June 2026 ────────────────────
12:00         → Alice joined
12:00     Alice helo there

edit ❯ helo there"""
        )
        await screen.keys("\x15")
        await screen.line("hello there")
        screen.says(":Alice!a@c EDIT #lobby e1 :hello there")
        assert (
            await screen.picture()
            == """\
 #lobby

────────────────── Friday, 19 June 2026 ────────────────────
12:00         → Alice joined
12:00     Alice hello there (edited)

Alice ❯"""
        )


async def test_a_message_of_several_lines_and_reactions():
    async with stage(60, 9) as screen:
        await screen.online("Alice", "#lobby")
        screen.says(
            "@msgid=m1 :Bob!b@c BATCH +b draft/multiline #lobby",
            "@batch=b :Bob!b@c PRIVMSG #lobby :first line",
            "@batch=b :Bob!b@c PRIVMSG #lobby :second",
            "@batch=b;draft/multiline-concat :Bob!b@c PRIVMSG #lobby : line",
            "BATCH -b",
            "@+draft/react=👍;+draft/reply=m1 :Carol!c@c TAGMSG #lobby",
            "@+draft/react=👍;+draft/reply=m1 :Dan!c@c TAGMSG #lobby",
        )
        assert (
            await screen.picture()
            == """\
 #lobby

────────────────── Friday, 19 June 2026 ────────────────────
12:00         → Alice joined
12:00       Bob first line
                second line
                👍 2 (Carol, Dan)
 F1 help
Alice ❯"""
        )


async def test_typing_shows_who_writes_and_pasted_lines_wait_in_the_editor():
    async with stage(60, 10) as screen:
        await screen.online("Alice", "#lobby")
        screen.says("@+typing=active :Bob!b@c TAGMSG #lobby")
        await screen.keys("\x1b[200~one\ntwo\nthree\x1b[201~")
        assert (
            await screen.picture()
            == """\
 #lobby



────────────────── Friday, 19 June 2026 ────────────────────
12:00         → Alice joined
 Bob is typing
Alice ❯ one
two
three"""
        )


async def test_members_stand_at_the_right_by_rank_and_who_is_away_in_brackets():
    async with stage(100, 8) as screen:
        await screen.online("Alice")
        screen.joins("#lobby", "@Zoe", "+Bob", "Alice", "Carol")
        screen.says(":Carol!c@c AWAY :at lunch", ":Zoe!z@c TOPIC #lobby :All about \x02tea\x02 and more")
        assert (
            await screen.picture()
            == """\
 #lobby All about tea and more
1>#lobby              │                                                          │ 4 here
                      │────────────────── Friday, 19 June 2026 ──────────────────│ @Zoe
                      │12:00         → Alice joined                              │ +Bob
                      │12:00         · Zoe changed the topic: All about tea and  │  Alice
                      │                more                                      │  (Carol)
 F1 help
Alice ❯"""
        )


async def test_those_who_come_and_go_one_after_the_other_stand_in_one_line():
    async with stage(70, 9) as screen:
        await screen.online("Alice", "#lobby")
        screen.says(
            ":Bob!b@c JOIN #lobby",
            ":Carol!c@c JOIN #lobby",
            ":Dan!d@c JOIN #lobby",
            ":Dan!d@c QUIT :bye",
        )
        screen.bob("hello")
        screen.says(":Carol!c@c QUIT :oops", ":Carol!c@c JOIN #lobby")
        screen.bob("again")
        assert (
            await screen.picture()
            == """\
 #lobby

───────────────────── Friday, 19 June 2026 ───────────────────────────
12:00            ↔ 3 joined, 1 came and went
12:00          Bob hello
12:00            ↔ Carol came back
12:00          Bob again
 F1 help
Alice ❯"""
        )
        await screen.line("/set events no")
        assert (
            await screen.picture()
            == """\
 #lobby


───────────────────── Friday, 19 June 2026 ───────────────────────────
12:00          Bob hello
12:00          Bob again
12:00            · events is no now.

Alice ❯"""
        )
