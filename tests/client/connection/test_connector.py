"""Connections that are registered: the first, and after a loss the next."""

import asyncio

import pytest

from chover.client.capabilities import WANTED
from chover.client.connection.connector import Connector, Tuning, why
from chover.client.connection.credentials import Credentials
from chover.client.connection.dial import ServerAddress, ServerLink, Unreachable
from chover.client.connection.registration import LoginIdentity, Rejected
from chover.client.notifications import Pinned
from chover.client.state import State
from chover.wire.message import ProtocolError

OFFER = b":s CAP * LS :\r\n"
WELCOME = b":s 001 Alice :Welcome\r\n"
SOON = Tuning(register=0.05, first_pause=0.001, longest_pause=0.001, early_pause=0.001)


class Transport:
    def __init__(self):
        self.aborted = False

    def abort(self):
        self.aborted = True


class Writer:
    """Notes what is written."""

    def __init__(self):
        self.transport = Transport()
        self.lines = []

    def write(self, data):
        assert data.endswith(b"\r\n")
        self.lines.append(data.decode().removesuffix("\r\n"))


class Servers:
    """Each attempt meets the next of these: bytes of a server, or an exception. ``None`` in them: silence."""

    def __init__(self, *attempts, pinned=""):
        self._attempts = list(attempts)
        self._pinned = pinned
        self.met = []
        self.links = []

    async def __call__(self, *, met):
        self.met.append(met)
        attempt = self._attempts.pop(0)
        if isinstance(attempt, Exception):
            raise attempt
        first, *more = attempt
        reader = asyncio.StreamReader()
        for data in more:
            if isinstance(data, Exception):
                reader.set_exception(data)
            elif data is not None:
                reader.feed_data(data)
        if None not in more:
            reader.feed_eof()
        self.links.append(ServerLink(reader, Writer(), first, self._pinned))
        return self.links[-1]


@pytest.fixture
def told():
    return []


@pytest.fixture
def connector_to(told):
    def made(servers, **options):
        async def tell(notification):
            told.append(notification)

        return Connector(
            ServerAddress("chat.test"),
            State(),
            Credentials(LoginIdentity("Alice")),
            reach=servers,
            tuning=SOON,
            wanted=WANTED,
            tell=tell,
            granted=lambda _: None,
            **options,
        )

    return made


async def test_what_came_behind_the_welcome_is_not_lost(connector_to):
    servers = Servers((OFFER, WELCOME + b"PING x\r\n:s 422 Alice :No message of the day\r\nPART", None))
    registered = await connector_to(servers).connect()

    assert [message.command for message in registered.early] == ["PING", "422"]
    assert [message.command for message in registered.splitter.feed(b"IAL\r\n")] == ["PARTIAL"]
    assert servers.links[0].writer.lines[0].startswith("NICK Alice")
    assert not servers.links[0].writer.transport.aborted


@pytest.mark.parametrize(
    ("attempt", "reason"),
    [
        ((OFFER,), "closed the connection before the registration was complete"),
        ((OFFER, None), "it does not answer"),
        ((OFFER, ConnectionResetError(104, "Connection reset by peer")), "Connection reset by peer"),
        ((b"x" * 20_000,), "refused the connection"),
    ],
    ids=["closes", "is silent", "resets", "never ends a line"],
)
async def test_a_server_that_lets_nobody_in_is_unreachable_and_left(connector_to, attempt, reason):
    servers = Servers(attempt)
    with pytest.raises(Unreachable, match=reason):
        await connector_to(servers).connect()

    assert servers.links[0].writer.transport.aborted


async def test_a_refusal_says_why_and_leaves(connector_to):
    servers = Servers((OFFER, b":s 465 Alice :You are banned\r\n", None))
    with pytest.raises(Rejected, match="You are banned") as refused:
        await connector_to(servers).connect()

    assert refused.value.final
    assert servers.links[0].writer.transport.aborted


async def test_a_key_that_was_seen_first_is_told_once_the_server_has_let_us_in(connector_to, told):
    with pytest.raises(Unreachable):
        await connector_to(Servers((OFFER,), pinned="SHA256:x")).connect()
    assert told == []

    await connector_to(Servers((OFFER, WELCOME), pinned="SHA256:x")).connect()
    assert told == [Pinned("chat.test:55555", "SHA256:x")]


async def test_a_server_counts_as_met_when_it_has_let_us_in(connector_to):
    servers = Servers((OFFER,), (OFFER, WELCOME), (OFFER, WELCOME))
    connector = connector_to(servers)
    with pytest.raises(Unreachable):
        await connector.connect()
    await connector.connect()
    await connector.connect()

    assert servers.met == [False, False, True]


async def test_it_tries_until_the_server_is_back(connector_to):
    busy = (OFFER, b"ERROR :Too many connections\r\n", None)
    servers = Servers(Unreachable("nobody listens"), busy, (OFFER,), (OFFER, WELCOME))

    registered = await connector_to(servers).again(asyncio.Event())
    assert registered.link is servers.links[-1]
    assert len(servers.met) == 4


async def test_it_does_not_try_again_where_waiting_does_not_help(connector_to):
    servers = Servers(Unreachable("nobody listens"), (OFFER, b":s 465 Alice :You are banned\r\n", None))
    with pytest.raises(Rejected, match="You are banned"):
        await connector_to(servers).again(asyncio.Event())


async def test_anyone_who_does_not_want_to_wait_ends_the_pause(connector_to):
    connector = connector_to(Servers((OFFER, WELCOME)))
    connector._tuning = Tuning(first_pause=3600, longest_pause=3600, early_pause=3600)
    awake = asyncio.Event()
    awake.set()

    async with asyncio.timeout(10):
        await connector.again(awake)
    assert not awake.is_set()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "it does not answer"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
        (ConnectionResetError(), "the connection broke"),
        (ProtocolError("INVALID_UTF8", "the line is not UTF-8"), "the line is not UTF-8"),
    ],
)
def test_why_a_connection_ended_is_said_in_words(error, words):
    assert why(error) == words
