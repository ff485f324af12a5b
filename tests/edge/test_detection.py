"""Connections that do not say which door they want."""

import asyncio
import resource
import socket
import time

import pytest

WINDOW_SECONDS = 2.0


FLAT = 0.1
"""Far from what polling takes, and far above a few timers on a slow machine."""


async def cpu_share():
    """The share of one core that this process takes while nothing happens, in the quietest of three windows."""
    # Debug mode notes the stack of every timer, which costs more than the timers.
    asyncio.get_running_loop().set_debug(False)
    least = 1.0
    for _ in range(3):
        least = min(least, await cpu_share_once())
        if least < FLAT:
            break
    return least


async def cpu_share_once():
    nothing = asyncio.Event()
    cpu, began = time.process_time(), time.monotonic()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(nothing.wait(), WINDOW_SECONDS)
    return (time.process_time() - cpu) / (time.monotonic() - began)


@pytest.fixture
def many_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4096), hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_what_came_while_the_loop_was_busy_was_not_silence(port):
    port.remember(5)
    await port.open(silence_seconds=0)
    with socket.create_connection(("127.0.0.1", port.number)) as client:
        client.sendall(b"NICK alice\r\n")
        session = await port.host.session()
        await port.host.until(lambda: session.raw)
        assert session.raw == b"NICK alice\r\n"
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.recv(1)


async def test_a_connection_that_a_browser_opened_ahead_is_sent_nothing_before_its_answer(port):
    port.remember(5)
    await port.open(silence_seconds=0, ahead_seconds=60)
    port.page_requests.note("127.0.0.1", port.now())
    ahead = await port.connect()
    await port.host.until(lambda: len(port.quiet) == 1)
    ahead.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (await ahead.line()).startswith("HTTP/1.1 200 ")


async def test_a_client_of_the_original_beside_a_browser_that_loads_the_page_reads_history_as_lines(port):
    port.remember(2)
    await port.open(silence_seconds=0, ahead_seconds=0.1)
    port.page_requests.note("127.0.0.1", port.now())
    lines = (await (await port.connect()).once()).decode().split("\n")
    assert [line.partition(" ❯ ")[2] for line in lines] == ["hello 0", "hello 1"]


async def test_five_hundred_sockets_that_send_one_byte_leave_the_cpu_flat(port, many_files):
    await port.open(undecided_seconds=600)
    for _ in range(500):
        (await port.connect()).send("S")
    await port.turns()
    assert await cpu_share() < FLAT
    assert port.host.dismissed == 0


async def test_five_hundred_sockets_that_send_one_letter_of_irc_leave_the_cpu_flat(port, many_files):
    await port.open()
    for _ in range(500):
        (await port.connect()).send("x")
    await port.host.session(500)
    assert await cpu_share() < FLAT
    assert port.host.dismissed == 0


async def test_five_hundred_quiet_sockets_leave_the_cpu_flat(port, many_files):
    port.remember(5)
    await port.open(quiet_per_address=0)
    for _ in range(500):
        await port.connect()
    await port.host.until(lambda: len(port.quiet) == 500)
    assert await cpu_share() < FLAT


async def test_ssh_keyscan_leaves_the_cpu_flat_and_is_given_back(port, needs):
    program = needs("ssh-keyscan", "apt-get install openssh-client")
    port.remember(5)
    await port.open()
    scan = await asyncio.create_subprocess_exec(
        program, "-T", "4", "-p", str(port.number), "127.0.0.1", stdout=-3, stderr=-3
    )
    await port.host.until(lambda: port.host.admitted)
    assert await cpu_share() < FLAT
    await scan.wait()
    await port.host.until(lambda: port.host.dismissed == port.host.admitted)
    assert port.host.sessions == []


async def test_a_first_byte_alone_is_waited_for_and_then_decided(port):
    await port.open()
    client = await port.connect()
    client.send("P")
    await port.turns()
    client.send("ING x\r\n")
    assert await client.line() == ":srv PONG srv x"


async def test_first_bytes_that_never_decide_are_closed_in_time(port):
    await port.open(undecided_seconds=0.3)
    client = await port.connect()
    began = time.monotonic()
    client.send("SS")
    assert await client.rest() == b""
    assert time.monotonic() - began > 0.2
    assert port.host.sessions == []


async def test_letters_that_become_neither_hello_nor_line_reach_irc(port):
    await port.open(hello_seconds=0.2, silence_seconds=60)
    client = await port.connect()
    client.send("Al")
    session = await port.host.session()
    await port.host.until(lambda: session.raw)
    assert (session.peer.protocol, session.raw) == ("irc", b"Al")


async def test_anyone_who_stays_silent_at_an_empty_lobby_is_told_and_closed(port):
    await port.open(quiet_seconds=0.3)
    client = await port.connect()
    assert await client.rest() == b"ERROR :Closed: nothing was sent for 0.3 seconds\r\n"


async def test_anyone_who_connects_and_goes_is_given_back(port):
    await port.open()
    client = await port.connect()
    await client.close()
    await port.host.until(lambda: port.host.dismissed == 1)
    assert port.host.here["127.0.0.1"] == 0


async def test_anyone_who_resets_the_connection_is_given_back(port):
    await port.open()
    client = await port.connect()
    await port.host.until(lambda: len(port.quiet) == 1)
    client.writer.transport.abort()
    await port.host.until(lambda: port.host.dismissed == 1)
    assert len(port.quiet) == 0
