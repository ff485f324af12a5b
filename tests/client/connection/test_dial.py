import asyncio
import contextlib

import pytest

from chover.client.connection import dial as way
from chover.client.connection.dial import OriginalServer, ServerAddress, Unreachable, at, dial, hang_up, parse_server
from chover.client.connection.trust import KeyChanged, KnownServers
from tests.client.certificates import Certificate
from tests.client.scripted import scripted

REMOTE = "localhost"
"""Stands for another machine in these tests."""


@pytest.fixture
def known(tmp_path):
    return KnownServers(tmp_path / "known_servers")


@pytest.fixture
def far(monkeypatch):
    """Our machine counts as another one."""
    monkeypatch.setattr(ServerAddress, "local", property(lambda _self: False))


@contextlib.asynccontextmanager
async def tls_server(certificate, folder):
    """Answers each first line over TLS."""

    async def answer(reader, writer):
        with contextlib.suppress(OSError):
            await reader.readline()
            writer.write(b":s CAP * LS :\r\n")
            await reader.read()
        writer.transport.abort()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=certificate.context(folder))
    async with server:
        yield ServerAddress(REMOTE, server.sockets[0].getsockname()[1])


@contextlib.asynccontextmanager
async def dialled(server, known):
    link = await dial(server, known)
    try:
        yield link
    finally:
        hang_up(link)
        await asyncio.wait([asyncio.ensure_future(link.reader.read())], timeout=1)


@pytest.mark.usefixtures("far")
async def test_a_key_is_pinned_at_first_sight_and_then_expected(known, tmp_path):
    certificate = Certificate()
    async with tls_server(certificate, tmp_path) as server:
        async with dialled(server, known) as link:
            assert link.pinned == certificate.pin
            assert link.first == b":s CAP * LS :\r\n"
        async with dialled(server, known) as link:
            assert link.pinned == ""


@pytest.mark.usefixtures("far")
async def test_another_key_stops_with_an_explanation(known, tmp_path):
    async with tls_server(Certificate(), tmp_path) as server:
        known.remember(str(server), "another=")
        with pytest.raises(KeyChanged, match="another="):
            await dial(server, known)


@pytest.mark.usefixtures("far")
async def test_a_certificate_of_an_authority_needs_no_pin_and_stops_nobody(known, tmp_path, monkeypatch):
    authority = Certificate()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path / "authority.pem")))
    async with tls_server(Certificate(issuer=authority), tmp_path) as server:
        async with dialled(server, known) as link:
            assert link.pinned == ""
        assert not known.path.exists()
        known.remember(str(server), "of-the-time-before-the-authority=")
        async with dialled(server, known) as link:
            assert link.first


@pytest.mark.usefixtures("far")
async def test_text_to_another_machine_never_goes_in_the_clear_unasked(known):
    async with scripted() as server:
        server.answer_all(b":s CAP * LS :\r\n")
        with pytest.raises(Unreachable, match="does not speak TLS"):
            await dial(ServerAddress(REMOTE, server.port), known)
        async with dialled(ServerAddress(REMOTE, server.port, tls=False), known) as link:
            assert link.first == b":s CAP * LS :\r\n"


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize(
    "history", [b"", b'[{"username": "Bob", "now": "now", "message": "hi"}]'], ids=["quiet", "history"]
)
async def test_an_original_server_elsewhere_is_named(known, history, monkeypatch):
    # A busy machine may need long to reach itself: it is near all the same.
    monkeypatch.setattr(way, "NEAR_SECONDS", 10)
    async with scripted() as server:
        server.greet_all(history)
        with pytest.raises(OriginalServer, match="original ChatOverSockets"):
            await dial(ServerAddress(REMOTE, server.port), known)


def test_an_original_server_is_named_within_two_seconds():
    """Silence in TLS, then in the clear, and the way there."""
    assert 2 * way.SILENCE_SECONDS + way.NEAR_SECONDS < 2


async def test_an_original_server_in_full_talk_is_named(known):
    async with scripted() as server:
        server.greet_all("Bob | Jun 19 [05:01 PM] ❯ hi".encode())
        with pytest.raises(OriginalServer):
            await dial(ServerAddress("127.0.0.1", server.port), known)


async def test_silence_of_a_server_that_spoke_before_is_patience(known, monkeypatch):
    monkeypatch.setattr(way, "SILENCE_SECONDS", 0.01)
    monkeypatch.setattr(way, "REACH_SECONDS", 0.1)
    async with scripted() as server:
        with pytest.raises(Unreachable, match="does not answer"):
            await dial(ServerAddress("127.0.0.1", server.port), known, met=True)


async def test_this_machine_is_spoken_to_in_the_clear_and_over_tls_where_it_must_be(known, tmp_path):
    certificate = Certificate()
    async with tls_server(certificate, tmp_path) as server, dialled(server, known) as link:
        assert link.pinned == certificate.pin


async def test_a_server_that_hangs_up_is_unreachable(known):
    async with scripted() as server:
        dialling = asyncio.create_task(dial(ServerAddress("127.0.0.1", server.port, tls=False), known))
        (await server.accept()).writer.close()
        with pytest.raises(Unreachable, match="without a word"):
            await dialling


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("", "127.0.0.1", 55555),
        ("chat.example", "chat.example", 55555),
        ("chat.example:6667", "chat.example", 6667),
        ("[::1]:6667", "::1", 6667),
        ("2001:db8::1", "2001:db8::1", 55555),
        ("0.0.0.0:1", "127.0.0.1", 1),
    ],
)
def test_addresses_are_read_as_people_write_them(text, host, port):
    assert parse_server(text) == ServerAddress(host, port)


@pytest.mark.parametrize("text", ["chat:0", "chat:99999", "chat:irc", "[::1]:x"])
def test_a_wrong_port_is_explained(text):
    with pytest.raises(ValueError, match="1 to 65535"):
        parse_server(text)


def test_an_address_is_shown_as_people_write_it():
    assert str(at("", 1)) == "127.0.0.1:1"
    assert str(ServerAddress("::1", 1)) == "[::1]:1"


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost", True), ("127.1.2.3", True), ("::1", True), ("10.0.0.1", False), ("chat.example", False)],
)
def test_this_machine_is_known_by_its_addresses(host, local):
    assert ServerAddress(host).local is local
