"""Accounts without end from one address: refused in every way in with what to do, and an invitation still works."""

import asyncio
import re

import aiohttp
import pytest

from tests.e2e.server import chover
from tests.e2e.wire import Irc
from tests.terminal import BOUND

REFUSED = "At most 2 accounts a day can be created from your address: try again in 24 h"


def from_afar(port, address):
    """A connection that a trusted proxy on this machine brings."""
    irc = Irc(port)
    irc.send(f"PROXY TCP4 {address} 192.0.2.1 4000 55555")
    return irc


def come_in(irc, nick):
    irc.send("CAP REQ standard-replies", f"NICK {nick}", f"USER {nick} 0 * :x", "CAP END")
    irc.expect(" 001 ")


async def by_the_page(port, address, *lines):
    """What a WebSocket behind a proxy is answered: the line with FAIL."""
    headers = {"X-Forwarded-For": address}
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(f"http://127.0.0.1:{port}/irc", protocols=["text.ircv3.net"], headers=headers) as socket,
    ):
        for line in lines:
            await socket.send_str(line)
        async for message in socket:
            if "FAIL" in message.data:
                return message.data
    return ""


@pytest.mark.single_process("each node counts registrations for itself")
def test_accounts_without_end_are_refused_in_every_way_in(serve):
    server = serve(CHOVER_ACCOUNTS_NEW_PER_ADDRESS="2", CHOVER_ACCOUNTS_PLAINTEXT_PASSWORDS="true")
    for nick in ("ann", "ben"):
        with from_afar(server.port, "192.0.2.7") as irc:
            come_in(irc, nick)
            irc.send("REGISTER * * sesame")
            irc.expect("REGISTER SUCCESS")
    with from_afar(server.port, "192.0.2.7") as irc:
        come_in(irc, "cas")
        irc.send("REGISTER * * sesame")
        assert REFUSED in irc.expect("FAIL REGISTER RATE_LIMITED cas :")
        irc.send("PRIVMSG NickServ :REGISTER sesame")
        assert REFUSED in irc.expect("NickServ!.* NOTICE cas :At most 2 accounts")
        printed = chover("invite", "--data", str(server.data), home=server.home).stdout
        irc.send(f"REDEEM {re.search(r'invite=([A-Za-z0-9_-]+)', printed)[1]} * :sesame")
        irc.expect(" 900 ")
    hello = ("CAP REQ standard-replies", "NICK dan", "USER dan 0 * :x", "CAP END", "REGISTER * * sesame")
    assert REFUSED in asyncio.run(asyncio.wait_for(by_the_page(server.port, "192.0.2.7", *hello), BOUND))
    with from_afar(server.port, "198.51.100.7") as irc:
        come_in(irc, "eve")
        irc.send("REGISTER * * sesame")
        irc.expect("REGISTER SUCCESS")
    assert "registration refused: 2 accounts of one address in a day from 192.0.2.7" in server.log()
