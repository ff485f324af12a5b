"""``/exec`` in the full screen."""

from chover.client.local.programs import ProgramOutput
from chover.client.served import ServedHost
from tests.client.screen.stage import MemoryHost, stage


def host(**outputs):
    made = MemoryHost()
    made.outputs = {name: ProgramOutput(*output) for name, output in outputs.items()}
    return made


async def test_the_output_is_shown_to_the_person_alone_and_cannot_draw():
    async with stage(80, 14, host=host(uptime=("up 3 days\n\x1b[2Jload 1", ""))) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/exec uptime")
        picture = await screen.picture()
        assert "up 3 days" in picture
        assert "[2Jload 1" in picture
        assert screen.commands("PRIVMSG") == []


async def test_dash_o_says_it_where_it_was_asked_for():
    async with stage(80, 14, host=host(uptime=("up 3 days", ""))) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        await screen.keys("\x1b1")
        await screen.keys("/exec -o uptime")
        screen.press("\r")
        screen.press("\x1b2")
        await screen.settled()
        assert screen.commands("PRIVMSG") == ["PRIVMSG #lobby :up 3 days"]


async def test_many_lines_are_said_only_after_a_choice_whose_first_row_is_no():
    text = "\n".join(f"line {number}" for number in range(8))
    async with stage(80, 14, host=host(many=(text, ""))) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/exec -o many")
        assert "The output has 8 lines" in await screen.picture()
        await screen.keys("\r")
        assert screen.commands("PRIVMSG", "BATCH") == []
        await screen.line("/exec -o many")
        await screen.keys("\x1b[B\r")
        assert [line.rpartition(":")[2] for line in screen.commands("PRIVMSG")] == text.split("\n")


async def test_what_failed_is_never_said_to_others():
    async with stage(80, 14, host=host(bad=("oops", "exit status 1"), quiet=("", ""))) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/exec -o bad")
        assert "/exec: exit status 1" in await screen.picture()
        await screen.line("/exec quiet")
        assert "/exec: no output" in await screen.picture()
        assert screen.commands("PRIVMSG") == []


async def test_over_ssh_nothing_of_the_servers_machine_is_run():
    served = MemoryHost()
    served.run = ServedHost("xterm").run
    async with stage(160, 14, host=served) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/exec cat /etc/passwd")
        assert "This does not work over SSH, which runs on the server's machine." in await screen.picture()
        assert "root" not in await screen.picture()
