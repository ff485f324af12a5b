"""Scripts in the client: what they can do, and that their faults stay their own."""

import itertools
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from chover.client.served import ServedHost
from tests.client.screen.stage import MemoryHost, stage
from tests.guide.pages import commands

GREETER = """
def setup(chat):
    @chat.on_message
    def greet(message):
        if message.text == "hello":
            chat.say(message.conversation, f"hello {message.sender}, I am {chat.nick}")

    @chat.on_send
    def expand(target, text):
        return None if text == "drop" else text.replace("brb", "be right back")

    @chat.command("wave", "nick: waves at somebody")
    def wave(rest):
        chat.tell(f"You wave at {rest} in {chat.conversation}\\x1b[2J")
"""


def host(**sources):
    made = MemoryHost()
    made.sources = sources
    return made


async def test_a_script_hears_messages_and_answers():
    async with stage(100, 14, host=host(greeter=GREETER)) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        screen.bob("hello", "#tea")
        await screen.keys("")
        screen.screen.connection.flush()
        assert screen.commands("PRIVMSG") == ["PRIVMSG #tea :hello Bob, I am Alice"]


async def test_it_hears_nothing_old_nothing_of_ours_and_nobody_who_is_ignored():
    async with stage(100, 14, host=host(greeter=GREETER)) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/ignore Bob")
        screen.bob("hello")
        screen.says(":Alice!a@c PRIVMSG #lobby :hello")
        await screen.settled()
        screen.screen.connection.flush()
        assert screen.commands("PRIVMSG") == []


async def test_it_changes_what_is_sent_or_keeps_it_back_also_in_replies():
    async with stage(100, 14, host=host(greeter=GREETER)) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("brb")
        await screen.line("drop")
        screen.bob("really?", msgid="his")
        await screen.keys("\x1bs")
        await screen.keys("r")
        await screen.line("brb, yes")
        sent = screen.commands("PRIVMSG")
        assert sent == ["PRIVMSG #lobby :be right back", "PRIVMSG #lobby :be right back, yes"]


async def test_its_command_is_one_of_the_clients_and_its_text_cannot_draw():
    async with stage(100, 14, host=host(greeter=GREETER)) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/wave Bob")
        assert "You wave at Bob in #lobby[2J" in await screen.picture()
        await screen.line("/script")
        assert "greeter: loaded, /wave nick: waves at somebody" in await screen.picture()


async def test_scripts_are_loaded_unloaded_and_loaded_anew():
    made = host(greeter=GREETER, _draft="raise SystemExit")
    async with stage(100, 14, host=made) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/script list")
        assert "_draft: not loaded" in await screen.picture()
        await screen.keys("\x1b")
        await screen.line("/script unload greeter")
        await screen.line("/wave Bob")
        assert "There is no /wave." in await screen.picture()
        await screen.keys("\x03")
        made.sources["greeter"] = GREETER.replace("You wave", "You nod")
        await screen.line("/script reload greeter")
        await screen.line("/wave Bob")
        assert "You nod at Bob" in await screen.picture()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def setup(chat):\n    1 / 0\n", "ZeroDivisionError: division by zero (line 2)"),
        ("def setup(chat:\n", "SyntaxError: '(' was never closed"),
        ("x = 1\n", "TypeError: it has no function setup(chat)"),
        ("raise SystemExit\n", "SystemExit:  (line 1)"),
        ("def setup(chat):\n    chat.command('join')\n", "ValueError: /join is no name for a command, or it is taken"),
    ],
)
async def test_a_script_that_cannot_be_loaded_is_told_with_its_line_and_hurts_nobody(source, reason):
    async with stage(190, 14, host=host(bad=source, greeter=GREETER)) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/script load bad")
        assert f"The script bad is unloaded: {reason}" in await screen.picture()
        await screen.line("/wave Bob")
        assert "You wave at Bob" in await screen.picture()


async def test_a_script_that_fails_later_is_unloaded_and_told_once():
    source = "def setup(chat):\n    @chat.on_message\n    def hear(message):\n        raise KeyError(message.text)\n"
    async with stage(140, 14, host=host(bad=source)) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("one")
        screen.bob("two")
        picture = await screen.picture()
        assert picture.count("The script bad is unloaded: KeyError: 'one' (line 4).") == 1
        assert "two" in picture


async def test_what_a_failing_script_might_have_changed_is_not_sent_and_stays_in_the_line():
    source = "def setup(chat):\n    chat.on_send(lambda target, text: 1 / 0)\n"
    async with stage(140, 14, host=host(bad=source)) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("my secret plan")
        assert screen.commands("PRIVMSG") == []
        assert (await screen.picture()).endswith("my secret plan")
        await screen.keys("\r")
        assert screen.commands("PRIVMSG") == ["PRIVMSG #lobby :my secret plan"]


async def test_a_script_that_is_too_slow_is_unloaded(monkeypatch):
    # Only there: the event loop has a clock of its own.
    clock = SimpleNamespace(monotonic=partial(next, itertools.count(0.0, 2.0)))
    monkeypatch.setattr("chover.client.scripting.time", clock)
    async with stage(220, 14, host=host(slow="def setup(chat):\n    pass\n")) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/script load slow")
        assert "it needed 2.0 seconds, in which nothing else could happen" in " ".join((await screen.picture()).split())


OF_SEVERAL = """
def setup(chat):
    heard = []

    @chat.on_message
    def hear(message):
        heard.append(f"{chat.server} {message.text}")
        if message.text == "ping":
            chat.say(message.conversation, f"pong from {chat.nick}")

    @chat.on_send
    def sign(target, text):
        return text if text.startswith("pong") else f"{text} ({chat.server})"

    @chat.command("heard")
    def show(rest):
        chat.tell(f"in {chat.server}: " + ", ".join(heard))
"""


async def test_a_script_is_loaded_once_for_all_servers_and_knows_which_one_it_is_about():
    async with stage(120, 14, host=host(several=OF_SEVERAL)) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/connect work.test")
        work = await screen.comes("work.test", "#dev")
        screen.bob("one", "#lobby")
        work.receive(":Bob!b@c PRIVMSG #dev :two", at=screen.host.at)
        await screen.settled()
        await screen.line("/heard")
        assert "in work.test: chat.test one, work.test two" in await screen.picture()
        await screen.line("done")
        await screen.keys("\x1b1")
        await screen.line("done")
        work.receive(":Bob!b@c PRIVMSG #dev :ping", at=screen.host.at)
        await screen.settled()
        work.flush()
        said = [line.rpartition(" PRIVMSG ")[2] for line in work.sent if "PRIVMSG" in line]
        assert said == ["#dev :done (work.test)", "#dev :pong from Alice"]
        assert screen.commands("PRIVMSG") == ["PRIVMSG #lobby :done (chat.test)"]


async def test_what_a_script_does_about_a_server_that_is_not_shown_is_told_where_somebody_looks():
    source = "def setup(chat):\n    chat.on_message(lambda message: chat.tell(chat.server) or 1 / 0)\n"
    async with stage(160, 14, host=host(loud=source)) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/connect work.test")
        work = await screen.comes("work.test", "#dev")
        await screen.keys("\x1b1")
        for _ in range(2):
            work.receive(":Bob!b@c PRIVMSG #dev :hello", at=screen.host.at)
        picture = await screen.picture()
        assert "1>#lobby" in picture
        assert picture.count("The script loud is unloaded: ZeroDivisionError") == 1


async def test_over_ssh_no_script_of_the_servers_machine_is_loaded():
    served = MemoryHost()
    served.scripts, served.script = ServedHost("xterm").scripts, ServedHost("xterm").script
    async with stage(150, 14, host=served) as screen:
        await screen.online("Alice", "#lobby")
        for typed in ("/script list", "/script load greeter"):
            await screen.line(typed)
            assert "This does not work over SSH" in await screen.picture()
            await screen.keys("\x03")


async def test_a_script_that_is_not_there_is_told_with_the_place_for_it():
    async with stage(150, 14) as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/script load ../evil")
        assert "There is no script ../evil: put ../evil.py into /scripts." in await screen.picture()


async def test_the_example_works():
    source = (Path(__file__).parents[2] / "examples" / "client_script.py").read_text(encoding="utf-8")
    async with stage(100, 14, host=host(example=source)) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("alice: tea?")
        await screen.line("omw")
        assert screen.commands("PRIVMSG") == ["PRIVMSG #lobby :on my way"]
        await screen.line("/mentioned")
        assert "#lobby Bob: alice: tea?" in await screen.picture()


async def test_the_script_of_the_page_works():
    source = "\n".join(commands("Scripts in the terminal client", "python", "python"))
    async with stage(100, 14, host=host(page=source)) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("!ping")
        await screen.settled()
        await screen.line("brb")
        await screen.line("/shout tea")
        assert sorted(screen.commands("PRIVMSG")) == [
            "PRIVMSG #lobby :be right back",
            "PRIVMSG #lobby TEA",
            "PRIVMSG #lobby pong",
        ]
