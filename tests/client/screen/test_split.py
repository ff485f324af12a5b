"""Two conversations side by side."""

import pytest

from chover.client.local.settings import FILE
from tests.client.screen.stage import MemoryHost, stage

TURN = "\x1bw"


def columns(picture, first, end):
    return [row[first:end].strip() for row in picture.split("\n")[:-2]]


async def halved(screen):
    """#lobby on the left and #tea on the right, where the keys are: each has 28 columns."""
    await screen.online("Alice", "#lobby", "#tea")
    await screen.keys("\x1b1")
    await screen.line("/split #tea")


class TestShown:
    async def test_both_are_there_with_their_names_above_and_the_line_between(self):
        async with stage(80, 10) as screen:
            await halved(screen)
            screen.bob("in the lobby", "#lobby")
            screen.bob("tea is ready", "#tea")

            picture = await screen.picture()

        rows = picture.split("\n")
        assert rows[0].split() == ["#lobby", "#tea"]
        assert columns(picture, 23, 51)[-1].endswith("Bob: in the lobby")
        assert columns(picture, 52, 80)[-1].endswith("Bob: tea is ready")
        assert {row[51] for row in rows[1:-2]} == {"│"}

    async def test_what_is_typed_goes_to_the_side_with_the_keys(self):
        async with stage() as screen:
            await halved(screen)
            await screen.line("to tea")
            await screen.keys(TURN)
            await screen.line("to lobby")

            assert screen.commands("PRIVMSG") == ["PRIVMSG #tea :to tea", "PRIVMSG #lobby :to lobby"]

    async def test_each_side_keeps_its_place_when_the_keys_turn(self):
        async with stage(80, 10) as screen:
            await halved(screen)
            await screen.keys(TURN)
            picture = await screen.picture()
            assert picture.split("\n")[0].split() == ["#lobby", "#tea"]
            assert "1>#lobby" in picture

    async def test_each_has_its_own_scroll(self):
        async with stage(80, 10) as screen:
            await halved(screen)
            for number in range(30):
                screen.bob(f"tea {number}", "#tea")
                screen.bob(f"lobby {number}", "#lobby")
            await screen.keys("\x1b[5~")

            picture = await screen.picture()
            assert columns(picture, 23, 51)[-1].endswith("lobby 29")
            assert not columns(picture, 52, 80)[-1].endswith("tea 29")
            await screen.keys(TURN)
            assert await screen.picture() != picture
            assert not columns(await screen.picture(), 52, 80)[-1].endswith("tea 29")

    async def test_the_same_conversation_on_both_sides_can_be_at_two_places(self):
        async with stage(80, 10) as screen:
            await screen.online("Alice", "#lobby")
            for number in range(30):
                screen.bob(f"lobby {number}", "#lobby")
            await screen.keys("\x1bx")
            await screen.keys("\x1b[5~")

            picture = await screen.picture()
            assert columns(picture, 23, 51)[-1].endswith("lobby 29")
            assert not columns(picture, 52, 80)[-1].endswith("lobby 29")

    async def test_a_draft_is_that_of_its_side(self):
        async with stage() as screen:
            await halved(screen)
            await screen.keys("half a thought")
            await screen.keys(TURN)
            assert screen.screen.line.buffer.text == ""
            await screen.keys(TURN)

            assert screen.screen.line.buffer.text == "half a thought"

    async def test_a_conversation_of_another_server_can_stand_beside(self):
        async with stage(80, 12) as screen:
            await screen.online("Alice", "#lobby")
            await screen.keys("\x1bx")
            await screen.line("/connect work.test")
            work = await screen.comes("work.test", "#dev")
            work.receive("@msgid=d1 :Bob!b@c PRIVMSG #dev :from work", at=screen.host.at)
            screen.bob("from home", "#lobby")

            picture = await screen.picture()
            assert picture.split("\n")[0].split() == ["#lobby", "(chat.test)", "#dev", "(work.test)"]
            assert columns(picture, 23, 51)[-1].endswith("Bob: from home")
            assert columns(picture, 52, 80)[-1].endswith("Bob: from work")
            await screen.keys(TURN)
            await screen.line("/disconnect work.test")

            assert "#dev" not in await screen.picture()

    async def test_the_line_between_stays_when_the_keys_turn(self):
        async with stage(81, 10) as screen:
            await halved(screen)
            before = {row.index("│", 30) for row in (await screen.picture()).split("\n")[1:-2]}
            await screen.keys(TURN)

            assert {row.index("│", 30) for row in (await screen.picture()).split("\n")[1:-2]} == before


class TestReading:
    async def test_what_is_seen_on_the_other_side_is_read_and_rings_no_bell(self):
        async with stage() as screen:
            await halved(screen)
            await screen.keys("\x1b[I")
            screen.screen.settings.set("desktop", "yes")
            screen.bob("Alice: hello", "#lobby")
            picture = await screen.picture()

            assert "1 #lobby              │" in picture
            assert "── new ──" not in picture
            assert screen.host.notified == []
            assert screen.state.conversations["#lobby"].unread == 0

    async def test_where_it_is_scrolled_back_it_is_not_read(self):
        async with stage(80, 10) as screen:
            await halved(screen)
            await screen.keys(TURN)
            for number in range(30):
                screen.bob(f"lobby {number}", "#lobby")
            await screen.settled()
            await screen.keys("\x1b[5~")
            await screen.keys(TURN)
            screen.bob("one more", "#lobby")
            await screen.settled()

            assert screen.state.conversations["#lobby"].unread == 1

    async def test_while_nobody_looks_at_the_terminal_nothing_is_read(self):
        async with stage() as screen:
            await halved(screen)
            await screen.keys("\x1b[O")
            screen.bob("hello", "#lobby")
            await screen.settled()

            assert screen.state.conversations["#lobby"].unread == 1


class TestEnding:
    async def test_the_same_key_shows_one_again(self):
        async with stage(80, 10) as screen:
            await halved(screen)
            await screen.keys("\x1bx")

            assert (await screen.picture()).split("\n")[0].split() == ["#tea"]

    async def test_when_the_other_one_is_left_one_is_shown(self):
        async with stage(80, 10) as screen:
            await halved(screen)
            screen.says(":Alice!a@c PART #lobby")
            await screen.settled()

            assert (await screen.picture()).split("\n")[0].split() == ["#tea"]

    async def test_a_narrow_terminal_shows_the_side_with_the_keys_until_there_is_room(self):
        async with stage(80, 10) as screen:
            await halved(screen)
            screen.resize(40, 10)
            assert (await screen.picture()).split("\n")[0].split() == ["#tea"]
            screen.resize(80, 10)

            assert (await screen.picture()).split("\n")[0].split() == ["#lobby", "#tea"]

    async def test_where_there_is_no_room_it_is_said(self):
        async with stage(40, 10) as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/split")

            assert "need 49 columns" in await screen.picture()

    async def test_a_channel_that_we_are_not_in_is_told(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/split #nowhere")

            assert "/join" in await screen.picture()


class TestMouse:
    async def test_a_click_puts_the_keys_there_and_the_wheel_scrolls_what_it_is_over(self):
        async with stage(80, 10) as screen:
            screen.screen.settings.set("mouse", "yes")
            await halved(screen)
            for number in range(30):
                screen.bob(f"lobby {number}", "#lobby")
            await screen.keys("\x1b[<64;30;5M")
            assert not columns(await screen.picture(), 23, 51)[-1].endswith("lobby 29")
            assert "2>#tea" in await screen.picture()
            await screen.keys("\x1b[<0;30;5M\x1b[<0;30;5m")

            assert "1>#lobby" in await screen.picture()


class TestKept:
    async def test_both_sides_are_there_again_at_the_next_start(self):
        host = MemoryHost()
        async with stage(host=host) as screen:
            await halved(screen)
            await screen.keys(TURN)
        async with stage(80, 10, host=host) as screen:
            await screen.online("Alice", "#lobby", "#tea")
            screen.bob("in the lobby", "#lobby")
            screen.bob("tea is ready", "#tea")

            picture = await screen.picture()

            assert picture.split("\n")[0].split() == ["#lobby", "#tea"]
            assert columns(picture, 23, 51)[-1].endswith("Bob: in the lobby")
            assert "1>#lobby" in picture
            await screen.line("to the lobby")
            assert screen.commands("PRIVMSG") == ["PRIVMSG #lobby :to the lobby"]

    async def test_two_servers_are_side_by_side_again_when_both_have_answered(self):
        host = MemoryHost()
        host.stored[FILE] = '[servers]\nwork = "work.test"\n'
        async with stage(host=host) as screen:
            await screen.online("Alice", "#lobby")
            await screen.comes("work.test", "#dev")
            await screen.keys("\x1bx")
            await screen.keys("\x1b2")
        async with stage(host=host) as screen:
            await screen.online("Alice", "#lobby")
            assert "#dev" not in await screen.picture()
            work = await screen.comes("work.test", "#dev")

            assert (await screen.picture()).split("\n")[0].split() == ["#lobby", "(chat.test)", "#dev", "(work)"]
            await screen.line("at work")
            assert [line.rpartition(" PRIVMSG ")[2] for line in work.sent if "PRIVMSG" in line] == ["#dev :at work"]

    @pytest.mark.parametrize("keys", ["half a sentence", "\x1bk"])
    async def test_nobody_is_taken_away_from_what_they_do_meanwhile(self, keys):
        host = MemoryHost()
        async with stage(host=host) as screen:
            await halved(screen)
        async with stage(host=host) as screen:
            await screen.keys(keys)
            await screen.online("Alice", "#lobby", "#tea")

            assert screen.screen.servers.other_side() is None

    async def test_a_report_of_the_terminal_is_nothing_that_somebody_does(self):
        host = MemoryHost()
        async with stage(host=host) as screen:
            await halved(screen)
        async with stage(host=host) as screen:
            await screen.keys("\x1b]11;rgb:ffff/ffff/ffff\x1b\\")
            await screen.keys("\x1b[I")
            await screen.online("Alice", "#lobby", "#tea")

            assert screen.screen.servers.other_side() is not None

    async def test_a_conversation_that_is_gone_leaves_one(self):
        host = MemoryHost()
        async with stage(host=host) as screen:
            await halved(screen)
        async with stage(host=host) as screen:
            await screen.online("Alice", "#lobby")

            assert screen.screen.servers.other_side() is None

    async def test_what_was_joined_together_again_is_kept_so(self):
        host = MemoryHost()
        async with stage(host=host) as screen:
            await halved(screen)
            await screen.keys("\x1bx")
        async with stage(host=host) as screen:
            await screen.online("Alice", "#lobby", "#tea")

            assert screen.screen.servers.other_side() is None

    @pytest.mark.parametrize("text", ["{", "[]", '{"other": 5}'])
    async def test_a_damaged_file_is_as_none(self, text):
        host = MemoryHost()
        host.stored["screen.json"] = text
        async with stage(host=host) as screen:
            await screen.online("Alice", "#lobby", "#tea")

            assert screen.screen.servers.other_side() is None
