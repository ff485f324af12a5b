import asyncio
import contextlib
import json
import signal
import subprocess
import sys

from chover.wire.capabilities import NONCE
from tests.client.scripted import SERVER, scripted
from tests.terminal import ROOT, environment


def call(verb, port, *arguments, **options):
    given = ", ".join([*map(repr, arguments), *(f"{name}={value!r}" for name, value in options.items())])
    return f"import sys; from chover.client import script; sys.exit(script.{verb}('', {port}, {given}))"


@contextlib.asynccontextmanager
async def running(code, stdin=""):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", code),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=environment(TZ="UTC"),
    )
    process.stdin.write(stdin.encode())
    process.stdin.close()
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        # Its pipes are closed here and not by the garbage collector.
        await process.communicate()


async def ended(process):
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def let_in(server, channel="#ops", *, lobby=False):
    """Register a client that joins the channel by itself."""
    peer = await server.accept()
    await peer.register()
    if lobby:
        peer.join("#lobby")
    await peer.fence()
    if lobby:
        await peer.expect("CHATHISTORY", "LATEST", "#lobby", "*", "1")
        peer.batch("#lobby")
    if channel:
        await peer.expect("JOIN", channel)
        peer.join(channel)
    return peer


# ---- send


async def test_send_succeeds_when_the_echo_is_here():
    async with scripted() as server, running(call("send", server.port, "#ops", "deployed")) as process:
        peer = await let_in(server)
        heard = await peer.hear()
        assert heard.params == ["#ops", "deployed"]
        peer.echo(heard, "m1")
        await peer.expect("QUIT")
        peer.hang_up()
        assert await ended(process) == (0, "", "")


async def test_send_takes_its_lines_from_standard_input():
    async with scripted() as server, running(call("send", server.port, "Bob"), "one\ntwo\n") as process:
        peer = await let_in(server, "")
        for number, text in enumerate(["one", "two"]):
            heard = await peer.hear()
            assert heard.params == ["Bob", text]
            peer.echo(heard, f"m{number}")
        await peer.expect("QUIT")
        peer.hang_up()
        assert await ended(process) == (0, "", "")


async def test_send_comes_back_and_sends_again_under_the_same_nonce():
    async with scripted() as server, running(call("send", server.port, "#ops", "deployed")) as process:
        peer = await let_in(server)
        nonce = (await peer.hear()).tags[NONCE]
        peer.hang_up()
        again = await let_in(server)
        heard = await again.hear()
        assert heard.tags[NONCE] == nonce
        again.echo(heard, "m1")
        await again.expect("QUIT")
        again.hang_up()
        status, _, err = await ended(process)
        assert status == 0
        assert err.startswith("chover: connection lost (")


async def test_send_fails_when_nobody_acknowledges():
    async with scripted() as server, running(call("send", server.port, "#ops", "x", patience=0.1)) as process:
        peer = await let_in(server)
        await peer.hear()
        await peer.expect("QUIT")
        peer.hang_up()
        status, _, err = await ended(process)
        assert status == 1
        assert err == f"chover: 1 not acknowledged by 127.0.0.1:{server.port} within 0.1 seconds\n"


async def test_send_fails_with_the_reason_of_a_refusal():
    async with scripted() as server, running(call("send", server.port, "#ops", "x")) as process:
        peer = await server.accept()
        await peer.register()
        await peer.fence()
        await peer.expect("JOIN", "#ops")
        peer.send(f":{SERVER} 473 guest #ops :Cannot join channel (+i)")
        await peer.expect("QUIT")
        peer.hang_up()
        assert await ended(process) == (1, "", "chover: not delivered to #ops: Cannot join channel (+i)\n")


async def test_an_interrupted_send_is_no_success():
    async with scripted() as server, running(call("send", server.port, "#ops", "x")) as process:
        peer = await let_in(server)
        await peer.hear()
        process.send_signal(signal.SIGINT)
        await peer.expect("QUIT")
        peer.hang_up()
        assert (await ended(process))[0] == 1


async def test_send_without_a_server_fails_in_one_line():
    async with scripted() as server:
        server.deaf()
        async with running(call("send", server.port, "#ops", "x")) as process:
            status, out, err = await ended(process)
            assert (status, out, err.count("\n")) == (1, "", 1)
            assert f"No connection to 127.0.0.1:{server.port}" in err


# ---- tail


async def test_tail_prints_what_is_said_until_interrupted():
    async with scripted() as server, running(call("tail", server.port, "#ops")) as process:
        peer = await let_in(server, lobby=True)
        await peer.expect("CHATHISTORY", "LATEST", "#ops", "*", "1")
        peer.batch("#ops", "@msgid=m0 :Bob!b@c PRIVMSG #ops :old")
        peer.send("@msgid=l1 :Bob!b@c PRIVMSG #lobby :elsewhere")
        peer.send("@msgid=m1;time=2026-06-19T17:01:00.000Z :Bob!b@c PRIVMSG #ops :deployed")
        peer.send("@msgid=m2 :Bob!b@c PRIVMSG #ops :\x01ACTION waves\x01")
        assert (await process.stdout.readline()).decode() == "Bob | Jun 19 [05:01 PM] ❯ deployed\n"
        assert (await process.stdout.readline()).decode() == "* Bob waves\n"
        process.send_signal(signal.SIGINT)
        await peer.expect("QUIT")
        peer.hang_up()
        assert await ended(process) == (0, "", "")


async def test_tail_prints_json_and_misses_nothing_over_a_lost_connection():
    async with scripted() as server, running(call("tail", server.port, "#ops", as_json=True)) as process:
        peer = await let_in(server)
        await peer.expect("CHATHISTORY")
        peer.batch("#ops")
        peer.send("@msgid=m1;account=bob;time=2026-06-19T17:01:00.250Z :Bob!b@c NOTICE #ops :one\x02")
        assert json.loads(await process.stdout.readline()) == {
            "time": "2026-06-19T17:01:00.250Z",
            "msgid": "m1",
            "from": "Bob",
            "account": "bob",
            "target": "#ops",
            "text": "one",
            "kind": "notice",
        }
        peer.hang_up()
        again = await let_in(server)
        await again.expect("CHATHISTORY", "AFTER", "#ops", "timestamp=2026-06-19T17:01:00.249Z")
        again.batch("#ops", "@msgid=m2 :Bob!b@c PRIVMSG #ops :two")
        assert json.loads(await process.stdout.readline())["msgid"] == "m2"


async def test_tail_ends_quietly_when_nobody_reads_any_more():
    code = call("tail", 0, "#ops").replace("'', 0", "'', int(sys.argv[1])")
    async with scripted() as server:
        reader = [sys.executable, "-c", "import sys; sys.stdin.readline()"]
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(server.port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        with process, subprocess.Popen(reader, stdin=process.stdout) as head:
            process.stdout.close()
            peer = await let_in(server)
            peer.send("@msgid=m1 :Bob!b@c PRIVMSG #ops :one")
            await peer.expect("CHATHISTORY")
            peer.batch("#ops")
            assert await asyncio.to_thread(head.wait, 20) == 0
            peer.send("@msgid=m2 :Bob!b@c PRIVMSG #ops :two")
            await peer.expect("QUIT")
            peer.hang_up()
            assert await asyncio.to_thread(process.wait, 20) == 0
            assert process.stderr.read() == b""


async def test_tail_ends_when_it_is_thrown_out():
    async with scripted() as server, running(call("tail", server.port, "#ops")) as process:
        peer = await let_in(server)
        peer.send(":Bob!b@c KICK #ops guest :enough")
        await peer.expect("CHATHISTORY")
        await peer.expect("QUIT")
        peer.hang_up()
        assert await ended(process) == (1, "", "chover: #ops: kicked by Bob (enough)\n")


# ---- their cost


def test_scripts_wait_for_no_big_import():
    code = "import sys; import chover.client.script; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    big = {"prompt_toolkit", "sqlalchemy", "cryptography", "uvloop", "alembic", "precis_i18n", "platformdirs"}
    assert big.isdisjoint(loaded.stdout.split())
