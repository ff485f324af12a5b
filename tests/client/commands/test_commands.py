"""What is typed behind a slash, tried in the full screen."""

import json
from pathlib import Path

import pytest

from chover.client.commands import ALIASES, COMMANDS, unknown
from chover.client.state import leaving, lifecycle
from tests.client.screen.stage import CAPS, stage

PROMISED = """
    join part msg query me nick topic names who whois whowas list invite away back ignore unignore notice quit help
    quote connect reconnect clear set kick ban unban kickban op deop voice devoice mode oper search history catchup
    mentions reply react edit delete upload mute pin save notify invite-link register login
"""
ANSWERS = json.loads(Path(__file__).with_name("answers.json").read_text(encoding="utf-8"))
"""Lines of the server, and what is told."""
NAMES = PROMISED.split()
CASES = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
"""What is typed, and what comes of it in every client; the page's run is tests/web/units/commands.test.js."""


def without(cap):
    return {name: value for name, value in CAPS.items() if name != cap}


def test_every_promised_command_is_in_the_table():
    assert set(NAMES) <= COMMANDS.keys()
    assert set(ALIASES.values()) <= COMMANDS.keys()


@pytest.mark.parametrize("row", COMMANDS.values(), ids=COMMANDS)
def test_every_command_says_what_it_does_and_needs_what_its_usage_shows(row):
    assert row.help
    assert not row.help.endswith(".")
    needed = [word for word in row.usage.split() if not word.startswith("[")]
    assert row.needs <= len(needed)


ONLY_HERE = [
    ("/list", "LIST"),
    ("/list tea", "LIST tea"),
    ("/login Alice hunter2", "AUTHENTICATE PLAIN"),
    ("/search tea from:bob", "SEARCH text=tea;from=bob;limit=50"),
    ("/history", "CHATHISTORY BEFORE #lobby msgid=his 100"),
    ("/history 2026-01-31", "CHATHISTORY AROUND #lobby timestamp=2026-01-31T00:00:00.000Z 100"),
    ("//etc is a directory", "PRIVMSG #lobby :/etc is a directory"),
    ("/reconnect", "(wake)"),
]


@pytest.mark.parametrize(("typed", "line"), [*CASES["sends"], *ONLY_HERE])
async def test_a_command_sends_its_line(typed, line):
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        screen.says(":s 005 Alice SILENCE=100 chover.chat/BANS=CHANSERV :are supported by this server")
        screen.bob("hello", msgid="his")
        screen.says("@msgid=mine :Alice!a@c PRIVMSG #lobby :hi")
        screen.wire.sent.clear()
        await screen.line(typed)
        leaving.depart(screen.state, now=True)
        screen.screen.connection.flush()
        bare = [sent.partition(" ")[2] if sent.startswith("@") else sent for sent in screen.wire.sent]
        assert line in bare


@pytest.mark.parametrize(("typed", "line"), CASES["sends to other servers"])
async def test_a_command_sends_what_other_servers_know(typed, line):
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line(typed)
        assert line in screen.wire.sent


async def test_away_is_remembered_until_back_and_not_when_it_was_not_sent():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/away identify hunter2")
        assert screen.state.absent == ""
        await screen.keys("\x03")
        await screen.line("/away at lunch")
        assert screen.state.absent == "at lunch"
        await screen.line("/back")
        assert screen.state.absent == ""


async def test_kickban_bans_the_account_before_it_removes_because_addresses_change():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        screen.says(":Bob!b@c JOIN #lobby bobby :Bob")
        screen.wire.sent.clear()
        await screen.line("/kickban Bob out")
        assert screen.commands("MODE", "KICK") == ["MODE #lobby +b account:bobby", "KICK #lobby Bob out"]


@pytest.mark.parametrize(("typed", "words"), CASES["answers"])
async def test_a_command_answers_whoever_typed_it(typed, words):
    async with stage(200, 20, caps=without("chover.chat/marks")) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line(typed)
        assert words in await screen.picture()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        *CASES["refusals"],
        ("/names", "1 here: Alice"),
        ("/set bell", "bell is yes (yes, no): ring the terminal's bell."),
        ("/pins", "Nothing is pinned or saved."),
        (" /msg nickserv identify x", "A command does not begin with a space"),
        ("identify hunter2", "That looks like a password: it was not sent."),
    ],
)
async def test_what_cannot_be_done_is_said_and_nothing_is_sent(typed, words):
    async with stage(200, 20) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line(typed)
        assert words in await screen.picture()
        assert screen.commands("PRIVMSG", "NOTICE", "AWAY", "KICK", "MODE", "TOPIC", "JOIN") == []


@pytest.mark.parametrize(("typed", "words"), CASES["private refusals"])
async def test_what_is_for_channels_is_not_done_to_a_person(typed, words):
    async with stage(200, 20) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/query Bob")
        screen.wire.sent.clear()
        await screen.line(typed)
        assert words in await screen.picture()
        assert screen.commands("KICK", "TOPIC") == []


@pytest.mark.parametrize(("lines", "words"), [(each["lines"], each["words"]) for each in ANSWERS])
async def test_what_the_server_answers_is_told_also_when_it_is_nothing(lines, words):
    async with stage(200, 20) as screen:
        await screen.online("Alice", "#lobby")
        screen.says(*lines)
        picture = await screen.picture()
        assert [word for word in words if word not in picture] == []
        assert "End" not in picture


async def test_query_alone_goes_back_to_the_channel():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/query Bob")
        await screen.line("/query")
        assert screen.state.current.name == "#lobby"


@pytest.mark.parametrize(("typed", "cap", "what"), CASES["lacks"])
async def test_what_the_server_lacks_is_said_in_one_line(typed, cap, what):
    async with stage(200, 20, caps=without(cap)) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("hello")
        await screen.line(typed)
        assert f"This server does not offer {what}." in await screen.picture()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/mentions", "Nobody has mentioned you in the messages"),
        ("/catchup", "Nothing: you have read everything."),
    ],
)
async def test_where_the_server_knows_nothing_of_it_what_is_here_is_looked_at(typed, words):
    async with stage(caps=without("chover.chat/catchup")) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line(typed)
        assert words in await screen.picture()


async def test_without_a_connection_it_is_said_and_what_is_written_waits():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        lifecycle.lost(screen.state)
        await screen.line("/whois Bob")
        await screen.line("hello")
        assert "There is no connection;" in await screen.picture()
        assert "Alice hello [waiting]" in await screen.row("hello")


@pytest.mark.parametrize(("typed", "words"), CASES["answers about what was said"])
async def test_what_is_done_to_a_message_is_answered(typed, words):
    async with stage(200, 20) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("hello", msgid="his")
        await screen.line(typed)
        assert words in await screen.picture()


@pytest.mark.parametrize(("typed", "words"), CASES["refusals about what was said"])
async def test_what_cannot_be_done_to_a_message_is_said(typed, words):
    async with stage(200, 20) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("hello", msgid="his")
        screen.says("@msgid=mine :Alice!a@c PRIVMSG #lobby :hi")
        screen.wire.sent.clear()
        await screen.line(typed)
        assert words in await screen.picture()
        assert screen.commands("TAGMSG", "EDIT", "REDACT", "PRIVMSG") == []
        assert screen.screen.line.buffer.text in {typed, ""}


async def test_a_line_to_nickserv_may_be_quoted():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/quote PRIVMSG NickServ :IDENTIFY hunter2")
        assert screen.wire.sent[-1] == "PRIVMSG NickServ :IDENTIFY hunter2"


@pytest.mark.parametrize(
    "typed",
    [
        "/mgs Bob a long story",
        "/msg Bob identify hunter2",
        "/me identify hunter2",
        "/edit and a longer story",
        "identify hunter2",
    ],
)
async def test_what_cannot_be_done_stands_in_the_line_again_as_it_was_typed(typed):
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line(typed)
        assert screen.screen.line.buffer.text == typed
        assert screen.commands("PRIVMSG", "EDIT") == []


@pytest.mark.parametrize("typed", ["/kcik Bob", "/whois Bob", "/login Bob hunter2", "/oper admin hunter2"])
async def test_what_is_typed_again_in_a_moment_or_is_secret_does_not_stand_there(typed):
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        lifecycle.lost(screen.state)
        await screen.line(typed)
        assert screen.screen.line.buffer.text == ""


async def test_a_reply_and_an_edit_that_cannot_be_sent_are_still_there():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("hello", msgid="his")
        screen.says("@msgid=mine :Alice!a@c PRIVMSG #lobby :hi")
        await screen.keys("\x1bsk")
        await screen.keys("r")
        await screen.line("identify hunter2")
        assert "reply to Bob ❯ identify hunter2" in await screen.picture()
        await screen.keys("\x03\x1bs")
        await screen.keys("e")
        lifecycle.lost(screen.state)
        await screen.line(" everybody")
        assert "edit ❯ hi everybody" in await screen.picture()
        assert "There is no connection;" in await screen.picture()


async def test_bare_q_quits_and_q_with_a_nick_opens_a_conversation():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/q Carol")
        assert screen.state.current.name == "Carol"
        await screen.line("/q")
        await screen.ends()


async def test_an_unknown_command_is_never_sent_as_chat():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/opre secret words")
        assert screen.commands("PRIVMSG") == []
        assert "//" in unknown("opre", "terminal")


async def test_a_password_is_asked_for_and_shown_as_stars_and_stands_in_no_history():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/login")
        await screen.keys("hunter2")
        assert "Password of Alice: *******" in await screen.picture()
        await screen.keys("\r")
        assert screen.wire.sent[-1] == "AUTHENTICATE PLAIN"
        screen.says("AUTHENTICATE +")
        assert screen.wire.sent[-1] == "AUTHENTICATE AEFsaWNlAGh1bnRlcjI="
        screen.says(":s 900 Alice Alice!a@c alice :You are now logged in as alice", ":s 903 Alice :SASL successful")
        assert "You are now logged in as alice" in await screen.picture()
        assert "hunter2" not in await screen.picture()
        assert not [line for line in screen.screen.line.typed if "hunter2" in line]


async def test_without_sasl_nickserv_is_told_and_nothing_of_it_is_shown():
    async with stage(caps=without("sasl")) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/login alice hunter2")
        assert screen.wire.sent[-1] == "PRIVMSG NickServ :IDENTIFY alice hunter2"
        screen.says(
            ":Alice!a@c PRIVMSG NickServ :IDENTIFY alice hunter2",
            ":NickServ!s@s NOTICE Alice :You are now logged in as alice",
        )
        picture = await screen.picture()
        assert "NickServ: You are now logged in as alice" in picture
        assert "hunter2" not in picture
        assert list(screen.state.conversations) == ["#lobby"]


async def test_a_password_typed_behind_login_stands_in_no_history_either():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/login Alice hunter2")
        assert screen.screen.line.typed == []


async def test_an_ignored_nick_is_not_seen_until_it_is_again():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("spam spam")
        await screen.line("/ignore bob")
        assert "spam spam" not in await screen.picture()
        await screen.line("/unignore Bob")
        assert "spam spam" in await screen.picture()


def tells_marks(screen, *rows):
    """The server tells all that the account keeps."""
    screen.says(":s BATCH +x metadata *", *[f"@batch=x :s 761 Alice {row}" for row in rows], ":s BATCH -x")


def kept_by_the_account(screen):
    """What the server was asked to keep."""
    return [line.partition(" ")[2] for line in screen.wire.sent if " SET " in line]


async def test_with_an_account_what_is_noted_is_kept_there_and_what_other_devices_note_shows_at_once():
    async with stage() as screen:
        screen.account = "alice"
        await screen.online("Alice", "#lobby", "#tea")
        tells_marks(screen)
        for line in ("/mute", "/pin", "/notify all", "/highlight tea", "/ignore bob", "/unignore bob"):
            await screen.line(line)
        assert kept_by_the_account(screen) == [
            "METADATA #lobby SET soju.im/muted 1", "METADATA #lobby SET soju.im/pinned 1",
            "METADATA #lobby SET chover.chat/notify all", "METADATA * SET chover.chat/highlights tea",
            "METADATA bob SET soju.im/blocked 1",
            "METADATA bob SET soju.im/blocked 0",
        ]  # fmt: skip
        screen.bob("spam spam")
        assert "spam spam" in await screen.picture()
        screen.says(":s 761 Alice bob soju.im/blocked * 1", ":s 761 Alice #tea soju.im/pinned * 1")
        screen.says(":s 761 Alice #lobby soju.im/pinned * 0")
        assert "spam spam" not in await screen.picture()
        assert "1^#tea" in await screen.picture()


async def test_a_message_that_was_pinned_on_another_device_is_listed_and_led_to():
    async with stage() as screen:
        screen.account = "alice"
        await screen.online("Alice", "#lobby")
        screen.bob("the plan", msgid="m7")
        tells_marks(screen, "#lobby chover.chat/pins * :m7 m8")
        await screen.line("/pins")
        assert "> #lobby Bob: the plan" in await screen.picture()
        assert "#lobby: a message that is not loaded yet" in await screen.picture()
        await screen.line("")
        assert "▶" in await screen.row("the plan")


async def test_without_one_nothing_is_asked_of_the_server_but_to_drop_what_the_ignored_write():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        tells_marks(screen)
        for line in ("/mute", "/pin", "/notify all", "/ignore bob"):
            await screen.line(line)
        assert kept_by_the_account(screen) == ["METADATA bob SET soju.im/blocked 1"]
        assert screen.screen.state.preferences.own["#lobby"].keys() == {
            "soju.im/muted", "soju.im/pinned", "chover.chat/notify"
        }  # fmt: skip


async def test_what_is_pinned_stands_in_front_and_what_is_mute_is_no_activity():
    async with stage() as screen:
        await screen.online("Alice", "#lobby", "#tea")
        await screen.keys("\x1b2")
        await screen.line("/pin")
        assert "#tea is pinned to the top now." in await screen.picture()
        assert "1>#tea" in await screen.picture()
        await screen.line("/pin")
        assert "2>#tea" in await screen.picture()
        screen.bob("a word", "Alice")
        await screen.line("/query Bob")
        await screen.line("/mute")
        await screen.keys("\x1b1")
        screen.bob("psst", "Alice")
        await screen.keys("\x1ba")
        assert screen.screen.state.active == "#lobby"


async def test_clear_empties_the_screen_and_page_up_brings_it_back():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        for number in range(20):
            screen.bob(f"line {number}")
        await screen.line("/clear")
        assert "line 19" not in await screen.picture()
        await screen.keys("\x1b[5~")
        assert "line 10" in await screen.picture()


async def test_list_shows_the_channels_and_enter_joins_one():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/list")
        screen.says(
            ":s 321 Alice Channel :Users",
            ":s 322 Alice #tea 3 :kettle",
            ":s 322 Alice #big 9 :all",
            ":s 323 Alice :End",
        )
        assert "> #big  9  all" in await screen.picture()
        await screen.line("tea")
        assert screen.wire.sent[-1] == "JOIN #tea"


async def test_what_the_server_says_was_missed_leads_there():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby", "#tea", "#work")
        await screen.line("/catchup")
        label = screen.wire.sent[-1].partition(" ")[0]
        screen.says(
            f"{label} BATCH +c chover.chat/catchup",
            "@batch=c :s CATCHUP #work 9 1 msgid=w1 timestamp=2026-06-19T11:00:00.000Z *",
            "@batch=c :s CATCHUP #tea 4 0 msgid=t1 timestamp=2026-06-19T11:00:00.000Z *",
            "@batch=c;msgid=w1;time=2026-06-19T11:00:00.000Z :Bob!b@c PRIVMSG #work :alice: look",
            "BATCH -c",
        )
        picture = await screen.picture()
        assert "> 06-19 11:00 #work Bob: alice: look" in picture
        assert "#tea: 4 new" in picture
        await screen.keys("\r")
        assert screen.state.current.name == "#work"
        assert "CHATHISTORY AROUND #work msgid=w1 100" in screen.wire.sent[-1]


async def test_what_the_ignored_call_is_in_no_list_and_no_step_of_the_way():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        screen.bob("alice: spam")
        await screen.line("/ignore Bob")
        await screen.line("/mentions")
        label = screen.wire.sent[-1].partition(" ")[0]
        screen.says(
            f"{label} BATCH +c chover.chat/mentions", "@batch=c :Bob!b@c PRIVMSG #lobby :alice: spam", "BATCH -c"
        )
        assert "Nobody has mentioned you." in await screen.picture()
        await screen.keys("\x1bp")
        assert not screen.screen.parts.selecting
    async with stage(100, 20, caps=without("chover.chat/catchup")) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        screen.bob("alice: spam", "#tea")
        await screen.line("/ignore Bob")
        for line, answer in (
            ("/catchup", "Nothing: you have read everything."),
            ("/mentions", "Nobody has mentioned you"),
        ):
            await screen.line(line)
            assert answer in await screen.picture()


async def test_mentions_come_from_the_server_and_may_be_none():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/mentions")
        label = screen.wire.sent[-1].partition(" ")[0]
        screen.says(f"{label} BATCH +c chover.chat/mentions", "BATCH -c")
        assert "Nobody has mentioned you." in await screen.picture()


async def test_catchup_lists_what_calls_us_first_and_leads_there():
    async with stage(100, 20, caps=without("chover.chat/catchup")) as screen:
        await screen.online("Alice", "#lobby", "#tea", "#work")
        screen.bob("kettle", "#tea")
        screen.bob("alice: look", "#work", msgid="w1")
        await screen.line("/catchup")
        picture = await screen.picture()
        assert "> 06-19 12:00 #work Bob: alice: look" in picture
        assert "#tea: 1 new" in picture
        await screen.keys("\r")
        await screen.settled()
        assert screen.state.current.name == "#work"
        assert "▶" in await screen.row("alice: look")


async def test_everything_is_read_at_once_when_that_is_wished():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        screen.bob("kettle", "#tea", time="2026-06-19T12:00:01.000Z")
        await screen.line("/read")
        assert screen.commands("MARKREAD")[-1] == "MARKREAD #tea timestamp=2026-06-19T12:00:01.000Z"


@pytest.mark.parametrize(
    ("level", "text", "rings"),
    [
        ("mentions", "hello", False),
        ("mentions", "alice: hello", True),
        ("all", "hello", True),
        ("off", "alice: hi", False),
    ],
)
async def test_the_bell_rings_as_each_conversation_wants(level, text, rings):
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line(f"/notify {level}")
        await screen.settled()
        screen.nothing_written()
        screen.bob(text)
        await screen.settled()
        assert ("\x07" in screen.written.getvalue()) is rings


async def test_a_mute_conversation_counts_only_mentions_and_rings_for_nothing():
    async with stage() as screen:
        await screen.online("Alice", "#lobby", "#tea")
        await screen.keys("\x1b2")
        await screen.line("/mute")
        await screen.keys("\x1b1")
        await screen.settled()
        screen.nothing_written()
        screen.bob("one", "#tea")
        assert "1>#lobby" in await screen.picture()
        assert await screen.row("#tea") == "2 #tea                │"
        screen.bob("alice: two", "#tea")
        assert await screen.row("#tea  ") == "2 #tea             @1 │"
        assert "\x07" not in screen.written.getvalue()


async def test_desktop_notifications_say_who_and_where():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/set desktop yes")
        screen.bob("alice: look \x1b[31m")
        await screen.settled()
        assert screen.host.notified == [("Bob in #lobby", "alice: look [31m")]
