"""From the state of a client to its log."""

from datetime import UTC

import pytest

from chover.client.local.log_files import LogFiles
from chover.client.local.recording import log_lines
from chover.client.state.entries import Entry
from tests.client.screen.stage import MemoryHost, stage


class LoggingHost(MemoryHost):
    """A host whose logs are files below a directory."""

    def __init__(self, directory):
        super().__init__()
        self.directory = directory

    def log(self, directory, server):
        return LogFiles(self.directory / directory.lstrip("~/") / server.partition(":")[0], UTC)

    def lines(self, name):
        text = (self.directory / "logs" / "chat.test" / f"{name}.2026-06.log").read_text(encoding="utf-8")
        return [line.partition(" ")[2] for line in text.splitlines()]


@pytest.mark.parametrize(
    ("entry", "lines"),
    [
        (Entry("message", 0, "Bob", "hello\n<Ann> I said that"), ("<Bob> hello", "<Bob> <Ann> I said that")),
        (Entry("action", 0, "Bob", "\x0304waves\x1b[2J"), ("* Bob waves[2J",)),
        (Entry("notice", 0, "Bob", "hear"), ("-Bob- hear",)),
        (Entry("quit", 0, "Bob", "gone\nfishing"), ("-- Bob quit (gone fishing)",)),
    ],
)
def test_an_entry_is_one_line_or_several_of_the_same_person_without_control_characters(entry, lines):
    assert log_lines(entry) == lines


async def test_what_is_said_while_somebody_logs_is_written_once_also_after_a_start(tmp_path):
    host = LoggingHost(tmp_path)
    for _ in range(2):
        async with stage(host=host) as screen:
            await screen.line("/set log ~/logs")
            screen.screen.active.recording.take()
            await screen.online("Alice")
            screen.says(":Alice!a@c JOIN #tea", ":s 353 Alice = #tea :Alice", ":s 366 Alice #tea :End")
            screen.says(
                "BATCH +h chathistory #tea",
                "@batch=h;msgid=m1;time=2026-06-19T11:00:00.000Z :Bob!b@c PRIVMSG #tea :before",
                "BATCH -h",
            )
            if host.at < 1781870402000:
                screen.bob("now", "#tea")
                screen.says(":NickServ!n@s NOTICE Alice :your key is 12345")
    assert host.lines("#tea") == ["<Bob> before", "-- Alice joined", "<Bob> now", "-- Alice joined"]
    assert not list(tmp_path.rglob("nickserv*"))


async def test_a_log_that_cannot_be_written_is_told_in_one_line():
    async with stage(140) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/set log /nowhere")
        screen.screen.active.recording.take()
        assert "Nothing is logged: /nowhere cannot be written (no disk)." in await screen.picture()
        assert (await screen.picture()).count("Nothing is logged") == 1


async def test_over_ssh_there_is_no_log():
    host = MemoryHost()
    host.keeps = False
    async with stage(120, host=host) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/set log ~/logs")
        assert "log is about your own machine and does nothing over SSH" in await screen.picture()
        screen.screen.settings.take("bell=no log=/etc")
        assert screen.screen.settings.get("log") == "off"


async def test_a_value_with_quotes_and_backslashes_is_read_again_as_it_was():
    host = MemoryHost()
    async with stage(120, host=host) as screen:
        await screen.line('/set log C:\\logs\\a "b"')
    async with stage(120, host=host) as screen:
        assert screen.screen.settings.get("log") == 'C:\\logs\\a "b"'
        assert screen.screen.settings.complaints == []
