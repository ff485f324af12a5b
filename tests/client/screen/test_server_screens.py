"""Several servers in one screen: one list, one that is written to, and none disturbs another."""

from chover.client.connection.dial import ServerAddress, Unreachable
from chover.client.connection.trust import KeyChanged
from chover.client.notifications import Ended, Offline, Online
from tests.client.screen.stage import MemoryHost, stage


def said(target, text, msgid, nick="Bob"):
    return f"@msgid={msgid} :{nick}!b@c PRIVMSG {target} :{text}"


def listed(picture):
    """The left column of a picture, without the topic's row and what is below."""
    return [row[:22].rstrip() for row in picture.split("\n")[1:-2] if row[:22].strip()]


def told(picture):
    """What is in the column of messages, in one line."""
    return " ".join(" ".join(row[23:].split()) for row in picture.split("\n"))


async def with_work(screen, *channels):
    """A second server, work.test, that was connected to by a command."""
    await screen.online("Alice", "#lobby", "#tea")
    await screen.line("/connect work.test")
    return await screen.comes("work.test", *(channels or ("#dev",)))


class TestConnecting:
    async def test_the_list_shows_both_servers_and_the_new_one_is_gone_to(self):
        async with stage() as screen:
            await with_work(screen)

            assert listed(await screen.picture()) == ["chat.test", "1 #lobby", "2 #tea", "work.test", "3>#dev"]

    async def test_with_one_server_there_is_no_heading(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")

            assert listed(await screen.picture()) == ["1>#lobby"]

    async def test_what_is_typed_goes_to_the_server_that_is_shown(self):
        async with stage() as screen:
            work = await with_work(screen)
            await screen.line("hello dev")
            await screen.keys("\x1b1")
            await screen.line("hello lobby")

            assert [line.rpartition(" PRIVMSG ")[2] for line in work.sent if "PRIVMSG" in line] == ["#dev :hello dev"]
            assert screen.commands("PRIVMSG") == ["PRIVMSG #lobby :hello lobby"]

    async def test_while_it_does_not_answer_yet_its_heading_is_there_and_one_can_go_on(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/connect work.test")

            assert listed(await screen.picture()) == ["chat.test", "1>#lobby", "work.test           …"]

    async def test_nobody_who_writes_meanwhile_is_taken_there(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/connect work.test")
            await screen.keys("half a sen")
            await screen.comes("work.test", "#dev")
            await screen.keys("tence")

            assert "1>#lobby" in await screen.picture()
            assert screen.screen.line.buffer.text == "half a sentence"

    async def test_a_server_that_cannot_be_reached_is_told_in_one_line_and_leaves_nothing(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/connect nowhere.test")
            screen.others["nowhere.test"].answer.put_nowait(Unreachable("There is no host nowhere.test."))

            picture = await screen.picture()

            assert "There is no host nowhere.test." in picture
            assert listed(picture) == ["1>#lobby"]

    async def test_one_whose_key_changed_is_not_talked_to(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/connect work.test")
            screen.others["work.test"].answer.put_nowait(KeyChanged("The key of work.test:55555 changed."))

            assert "The key of work.test:55555 changed." in await screen.picture()

    async def test_the_same_server_is_not_connected_to_twice(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/connect Chat.test:55555")

            assert "Chat.test:55555 is in the list already, as chat.test." in told(await screen.picture())
            assert screen.others == {}

    async def test_a_bad_address_is_told(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/connect work.test:port")

            assert "'port' is not a port" in await screen.picture()

    async def test_a_host_that_connects_to_nothing_says_so(self):
        host = MemoryHost()
        host.can_connect = False
        async with stage(host=host) as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/connect work.test")
            assert "Over SSH there is only this server." in await screen.picture()
            await screen.line("/disconnect")

            assert (await screen.picture()).count("Over SSH there is only this server.") == 2

    async def test_a_second_port_of_the_same_host_is_named_with_it(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/connect chat.test:7000")
            await screen.comes("chat.test", "#dev")

            assert "chat.test:7000" in listed(await screen.picture())


class TestLists:
    async def test_unread_messages_of_the_other_server_are_counted_and_gone_to(self):
        async with stage() as screen:
            work = await with_work(screen)
            await screen.keys("\x1b1")
            work.receive(said("#dev", "Alice: look", "d1"), at=screen.host.at)

            picture = await screen.picture()
            assert "3 #dev             @1" in listed(picture)
            assert "3:#dev @1" in picture
            await screen.keys("\x1ba")

            assert "Alice: look" in await screen.picture()
            assert "3>#dev" in await screen.picture()

    async def test_what_is_new_begins_below_a_mark_when_one_comes_back(self):
        async with stage(rows=16) as screen:
            work = await with_work(screen)
            work.receive(said("#dev", "seen", "d1"), at=screen.host.at)
            await screen.settled()
            await screen.keys("\x1b1")
            screen.pass_(1000)
            work.receive(said("#dev", "not seen", "d2"), at=screen.host.at)
            await screen.settled()
            await screen.keys("\x1b3")

            rows = [row[23:].strip("─ ") for row in (await screen.picture()).split("\n")]
            seen = next(at for at, row in enumerate(rows) if row.endswith("Bob seen"))
            unseen = next(at for at, row in enumerate(rows) if row.endswith("Bob not seen"))
            assert rows[seen + 1 : unseen] == ["new"]

    async def test_the_next_conversation_of_the_last_one_is_the_first(self):
        async with stage() as screen:
            await with_work(screen)
            await screen.keys("\x0e")

            assert "1>#lobby" in await screen.picture()

    async def test_a_server_without_conversations_can_be_gone_to(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/connect work.test")
            await screen.keys("\x0e")

            assert (await screen.picture()).split("\n")[0].strip() == "work.test"

    async def test_going_by_letters_finds_conversations_of_all_servers_and_says_whose(self):
        async with stage() as screen:
            await with_work(screen, "#team")
            await screen.keys("\x1b1")
            await screen.keys("\x1bk")
            await screen.keys("te")

            picture = await screen.picture()
            assert "#tea  chat.test" in picture
            assert "#team  work.test" in picture

    async def test_a_server_is_found_below_conversations_that_match_as_well(self):
        async with stage() as screen:
            await with_work(screen, "#works")
            await screen.keys("\x1b1")
            await screen.keys("\x1bk")
            await screen.keys("work")

            rows = [row[23:].strip("> ") for row in (await screen.picture()).split("\n")]
            found = [row for row in rows if row.endswith(("work.test", "server"))]
            assert found == ["#works  work.test", "work.test  server"]

    async def test_a_click_goes_to_a_conversation_of_another_server(self):
        async with stage() as screen:
            screen.screen.settings.set("mouse", "yes")
            await with_work(screen)
            await screen.keys("\x1b[<0;4;4M\x1b[<0;4;4m")

            assert "2>#tea" in await screen.picture()

    async def test_the_topic_says_whose_conversation_it_is(self):
        async with stage(40, 12) as screen:
            await with_work(screen)

            assert (await screen.picture()).startswith(" #dev (work.test)")

    async def test_a_draft_stays_with_its_conversation(self):
        async with stage() as screen:
            await with_work(screen)
            await screen.keys("to dev")
            await screen.keys("\x1b1")
            assert screen.screen.line.buffer.text == ""
            await screen.keys("\x1b3")

            assert screen.screen.line.buffer.text == "to dev"

    async def test_a_notification_says_which_server_it_is_from(self):
        async with stage() as screen:
            screen.screen.settings.set("desktop", "yes")
            work = await with_work(screen)
            await screen.keys("\x1b1")
            work.receive(said("#dev", "Alice: look", "d1"), at=screen.host.at)
            screen.bob("Alice: here", "#tea")
            await screen.settled()

            assert sorted(title for title, _ in screen.host.notified) == [
                "Bob in #dev (work.test)",
                "Bob in #tea (chat.test)",
            ]


class TestTrouble:
    async def test_a_server_that_is_away_says_so_at_its_heading_alone(self):
        async with stage() as screen:
            work = await with_work(screen)
            await screen.keys("\x1b1")
            work._news.put_nowait(Offline("the connection broke"))

            picture = await screen.picture()
            assert "work.test     offline" in listed(picture)
            assert "trying again" not in picture
            work._news.put_nowait(Online("Alice", again=True))

            assert "work.test" in listed(await screen.picture())

    async def test_where_it_is_shown_the_status_line_says_why(self):
        async with stage() as screen:
            work = await with_work(screen)
            work._news.put_nowait(Ended("Your key is not valid any more."))

            assert "Your key is not valid any more." in await screen.picture()


class TestLeaving:
    async def test_one_of_them_is_left_and_the_other_stays(self):
        async with stage() as screen:
            work = await with_work(screen)
            await screen.line("/disconnect")
            await screen.settled()

            picture = await screen.picture()
            assert listed(picture) == ["1>#lobby", "2 #tea"]
            assert "Left work.test." in picture
            assert work.closed

    async def test_it_can_be_named_and_the_first_one_may_go(self):
        async with stage() as screen:
            await with_work(screen)
            await screen.line("/disconnect chat.test")
            await screen.settled()

            assert listed(await screen.picture()) == ["1>#dev"]
            assert screen.wire.closed

    async def test_a_name_that_is_none_is_told_with_those_there_are(self):
        async with stage() as screen:
            await with_work(screen)
            await screen.line("/disconnect play")

            assert "There is no server play here: chat.test, work.test." in told(await screen.picture())

    async def test_the_only_one_is_not_left(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/disconnect")

            assert "This is the only server here: /quit leaves it." in told(await screen.picture())

    async def test_what_was_not_sent_is_told_and_one_that_opens_can_be_given_up(self):
        async with stage() as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/connect work.test")
            await screen.line("/disconnect work.test")
            await screen.settled()

            assert listed(await screen.picture()) == ["1>#lobby"]
            assert "Left work.test." in await screen.picture()

    async def test_quitting_tells_what_waits_for_any_of_them(self):
        async with stage() as screen:
            work = await with_work(screen)
            work.state.online = False
            await screen.line("said on the train")
            await screen.keys("\x1b1")
            await screen.keys("\x03")

            assert "Not sent yet: 1 message" in await screen.picture()


class TestSettings:
    HOST = '[servers]\nwork = "work.test"\nplay = "play.test:7000"\n'

    def host(self, text=HOST):
        made = MemoryHost()
        made.stored["terminal.toml"] = text
        return made

    async def test_servers_of_the_settings_are_connected_to_at_the_start(self):
        async with stage(rows=16, host=self.host()) as screen:
            await screen.online("Alice", "#lobby")
            await screen.comes("play.test", "#games")

            assert screen.others["play.test"].server == ServerAddress("play.test", 7000)
            assert listed(await screen.picture()) == [
                "chat.test", "1>#lobby", "work                …", "play", "2 #games",
            ]  # fmt: skip

    async def test_one_that_cannot_be_reached_is_told_once_and_tried_again(self):
        async with stage(rows=16, host=self.host()) as screen:
            await screen.online("Alice", "#lobby")
            for _ in range(2):
                screen.others["work.test"].answer.put_nowait(Unreachable("No connection to work.test:55555: refused."))
            picture = await screen.picture()
            assert "work          offline" in listed(picture)
            assert told(picture).count("refused. It is tried again; /disconnect work gives it up.") == 1
            await screen.comes("work.test", "#dev")

            assert "work" in listed(await screen.picture())

    async def test_the_one_that_was_started_with_is_called_as_in_the_settings(self):
        async with stage(host=self.host('[servers]\nhome = "chat.test"\nwork = "work.test"\n')) as screen:
            await screen.online("Alice", "#lobby")

            assert listed(await screen.picture())[0] == "home"
            assert list(screen.others) == ["work.test"]

    async def test_a_name_of_the_settings_can_be_connected_to_again(self):
        async with stage(host=self.host()) as screen:
            await screen.online("Alice", "#lobby")
            await screen.line("/disconnect work")
            await screen.line("/connect work")

            assert screen.others["work.test"].server == ServerAddress("work.test")
            assert [row.split()[0] for row in listed(await screen.picture())] == [
                "chat.test",
                "1>#lobby",
                "play",
                "work",
            ]

    async def test_a_row_that_is_wrong_is_told_with_its_line_and_the_rest_works(self):
        async with stage(rows=20, host=self.host('[servers]\nwork = "work.test:port"\nplay = "play.test"\n')) as screen:
            await screen.online("Alice", "#lobby")
            screen.screen.settings.set("bell", "no")

            assert list(screen.others) == ["play.test"]
            assert any("terminal.toml:2: 'port' is not a port" in row for row in screen.screen.settings.complaints)
            assert 'work = "work.test:port"' in screen.host.stored["terminal.toml"].replace('"work" =', "work =")
