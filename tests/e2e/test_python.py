"""The Python API and its examples, with a real server."""

import asyncio
import contextlib
import subprocess
import sys

import pytest

import chover
from chover.client.connection.trust import KnownServers
from tests.e2e.server import ROOT, environment
from tests.e2e.wire import Irc
from tests.terminal import BOUND


@pytest.fixture
def address(server):
    return f"127.0.0.1:{server.port}"


@pytest.fixture
def known(tmp_path):
    return KnownServers(tmp_path / "known")


@contextlib.asynccontextmanager
async def example(name, *arguments, home, text=None):
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "examples" / name), *arguments, env=environment(home),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    if text is not None:
        process.stdin.write(text.encode())
        process.stdin.close()
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def next_of(messages):
    return await asyncio.wait_for(anext(messages), BOUND)


async def test_two_programs_chat_and_read_what_was_said_before(address, known):
    async with chover.connect(address, nick="one", known=known) as one:
        await one.join("#tea")
        for number in range(120):
            await one.say("#tea", f"before {number}")
        async with chover.connect(address, nick="two", known=known) as two:
            await two.join("#tea")
            await one.say("#tea", "hello")
            heard = two.messages("#tea")
            message = await next_of(heard)
            assert (message.sender, message.text, message.private) == ("one", "hello", False)
            past = await two.history("#tea", limit=110)
            assert [line.text for line in past] == [*[f"before {number}" for number in range(11, 120)], "hello"]
            await two.reply(message, "hello back")
            assert (await next_of(one.messages())).text == "hello back"
            await heard.aclose()


async def test_what_the_server_does_not_take_is_an_error(address, known):
    async with chover.connect(address, nick="one", known=known) as one:
        with pytest.raises(chover.NotDelivered):
            await one.say("nobody-of-that-name", "hello")
        with pytest.raises(ValueError, match="not a channel"):
            await one.join("tea")
        with Irc(int(address.rpartition(":")[2])) as irc:
            irc.send("NICK op", "USER o 0 * :o", "JOIN #shut", "MODE #shut +i")
            irc.expect(r"MODE #shut \+i")
            with pytest.raises(chover.NotJoined):
                await one.join("#shut")


async def test_what_is_said_while_the_server_is_away_arrives_once(server, address, known):
    async with chover.connect(address, nick="one", known=known) as one:
        await one.join("#tea")
        async with chover.connect(address, nick="two", known=known) as two:
            await two.join("#tea")
            server.kill()
            saying = asyncio.create_task(one.say("#tea", "across the gap"))
            server.start()
            await asyncio.wait_for(saying, 30)
            await one.say("#tea", "the end")
            heard = two.messages()
            assert [(await next_of(heard)).text for _ in range(2)] == ["across the gap", "the end"]
            await heard.aclose()


async def test_no_server_is_an_error_with_one_line(server, address, known):
    server.stop()
    with pytest.raises(chover.CannotConnect, match="No connection"):
        async with chover.connect(address, known=known):
            pass


def test_importing_it_imports_no_client():
    code = "import sys, chover; print([name for name in sys.modules if name.startswith('chover.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT / "src")
    assert done.stdout.strip() == "['chover.version']"


def test_what_it_has_not_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        chover.nonsense  # noqa: B018


async def test_the_answering_bot_answers(server, address, known, tmp_path):
    async with example("answering_bot.py", address, "#tea", home=tmp_path) as bot:
        await asyncio.wait_for(bot.stdout.readline(), 10)
        async with chover.connect(address, nick="one", known=known) as one:
            await one.join("#tea")
            await one.say("#tea", "!ping")
            assert (await next_of(one.messages("#tea"))).text == "one: pong"


async def test_the_log_watcher_tells_what_it_reads(address, known, tmp_path):
    async with chover.connect(address, nick="one", known=known) as one:
        await one.join("#ops")
        heard = one.messages()
        async with example("log_watcher.py", address, "#ops", home=tmp_path, text="disk full\n\nhelp\n") as watcher:
            assert [(await next_of(heard)).text for _ in range(2)] == ["disk full", "help"]
            assert await asyncio.wait_for(watcher.wait(), 20) == 0
        await heard.aclose()


async def test_the_reminder_reminds(address, known, tmp_path):
    async with example("reminder.py", address, home=tmp_path) as reminder:
        await asyncio.wait_for(reminder.stdout.readline(), 10)
        async with chover.connect(address, nick="one", known=known) as one:
            heard = one.messages("reminder")
            await one.say("reminder", "remind 0 the tea")
            assert [(await next_of(heard)).text for _ in range(2)] == [
                "In 0 seconds, then.",
                "You wanted to be reminded: the tea",
            ]
            await heard.aclose()
