"""An SSH worker is started at the first call, and again after it has died; with real processes."""

import asyncio
import socket
import subprocess
import sys
import textwrap

import pytest
from tests.edge.fake_host import FakeHost
from tests.edge.ssh.test_caller import Book

from chover.edge.accepted import AcceptedConnection
from chover.edge.listener_context import ListenerContext
from chover.edge.settings import ListenerLimits
from chover.edge.ssh.worker_pool import SshWorkerPool

BOUND = 20
SPEAKS = """
    import asyncio, os, socket, sys
    from chover.edge.ssh.worker import Worker

    key = sys.stdin.buffer.read()

    class Door:
        async def serve(self, caller, sock):
            asked = sock.recv(100)
            sock.send(str(os.getpid()).encode() if asked == b"who" else key[:30])
            sock.close()
            caller.leave()

        async def close(self):
            print("closed", flush=True)

    async def main():
        await Worker(socket.socket(fileno=int(sys.argv[1])), Door()).run()

    asyncio.run(main())
"""
DIES = "pass"


class Callers:
    def __init__(self, directory):
        self.directory = directory
        self.left = asyncio.Queue()
        self.pool = None

    def served_by(self, program, *command):
        command = command or (sys.executable, "-c", textwrap.dedent(program))
        self.pool = SshWorkerPool(self.directory, command)
        host = FakeHost()
        host.accounts = Book()
        self.pool.start(ListenerContext(host, ListenerLimits()))
        return self

    async def call(self, text):
        """What a caller is told, or None where nobody takes the call."""
        ours, theirs = socket.socketpair()
        with ours:
            ours.send(text)
            ours.setblocking(False)
            accepted = AcceptedConnection("192.0.2.1", 5, 55555, self.left.put_nowait)
            if not await self.pool.serve(accepted, theirs):
                theirs.close()
                return None
            async with asyncio.timeout(BOUND):
                try:
                    answer = await asyncio.get_running_loop().sock_recv(ours, 100)
                except ConnectionResetError:
                    answer = b""
                assert await self.left.get() is accepted
            return answer


@pytest.fixture
async def callers(tmp_path):
    callers = Callers(tmp_path)
    yield callers
    await callers.pool.close()


async def test_nothing_runs_until_somebody_calls(callers):
    callers.served_by(SPEAKS)
    assert (await callers.pool.fingerprint()).startswith("SHA256:")
    assert callers.pool._workers == []


async def test_callers_share_one_that_was_given_the_host_key(callers):
    callers.served_by(SPEAKS)
    first, second = await asyncio.gather(callers.call(b"who"), callers.call(b"who"))
    assert int(first) == int(second)
    assert await callers.call(b"key") == b"-----BEGIN OPENSSH PRIVATE KEY"


async def test_one_that_was_killed_is_replaced_at_the_next_call(callers, caplog):
    callers.served_by(SPEAKS)
    first = int(await callers.call(b"who"))
    (worker,) = callers.pool._workers
    worker._process.kill()
    async with asyncio.timeout(BOUND):
        await worker._reaped.wait()
    assert "ended (status -9)" in caplog.text
    assert int(await callers.call(b"who")) != first


async def test_one_that_nobody_calls_any_more_ends_in_time(callers, monkeypatch, caplog):
    monkeypatch.setattr("chover.edge.ssh.worker_process.IDLE_SECONDS", 0)
    callers.served_by(SPEAKS)
    first = int(await callers.call(b"who"))
    async with asyncio.timeout(BOUND):
        while callers.pool._workers:
            await asyncio.sleep(0)
    assert "an SSH process ended" not in caplog.text
    assert int(await callers.call(b"who")) != first


async def test_one_that_cannot_speak_gives_its_callers_back_and_is_not_started_at_every_call(callers):
    callers.served_by(DIES)
    assert await callers.call(b"who") == b""
    for worker in list(callers.pool._workers):
        async with asyncio.timeout(BOUND):
            await worker._reaped.wait()
    assert await callers.call(b"who") is None


async def test_one_that_stands_still_is_killed(callers, monkeypatch, caplog):
    monkeypatch.setattr("chover.edge.ssh.worker_process.SILENCE_SECONDS", 0.1)
    callers.served_by("import sys, time; sys.stdin.buffer.read(); time.sleep(600)")
    assert await callers.call(b"who") == b""
    assert "did not respond" in caplog.text


async def test_one_that_goes_on_gives_signs_of_life(callers, monkeypatch):
    callers.served_by(
        SPEAKS.replace(
            "    asyncio.run", "    from chover.edge.ssh import worker\n    worker.ALIVE_SECONDS = 0\n    asyncio.run"
        )
    )
    await callers.call(b"who")
    (worker,) = callers.pool._workers
    signs = [worker._silent]
    async with asyncio.timeout(BOUND):
        while len(signs) < 5:
            await asyncio.sleep(0)
            if worker._silent is not signs[-1]:
                signs.append(worker._silent)
    assert all(sign.cancelled() for sign in signs[:-1])


async def test_where_no_process_can_be_started_nobody_takes_the_call(callers, caplog):
    callers.served_by("", "/no/such/program")
    assert await callers.call(b"who") is None
    assert "no SSH process can be started" in caplog.text


async def test_the_end_waits_for_the_process(callers):
    callers.served_by(SPEAKS)
    await callers.call(b"who")
    (worker,) = callers.pool._workers
    await callers.pool.close()
    assert worker._process.poll() == 0
    assert await callers.call(b"who") is None


async def test_one_that_does_not_end_is_killed(callers, monkeypatch):
    monkeypatch.setattr("chover.edge.ssh.worker_process.END_SECONDS", 0.1)
    callers.served_by("import sys, time; sys.stdin.buffer.read(); time.sleep(600)")
    assert await callers.pool._worker()
    (worker,) = callers.pool._workers
    await callers.pool.close()
    assert worker._process.poll() == -9


def test_a_server_imports_neither_ssh_nor_the_client():
    heavy = ("asyncssh", "prompt_toolkit", "chover.client.served")
    code = f"import sys, chover.serve, chover.edge.ssh.hostkey; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
