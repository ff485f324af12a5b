import asyncio
import base64

import pytest

from chover.client.commands.keys import key_rows
from chover.client.keys.actions import ACTIONS, SELECTED
from chover.client.keys.keymap import KeyMaps
from chover.client.local.host import NotHere
from chover.client.local.settings import FILE, ClientSettings
from chover.client.screen.keys import selecting
from chover.client.screen.keys.table import HANDLERS
from chover.client.served import ServedHost
from chover.wire.message import parse
from tests.client.screen.stage import CAPS, MemoryHost, stage


def named(screen):
    return screen.state.current.name


async def test_alt_digits_go_to_the_conversation_of_that_number_and_esc_digits_are_text():
    async with stage() as screen:
        await screen.online("Alice", "#a", "#b", "#c")
        await screen.keys("\x1b3")
        assert named(screen) == "#c"
        await screen.keys("\x1b")
        await screen.keys("1")
        assert (named(screen), screen.screen.line.buffer.text) == ("#c", "1")


@pytest.mark.parametrize(
    ("forth", "back"), [("\x0e", "\x10"), ("\x1b\x1b[C", "\x1b\x1b[D"), ("\x1b[1;3C", "\x1b[1;3D")]
)
async def test_next_and_previous_go_round(forth, back):
    async with stage() as screen:
        await screen.online("Alice", "#a", "#b")
        await screen.keys(forth)
        assert named(screen) == "#b"
        await screen.keys(forth)
        assert named(screen) == "#a"
        await screen.keys(back)
        assert named(screen) == "#b"


async def test_alt_a_goes_to_mentions_then_to_private_conversations_then_to_the_rest():
    async with stage() as screen:
        await screen.online("Alice", "#a", "#b", "#c")
        screen.bob("just so", "#b")
        screen.bob("psst", "Alice")
        screen.no_history("Bob")
        screen.bob("alice!", "#c")
        seen = []
        for _ in range(3):
            await screen.keys("\x1ba")
            await screen.settled()
            seen.append(named(screen))
        assert seen == ["#c", "Bob", "#b"]
        await screen.keys("\x1ba")
        assert named(screen) == "#b"


async def test_the_switcher_finds_conversations_by_a_few_letters():
    async with stage() as screen:
        await screen.online("Alice", "#lobby", "#announcements")
        await screen.keys("\x1bk")
        await screen.line("anc")
        assert named(screen) == "#announcements"


async def test_the_switcher_joins_what_is_not_there_yet():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("\x1bk")
        await screen.line("garden")
        assert screen.wire.sent[-1] == "JOIN #garden"


async def test_pages_go_back_and_forth_and_older_ones_are_fetched_at_the_top():
    async with stage(60, 8) as screen:
        await screen.online("Alice", "#lobby")
        for number in range(12):
            screen.bob(f"line {number}", msgid=f"m{number}")
        await screen.keys("\x1b[5~")
        assert "line 6" in await screen.picture()
        assert "line 11" not in await screen.picture()
        for _ in range(5):
            await screen.keys("\x1b[5~")
        assert any("CHATHISTORY BEFORE #lobby msgid=m0 100" in line for line in screen.wire.sent)
        label = screen.wire.sent[-1].partition(" ")[0]
        screen.says(f"{label} BATCH +p chathistory #lobby", "@batch=p;msgid=o1 :B!b@c PRIVMSG #lobby :long ago")
        screen.says("BATCH -p")
        await screen.keys("\x1b[5~")
        assert "long ago" in await screen.picture()
        await screen.keys("\x1b\x1b[F")
        assert "line 11" in await screen.picture()


async def test_alt_home_shows_the_oldest_and_alt_u_where_new_messages_begin():
    async with stage(60, 8) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        for number in range(20):
            screen.bob(f"line {number}", "#tea")
        await screen.keys("\x1b2")
        assert "line 0" not in await screen.picture()
        await screen.keys("\x1bu")
        assert "─ new ─" in await screen.picture()
        assert "line 0" in await screen.picture()
        await screen.keys("\x1b\x1b[H")
        assert "joined" in await screen.picture()


async def test_alt_p_and_alt_n_go_from_mention_to_mention():
    async with stage(60, 6) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("alice: first")
        for number in range(10):
            screen.bob(f"line {number}")
        screen.bob("alice: second")
        for number in range(10):
            screen.bob(f"more {number}")
        await screen.keys("\x1bp")
        assert "▶" in await screen.row("second")
        await screen.keys("\x1bp")
        assert "▶" in await screen.row("first")
        await screen.keys("\x1bn")
        assert "▶" in await screen.row("second")


async def test_ctrl_r_finds_what_was_typed_before():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("first thing")
        await screen.line("second thing")
        await screen.keys("\x12")
        await screen.line("first")
        assert screen.screen.line.buffer.text == "first thing"


async def test_alt_enter_makes_a_new_line_and_the_whole_is_one_message():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("one\x1b\r")
        await screen.line("two")
        assert screen.commands("PRIVMSG", "BATCH")[1:3] == ["PRIVMSG #lobby one", "PRIVMSG #lobby two"]


async def test_without_multiline_each_line_is_a_message():
    async with stage(caps={name: value for name, value in CAPS.items() if name != "draft/multiline"}) as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("one\x1b\r")
        await screen.line("two")
        assert screen.commands("PRIVMSG", "BATCH") == ["PRIVMSG #lobby one", "PRIVMSG #lobby two"]


async def test_pasted_lines_land_in_the_editor_and_are_not_sent():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("\x1b[200~one\ntwo\n\x1b[201~")
        assert screen.screen.line.buffer.text == "one\ntwo\n"
        assert screen.commands("PRIVMSG") == []


@pytest.mark.parametrize(("columns", "keeps_files"), [(80, True), (40, False)])
async def test_a_paste_of_many_lines_says_how_many_and_what_can_be_done(columns, keeps_files):
    async with stage(columns, 12) as screen:
        await screen.online("Alice", "#lobby")
        screen.host.can_connect = keeps_files
        screen.says(":s 005 Alice soju.im/FILEHOST=http://s/files :are supported")
        await screen.keys("\x1b[200~" + "\n".join(f"line {at}" for at in range(30)) + "\x1b[201~")
        uploads = ", ^X^U uploads" if keeps_files else ""
        assert f"30 lines: Enter sends, Ctrl-C clears{uploads}" in await screen.picture()
        await screen.keys("\x03")
        assert "lines:" not in await screen.picture()


async def test_a_paste_that_is_several_messages_says_so():
    async with stage(80, 12) as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("\x1b[200~" + "x\n" * 79 + "x\x1b[201~")
        assert "80 lines: Enter sends them as 3 messages, Ctrl-C clears" in await screen.picture()
        screen.resize(40, 12)
        assert "80 lines: Enter sends, Ctrl-C clears" in await screen.picture()
        await screen.keys("\r")
        assert len(screen.state.outbox) == 3


async def test_ctrl_x_ctrl_u_uploads_what_is_typed_and_its_address_takes_its_place(monkeypatch):
    sent = []

    async def upload_file(_host, _place, name, file, _progress):
        sent.append((name, file.read()))
        return "http://s/files/1"

    monkeypatch.setattr("chover.client.screen.uploading.upload_file", upload_file)
    async with stage(80, 12) as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("a\x1b\rb\x18\x15")
        assert "This server does not store files." in await screen.picture()
        screen.says(":s 005 Alice soju.im/FILEHOST=http://s/files :are supported")
        await screen.keys("\x18\x15")
        await screen.row("❯ http://s/files/1")
        assert sent == [("text.txt", b"a\nb")]
        assert screen.screen.line.buffer.text == "http://s/files/1"


async def test_a_file_that_arrives_while_somebody_is_elsewhere_waits_in_the_line_that_it_is_for(monkeypatch):
    arrived = asyncio.Event()

    async def upload(*_):
        await arrived.wait()
        return "http://s/files/1"

    monkeypatch.setattr("chover.client.screen.uploading.upload", upload)
    async with stage(100, 12) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        screen.says(":s 005 Alice soju.im/FILEHOST=http://s/files :are supported")
        await screen.line("/goto #tea")
        await screen.line("/upload cake.png")
        await screen.keys("look:")
        await screen.keys("\x1b1")
        await screen.keys("here")
        arrived.set()
        await screen.row("its address is in the line of #tea, Enter there sends it.")
        assert screen.screen.line.buffer.text == "here"
        await screen.keys("\x1b2")
        await screen.row("❯ look: http://s/files/1")


async def test_a_draft_that_cannot_be_uploaded_stays(monkeypatch):
    async def upload_file(*_):
        raise NotHere("There is no way out of here.")

    monkeypatch.setattr("chover.client.screen.uploading.upload_file", upload_file)
    async with stage(80, 12) as screen:
        await screen.online("Alice", "#lobby")
        screen.says(":s 005 Alice soju.im/FILEHOST=http://s/files :are supported")
        await screen.keys("a\x1b\rb\x18\x15")
        assert "There is no way out of here." in await screen.picture()
        assert screen.screen.line.buffer.text == "a\nb"


async def test_a_paste_without_brackets_is_not_sent_either():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("one\rtwo\rthree\r")
        assert screen.screen.line.buffer.text == "one\ntwo\nthree\n"
        assert screen.commands("PRIVMSG") == []


async def test_an_enter_that_comes_together_with_the_next_key_is_an_enter():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("hello\r\x1b[5~")
        assert screen.screen.line.buffer.text == ""
        assert screen.commands("PRIVMSG") == ["PRIVMSG #lobby hello"]


async def test_up_in_an_empty_line_edits_what_was_said_last_and_further_up_what_was_before():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        for number in (1, 2):
            await screen.line(f"mesage {number}")
            screen.echo(f"e{number}")
        await screen.keys("\x1b[A")
        assert screen.screen.line.buffer.text == "mesage 2"
        await screen.keys("\x1b[A")
        assert screen.screen.line.buffer.text == "mesage 1"
        await screen.keys("\x15")
        await screen.line("message 1")
        assert screen.commands("EDIT") == ["EDIT #lobby e1 :message 1"]
        screen.says(":Alice!a@c EDIT #lobby e1 :message 1")
        assert await screen.row("edited") == "                      │12:00     Alice message 1 (edited)"


async def test_without_edits_up_brings_back_what_was_typed():
    async with stage(caps={name: value for name, value in CAPS.items() if name != "chover.chat/edit"}) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("one")
        await screen.line("two")
        await screen.keys("\x1b[A")
        await screen.keys("\x1b[A")
        assert screen.screen.line.buffer.text == "one"
        await screen.keys("\x1b[B")
        assert screen.screen.line.buffer.text == "two"


async def test_ctrl_x_ctrl_e_says_when_there_is_no_editor():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("\x18\x05")
        while "no editor" not in await screen.picture():
            await screen.settled()


async def test_f7_and_f8_show_and_hide_the_lists():
    async with stage(100, 8) as screen:
        await screen.online("Alice", "#lobby")
        assert "1>#lobby" in await screen.picture()
        await screen.keys("\x1b[18~")
        assert "1>#lobby" not in await screen.picture()
        assert "1 here" in await screen.picture()
        await screen.keys("\x1b[19~")
        assert "1 here" not in await screen.picture()
        assert 'channels = "no"' in screen.host.stored["terminal.toml"]


async def test_alt_m_turns_the_mouse_on_and_a_click_goes_to_a_conversation():
    async with stage() as screen:
        await screen.online("Alice", "#a", "#b")
        await screen.keys("\x1bm")
        assert "The mouse is on." in await screen.picture()
        screen.screen.app.invalidate()
        await screen.settled()
        await screen.keys("\x1b[<0;3;3M\x1b[<0;3;3m")
        assert named(screen) == "#b"


async def clicks(screen, column, row):
    screen.screen.app.invalidate()
    await screen.settled()
    await screen.keys(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")


async def test_a_click_selects_a_message_another_one_there_ends_that_and_beside_one_it_does_nothing():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("one")
        screen.bob("two")
        await screen.keys("\x1bm")
        row = (await screen.picture()).split("\n").index(await screen.row("Bob one")) + 1
        await clicks(screen, 40, row)
        assert "▶" in await screen.row("Bob one")
        await clicks(screen, 40, row)
        assert "▶" not in await screen.picture()
        await clicks(screen, 40, 2)
        assert "▶" not in await screen.picture()


async def test_a_row_above_the_conversations_leads_to_the_mentions_of_all_channels_by_key_and_click():
    async with stage(caps={name: value for name, value in CAPS.items() if name != "chover.chat/catchup"}) as screen:
        await screen.online("Alice", "#a", "#b")
        await screen.line("/set mentions yes")
        assert await screen.row("@ mentions")
        screen.bob("alice: tea?", "#b", msgid="wanted")
        assert "@ mentions         @1" in await screen.row("@ mentions")
        await screen.keys("\x1bi")
        assert "#b Bob: alice: tea?" in await screen.picture()
        await screen.keys("\r")
        assert named(screen) == "#b"
        await screen.line("/set mouse yes")
        await clicks(screen, 3, 3)
        assert named(screen) == "#a"
        await clicks(screen, 3, 2)
        assert "Mentions, the newest last" in await screen.picture()


async def test_where_there_is_no_alt_key_function_keys_do():
    async with stage(60, 12) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        screen.bob("hello", "#tea")
        await screen.keys("\x1bOR")
        assert named(screen) == "#tea"
        await screen.keys("\x1bOS")
        assert await screen.row("hello") == "12:00▶      Bob hello"
        await screen.keys("\x1b\x1bOQ")
        assert "Conversations and people" in await screen.picture()


async def test_ctrl_z_suspends_and_paints_anew_on_whatever_size_the_terminal_has_then():
    async with stage(60, 8) as screen:
        await screen.online("Alice", "#lobby")
        screen.host.suspend = lambda: screen.resize(50, 6)
        screen.nothing_written()
        await screen.keys("half a thought\x1a")
        await screen.row("Alice ❯ half a thought")
        assert screen.screen.line.buffer.text == "half a thought"
        written = screen.written.getvalue()
        for given, taken in (("\x1b[?1049l", "\x1b[?1049h"), ("\x1b[?1004l", "\x1b[?1004h")):
            assert written.index(given) < written.rindex(taken)


async def test_where_nothing_can_be_suspended_ctrl_z_says_so():
    async with stage(90, 8) as screen:
        await screen.online("Alice", "#lobby")
        screen.host.require_suspend = ServedHost("xterm").require_suspend
        await screen.keys("a\x1ab")
        assert screen.screen.line.buffer.text == "ab"
        assert "Over SSH there is no shell to return to." in await screen.picture()


@pytest.mark.parametrize("keys", ["a\x11\x02b", "a\x1b[200~\x1b[31m\x07\x1b[201~b", "a\x1c\x1d\x1eb"])
async def test_no_control_character_enters_the_line(keys):
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys(keys)
        assert screen.screen.line.buffer.text.replace("b", "") == "a"


async def test_a_tab_that_is_pasted_is_drawn_as_blanks_and_the_cursor_stands_behind_it():
    async with stage(60, 8) as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("\x1b[200~a\tb\x1b[201~c")
        assert await screen.row("Alice ❯") == "Alice ❯ a   bc"
        assert screen.terminal.cursor.x == len("Alice ❯ a   bc")
        await screen.keys("\x1b[D\x1b[D\x1b[D")
        assert screen.terminal.cursor.x == len("Alice ❯ a")
        await screen.keys("\r")
        assert screen.commands("PRIVMSG") == ["PRIVMSG #lobby a\tbc"]


async def test_ctrl_c_clears_then_asks_and_n_stays():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("half a thought\x03")
        assert screen.screen.line.buffer.text == ""
        await screen.keys("\x03")
        assert "Leave? (y/n)" in await screen.picture()
        await screen.keys("n")
        assert not screen.screen.app.is_done
        assert (await screen.picture()).endswith("Alice ❯")


async def test_what_is_typed_stays_with_its_conversation():
    async with stage() as screen:
        await screen.online("Alice", "#a", "#b")
        await screen.keys("for a")
        await screen.keys("\x1b2")
        assert screen.screen.line.buffer.text == ""
        await screen.keys("\x1b1")
        assert screen.screen.line.buffer.text == "for a"


async def test_tab_completes_nicks_channels_commands_and_emoji():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        screen.says(":Bobby!b@c JOIN #lobby")
        for typed, whole in (
            ("bo", "Bobby: "),
            ("hi bo", "hi Bobby "),
            ("/topi", "/topic "),
            (":tad", "🎉 "),
            ("#lo", "#lobby "),
        ):
            await screen.keys(f"{typed}\t")
            assert screen.screen.line.buffer.text == whole
            await screen.keys("\x03")


async def test_the_picked_row_of_a_list_is_shown_whole_however_long_it_is():
    async with stage(60, 14) as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("\x1bOP")
        await screen.keys("/oper")
        picture = await screen.picture()
        for words in ("makes you an operator", "it asks for it and does", "  not show it"):
            assert words in picture


async def test_the_first_screen_names_the_help_until_something_was_said():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        assert "F1 help" in await screen.picture()
        await screen.line("hello")
        assert "F1 help" not in await screen.picture()


async def test_an_emoji_is_completed_in_the_midst_of_a_text_and_behind_a_bracket():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        for before, after, whole in (
            ("good :thumbsu", " for you", "good 👍 for you"),
            ("(:thumbsu", ")", "(👍 )"),
            (":thumbsu", "it is", "👍 it is"),
        ):
            await screen.keys(before + after)
            for _ in after:
                await screen.keys("\x1b[D")
            await screen.keys("\t")
            assert screen.screen.line.buffer.text == whole
            await screen.keys("\x03")
        await screen.keys("9:30\t")
        assert screen.screen.line.buffer.text == "9:30"


async def test_anyone_who_spoke_last_is_completed_first_and_who_only_came_has_not_spoken():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        for nick in ("Bert", "Bill", "Bob"):
            screen.says(f":{nick}!b@c JOIN #lobby")
        screen.says(":Bill!b@c PRIVMSG #lobby :hello", ":bert!b@c PRIVMSG #lobby :hi")
        screen.says(":Boris!b@c JOIN #lobby", ":Alice!a@c PRIVMSG #lobby :Bob?")
        seen = []
        for keys in ("b\t", "\t", "\t", "\t"):
            await screen.keys(keys)
            seen.append(screen.screen.line.buffer.text)
        assert seen == ["Bert: ", "Bill: ", "Bob: ", "Boris: "]


async def test_a_name_that_is_no_emoji_is_no_reaction_and_stays_in_the_line():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("hello", msgid="his")
        await screen.keys("\x1bs")
        await screen.keys("=")
        await screen.line("nothing of the kind")
        assert "There is no emoji called nothing of the kind." in await screen.picture()
        assert screen.screen.line.buffer.text == "nothing of the kind"
        assert screen.commands("TAGMSG") == []
        await screen.keys("\x15")
        await screen.line("thumbsup")
        assert "+draft/react=👍" in screen.wire.sent[-1]


async def test_what_comes_while_the_window_has_not_the_focus_is_not_read():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("\x1b[O")
        screen.bob("alice: are you there?")
        await screen.settled()
        assert screen.commands("MARKREAD") == []
        assert screen.state.current.mentions == 1
        assert "\x07" in screen.written.getvalue()
        await screen.keys("\x1b[I")
        assert len(screen.commands("MARKREAD")) == 1
        assert "─ new ─" in await screen.picture()
        screen.nothing_written()
        screen.bob("alice: ah, there you are")
        await screen.settled()
        assert "\x07" not in screen.written.getvalue()
        assert screen.screen.line.buffer.text == ""


# ---- a message selected


async def selected(screen, msgid="m1", text="hello"):
    await screen.online("Alice", "#lobby")
    screen.bob(text, msgid=msgid)
    await screen.settled()
    await screen.keys("\x1bs")


async def test_a_selected_message_is_marked_and_esc_leaves_it():
    async with stage(60, 8) as screen:
        await selected(screen)
        assert await screen.row("hello") == "12:00▶      Bob hello"
        await screen.keys("q")
        assert await screen.row("hello") == "12:00       Bob hello"


async def test_equals_reacts_and_a_second_time_takes_it_back():
    async with stage(60, 8) as screen:
        await selected(screen)
        await screen.keys("=")
        await screen.line("tada")
        assert screen.wire.sent[-1] == "@+draft/react=🎉;+draft/reply=m1 TAGMSG #lobby"
        screen.says("@+draft/react=🎉;+draft/reply=m1 :Alice!a@c TAGMSG #lobby")
        assert await screen.row("🎉") == "                🎉 1 (Alice)"
        await screen.line("/react tada")
        assert screen.wire.sent[-1] == "@+draft/unreact=🎉;+draft/reply=m1 TAGMSG #lobby"


async def test_e_edits_only_what_is_ours():
    async with stage(60, 8) as screen:
        await selected(screen)
        await screen.keys("e")
        assert "Only your own messages can be edited." in await screen.picture()


async def test_backspace_deletes_after_a_question():
    async with stage(60, 8) as screen:
        await selected(screen)
        await screen.keys("\x7f")
        assert 'Delete "hello"? (y/n)' in await screen.picture()
        await screen.keys("y")
        assert screen.commands("REDACT") == ["REDACT #lobby m1"]
        screen.says(":Alice!a@c REDACT #lobby m1")
        assert await screen.row("deleted") == "12:00       Bob message deleted"


async def test_c_copies_through_the_terminal():
    async with stage(60, 8) as screen:
        await selected(screen, text="copy \x1b me")
        await screen.keys("c")
        data = base64.b64encode(b"copy \x1b me").decode()
        assert f"\x1b]52;c;{data}\x1b\\" in screen.written.getvalue()


async def test_l_copies_the_link_that_the_web_client_would_copy():
    async with stage(90, 8) as screen:
        screen.says(":s 005 Alice chover.chat/WEB=https://chat.example/ :are supported by this server")
        await selected(screen)
        await screen.keys("l")
        link = "https://chat.example/#/c/%23lobby/m1"
        assert f"\x1b]52;c;{base64.b64encode(link.encode()).decode()}\x1b\\" in screen.written.getvalue()
        assert link in await screen.picture()


async def test_without_an_address_of_the_web_client_there_is_no_link():
    async with stage(100, 8) as screen:
        await selected(screen)
        await screen.line("/link")
        assert "so there is no link." in await screen.picture()


async def test_p_saves_and_the_list_of_what_is_saved_leads_back():
    async with stage(60, 12) as screen:
        await selected(screen)
        await screen.keys("p")
        assert "hello (saved)" in await screen.picture()
        assert "Saved (only you see this); /pins lists what" in await screen.picture()
        for listing in ("/pins", "/saved"):
            await screen.line(listing)
            assert "Saved: only you see these" in await screen.picture()
            assert "> #lobby Bob: hello" in await screen.picture()
            await screen.keys("\x03")


async def test_save_saves_the_last_message_and_again_removes_it():
    async with stage(60, 12) as screen:
        await selected(screen)
        await screen.keys("\x1b")
        await screen.line("/save")
        assert "hello (saved)" in await screen.picture()
        await screen.line("/save")
        assert "hello (saved)" not in await screen.picture()
        assert "Removed from your saved messages." in await screen.picture()


@pytest.mark.parametrize(
    ("cap", "key", "words"),
    [
        ("draft/message-redaction", "\x7f", "This server does not offer deleting messages."),
        ("chover.chat/edit", "e", "This server does not offer editing messages."),
        ("message-tags", "=", "This server does not offer reactions."),
        ("message-tags", "r", "This server does not offer replies."),
    ],
)
async def test_what_the_server_lacks_is_said_in_one_line(cap, key, words):
    async with stage(90, 8, caps={name: value for name, value in CAPS.items() if name != cap}) as screen:
        await selected(screen)
        await screen.keys(key)
        assert words in await screen.picture()


# ---- the table


def test_every_action_has_a_name_of_its_own_a_handler_and_a_place_in_the_help():
    names = [row.name for row in (*ACTIONS, *SELECTED)]
    assert len(set(names)) == len(names)
    assert {row.name for row in ACTIONS} == set(HANDLERS)
    assert {row.name for row in SELECTED} == set(selecting.HANDLERS)
    shown = "\n".join(row for row, _ in key_rows(KeyMaps({})))
    assert all(row.help in shown for row in (*ACTIONS, *SELECTED))
    assert "!" not in shown.replace("!=", "")


async def test_a_bound_key_does_what_it_was_bound_to_and_says_what_it_did_before():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#a", "#b")
        await screen.line("/bind alt-a next")
        assert "Alt-A is next now. It was next-unread." in await screen.picture()
        await screen.keys("\x1ba")
        assert named(screen) == "#b"
        await screen.line("/bind F5 /topic")
        await screen.keys("\x1b[15~")
        assert "There is no topic." in await screen.picture()
        assert '"Alt-A" = "next"' in screen.host.stored[FILE]
        await screen.line("/bind alt-a default")
        screen.bob("alice!", "#a")
        await screen.keys("\x1ba")
        assert named(screen) == "#a"


async def test_the_help_and_the_hints_name_the_keys_that_are_bound():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/bind Alt-H keys")
        await screen.line("/unbind F1")
        screen.screen.line.typed.clear()
        await screen.keys("\x0c")
        assert "Alt-H help" in await screen.picture()
        await screen.keys("\x1bOP")
        assert "Keys and commands" not in await screen.picture()
        await screen.keys("\x1bh")
        await screen.keys("this list")
        assert "Alt-H" in await screen.row("this list")


async def test_a_key_without_which_something_cannot_be_done_is_told_when_it_is_taken():
    async with stage(150, 20) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/bind Ctrl-R search")
        assert "recall has no key (earlier input)." in await screen.picture()
        await screen.line("/bind Ctrl-X mouse")
        assert "Ctrl-X waits half a second, because Ctrl-X Ctrl-E begins" in await screen.picture()
        await screen.line("/bind")
        assert "! recall has no key" in await screen.picture()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/bind Enter next", "Enter always does what it does now; choose another key."),
        ("/bind x next", "x is typed into the line; hold Alt or Ctrl, or choose F5 and the like."),
        ("/bind Hyper-X next", "Hyper-X is not a key: write it as in Alt-A"),
        ("/bind Alt-A nexxt", "There is no action 'nexxt'; /bind lists them"),
        ("/bind selected x next", "There is no action 'next'"),
    ],
)
async def test_what_cannot_be_bound_says_what_to_do_and_nothing_changes(typed, words):
    async with stage(150, 20) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line(typed)
        assert words in await screen.picture()
        assert screen.screen.settings.bound == {"keys": {}, "keys.selected": {}}


async def test_a_key_of_a_selected_message_is_bound_by_the_name_of_its_action():
    async with stage(100, 20) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("hello", msgid="his")
        await screen.line("/bind x selected-reply")
        await screen.keys("\x1bs")
        await screen.keys("x")
        assert "reply to Bob" in await screen.picture()
        await screen.keys("\x1b")
        await screen.line("/unbind selected x")
        await screen.keys("\x1bs")
        await screen.keys("x")
        assert "reply to Bob" not in await screen.picture()


async def test_bad_keys_in_the_file_are_named_with_their_line_and_the_others_stay():
    host = MemoryHost()
    host.stored[FILE] = 'theme = "dark"\n\n[keys]\n"Alt-J" = "next"\n"Alt-Q" = "jump"\n"Hyper-X" = "next"\n'
    async with stage(120, 20, host=host) as screen:
        await screen.online("Alice", "#a", "#b")
        await screen.keys("\x1bj")
        assert named(screen) == "#b"
        told = screen.screen.parts.appearance.complaints()
        assert told[0] == ("terminal.toml:5: There is no action 'jump'; /bind lists them, and /command runs a command.")
        assert told[1].startswith("terminal.toml:6: Hyper-X is not a key")
        await screen.line("/bind F5 next")
        assert '"Alt-Q" = "jump"' in host.stored[FILE]


async def test_where_nothing_is_stored_the_account_keeps_the_keys():
    host = MemoryHost()
    host.keeps = False
    async with stage(120, 20, host=host) as screen:
        screen.account = "alice"
        await screen.online("Alice", "#a", "#b")
        screen.says("BATCH +m metadata *", "BATCH -m")
        await screen.line("/bind Ctrl-X Ctrl-B next")
        asked = next(line for line in screen.wire.sent if "chover.chat/settings" in line)
        assert asked.endswith("keys:Ctrl-X%20Ctrl-B=next")
        fresh = ClientSettings(host)
        fresh.take(asked.rpartition(":keys")[2] and asked.split()[-1].removeprefix(":"))
        assert fresh.bound["keys"] == {"Ctrl-X Ctrl-B": "next"}


async def test_the_help_lists_keys_and_commands():
    async with stage(90, 40) as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("\x1bOP")
        assert "Alt-A" in await screen.picture()
        await screen.keys("kickban")
        assert "/kickban nick [time] [reason]" in await screen.picture()


async def test_without_colours_nothing_is_told_by_colour():
    async with stage(76, 8, host=MemoryHost({"TERM": "xterm", "NO_COLOR": "1"})) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        screen.bob("alice: hello", "#tea")
        screen.bob("alice: hello")
        await screen.settled()
        assert "38;5" not in screen.written.getvalue()
        assert "»Bob" in await screen.picture()
        assert "@1" in await screen.picture()


# ---- what the server refuses


def refuses(screen, reason="Input line was too long", command="417"):
    label = [tags["label"] for line in screen.wire.sent if "label" in (tags := parse(line).tags)][-1]
    screen.says(f"@label={label} :s {command} Alice :{reason}")


@pytest.mark.parametrize(
    ("typed", "line"),
    [("hello", "hello"), ("/me waves", "/me waves"), ("//home", "//home"), ("one\x1b\rtwo", "one\ntwo")],
)
async def test_what_is_refused_says_why_and_can_be_put_back_into_the_line(typed, line):
    async with stage(110, 12) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line(typed)
        refuses(screen)
        picture = await screen.picture()
        assert "[not sent: Input line was too long]" in picture
        assert "Alt-S selects it: Enter tries again, e edits it, Backspace gives up" in picture
        assert len(screen.state.outbox) == 0
        await screen.keys("\x1bs")
        await screen.keys("e")
        assert screen.screen.line.buffer.text == line
        assert "not sent" not in (await screen.picture()).split("\n")[-2]


async def test_a_refused_reply_is_a_reply_in_the_line():
    async with stage(110, 12) as screen:
        await selected(screen)
        await screen.keys("r")
        await screen.line("well")
        refuses(screen)
        await screen.keys("\x1bse")
        await screen.row("reply to Bob ❯ well")
        await screen.line("!")
        assert screen.wire.sent[-1].endswith(" PRIVMSG #lobby well!")
        assert "+draft/reply=m1" in screen.wire.sent[-1]


async def test_what_stands_in_the_line_is_not_written_over():
    async with stage(110, 12) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("hello")
        refuses(screen)
        await screen.keys("a draft\x1bse")
        assert screen.screen.line.buffer.text == "a draft"
        assert "There is something in the line already" in await screen.picture()


async def test_what_is_refused_elsewhere_is_told_here_and_a_reason_once_for_many():
    async with stage(110, 12) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        await screen.keys("\x0e")
        for text in ("one", "two"):
            await screen.line(text)
        labels = [parse(line).tags["label"] for line in screen.wire.sent if " PRIVMSG " in line]
        await screen.keys("\x0e")
        for label in labels:
            screen.says(f"@label={label} :s 404 Alice #tea :Cannot send to channel")
        assert (await screen.picture()).count("Not sent to #tea: Cannot send to channel") == 1


async def test_a_selected_message_and_what_follows_are_marked_as_unread_until_one_comes_back():
    async with stage(80, 20) as screen:
        await screen.online("Alice", "#other", "#lobby")
        await screen.line("/goto #lobby")
        for text in ("one", "two", "three"):
            screen.bob(text, msgid=text)
        lobby = screen.state.conversations["#lobby"]
        await screen.settled()
        assert lobby.unread == 0
        await screen.keys("\x1bs")
        await screen.keys("k")
        await screen.keys("u")
        assert lobby.unread == 2
        assert "─ new ─" in await screen.picture()
        await screen.line("/goto #other")
        assert lobby.unread == 2
        await screen.line("/goto #lobby")
        assert lobby.unread == 0


async def test_goto_goes_to_a_day():
    async with stage(80, 20) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("today")
        await screen.line("/goto 2026-01-31")
        assert "CHATHISTORY AROUND #lobby timestamp=2026-01-31T00:00:00.000Z" in screen.wire.sent[-1]


async def test_what_is_pinned_for_everybody_is_marked_and_listed_before_ones_own():
    async with stage(100, 12) as screen:
        await selected(screen)
        await screen.keys("P")
        assert screen.commands("PIN") == ["PIN #lobby m1"]
        screen.says(":s PINNED #lobby :m1", ":s PINNED #lobby")
        assert "hello (pinned for everybody)" in await screen.picture()
        await screen.line("/pins")
        assert "Bob: hello (pinned for everybody)" in await screen.picture()
