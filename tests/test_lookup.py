"""Names that are looked up while the DNS does not answer: nobody waits longer than the time limit, nor for the end."""

import asyncio
import socket
import subprocess
import sys
import threading

import pytest

from chover import lookup
from chover.lookup import Lookups


async def test_a_name_has_its_addresses_each_once():
    assert await lookup.addresses_of("127.0.0.1") == ["127.0.0.1"]
    assert "127.0.0.1" in await lookup.addresses_of("localhost")


@pytest.mark.parametrize("error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long")])
async def test_what_the_resolver_says_is_raised(error):
    def fails(_host):
        raise error

    with pytest.raises(type(error)):
        await Lookups(fails).find("nowhere.example")


async def test_threads_that_hang_are_few_and_free_again_once_they_are_answered():
    answered, asked = threading.Event(), []

    def hangs(host):
        asked.append(host)
        answered.wait()
        return [host]

    lookups = Lookups(hangs, threads=2, seconds=0.2)
    late = await asyncio.gather(*[lookups.find(f"host{number}") for number in range(5)], return_exceptions=True)
    assert [type(each) for each in late] == [TimeoutError] * 5
    assert sorted(asked) == ["host0", "host1"]
    answered.set()
    lookups._seconds = 20
    assert await lookups.find("later") == ["later"]
    assert "host4" not in asked, "for whom nobody waits any more is not asked"


def test_a_lookup_that_hangs_does_not_keep_a_program_from_ending():
    program = (
        "import asyncio, threading; from chover.lookup import Lookups\n"
        "try: asyncio.run(Lookups(lambda _: threading.Event().wait(), seconds=0.1).find('x'))\n"
        "except TimeoutError: print('late')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout == "late\n"


async def test_the_first_address_that_accepts_is_connected(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as there:

        async def found(_host):
            return ["127.0.0.2", "127.0.0.1"]

        monkeypatch.setattr(lookup, "addresses_of", found)
        with await lookup.connect("mail.example", there.getsockname()[1], 10) as sock:
            assert sock.getpeername() == there.getsockname()
    with pytest.raises(ConnectionRefusedError):
        await lookup.connect("mail.example", closed_port(), 10)


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]
