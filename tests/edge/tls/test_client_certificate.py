import asyncio
import hashlib
import socket
import ssl

import pytest
from tests.edge.tls.test_handler import context

from chover.edge.listener import TlsCertificates
from chover.edge.tls import certificate, client_certificate
from chover.edge.tls.client_certificate import CannotAsk, offered


@pytest.fixture
def certificates(tmp_path):
    (tmp_path / "server").mkdir()
    return TlsCertificates(tmp_path / "server")


@pytest.fixture
def own(tmp_path):
    """A pair that somebody made for themselves, and its fingerprint."""
    (tmp_path / "client").mkdir()
    pair = certificate.keep_self_signed(tmp_path / "client")
    der = ssl.PEM_cert_to_DER_cert(pair.certificate.read_text())
    return pair, hashlib.sha256(der).hexdigest()


def showing(pair, alpn=(), version=None):
    made = context(alpn)
    made.load_cert_chain(pair.certificate, pair.key)
    if version:
        made.maximum_version = version
    return made


async def peer_of(port, tls):
    client = await port.connect(ssl=tls)
    client.send("PING x\r\n")
    assert await client.line() == ":srv PONG srv x"
    return port.host.sessions[-1].peer


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("alpn", [(), ("irc",)])
async def test_a_certificate_that_nobody_signed_is_known_by_its_fingerprint(port, certificates, own, version, alpn):
    await port.open(tls=certificates)
    pair, fingerprint = own
    assert (await peer_of(port, showing(pair, alpn, version))).fingerprint == fingerprint


async def test_nobody_needs_a_certificate(port, certificates):
    await port.open(tls=certificates)
    assert (await peer_of(port, context())).fingerprint == ""


async def test_anyone_who_resumes_a_session_is_known_again(port, certificates, own):
    await port.open(tls=certificates)
    pair, fingerprint = own
    tls = showing(pair, version=ssl.TLSVersion.TLSv1_2)
    first, _ = await asyncio.to_thread(ping, port.number, tls)
    _, resumed = await asyncio.to_thread(ping, port.number, tls, first)
    assert resumed
    assert [session.peer.fingerprint for session in port.host.sessions] == [fingerprint, fingerprint]


def ping(number, tls, before=None):
    """A connection with the blocking client of the standard library, the only one that resumes a session."""
    with (
        socket.create_connection(("127.0.0.1", number), 10) as plain,
        tls.wrap_socket(plain, session=before) as secure,
    ):
        secure.sendall(b"PING x\r\n")
        assert secure.recv(100) == b":srv PONG srv x\r\n"
        return secure.session, secure.session_reused


@pytest.mark.parametrize("alpn", [("http/1.1",), ("h2", "http/1.1")])
async def test_a_browser_is_not_asked(port, certificates, own, alpn):
    await port.open(tls=certificates)
    assert (await peer_of(port, showing(own[0], alpn))).fingerprint == ""


async def test_where_python_does_not_let_us_ask_tls_works_and_the_log_says_so(
    port, certificates, own, monkeypatch, caplog
):
    def refuse():
        raise CannotAsk("OpenSSL cannot be reached")

    monkeypatch.setattr(client_certificate, "_library", refuse)
    await port.open(tls=certificates)
    assert (await peer_of(port, showing(own[0]))).fingerprint == ""
    assert "clients cannot log in by certificate (SASL EXTERNAL): OpenSSL cannot be reached" in caplog.text


def hello(alpn=()):
    """The first record of a client."""
    sent = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context(alpn).wrap_bio(ssl.MemoryBIO(), sent).do_handshake()
    return sent.read()


def test_a_hello_is_read_when_it_is_complete():
    browser = hello(("h2", "http/1.1"))
    assert {offered(browser[:length]) for length in range(len(browser))} == {None}
    assert offered(browser).http is True
    assert offered(hello(("irc",))).http is False
    assert offered(hello()).http is False


def test_what_comes_behind_the_hello_does_not_count():
    assert offered(hello() + b"\x08http/1.1").http is False


def test_what_is_no_handshake_is_not_waited_for():
    assert offered(b"\x16 is no handshake").http is False
    assert offered(b"\x16\x03\x01\xff\xff").http is False
