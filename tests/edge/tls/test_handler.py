import asyncio
import ssl
import threading
import time

import pytest

from chover.edge.listener import TlsCertificates
from chover.edge.tls import certificate
from chover.edge.tls.errors import CertificateError
from chover.edge.tls.handler import ALPN


def context(alpn=()):
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    if alpn:
        made.set_alpn_protocols(list(alpn))
    return made


@pytest.fixture
def certificates(tmp_path):
    return TlsCertificates(tmp_path)


@pytest.mark.parametrize(
    ("alpn", "chosen"), [((), None), (("irc",), "irc"), (("h2", "http/1.1"), "http/1.1"), (("x",), None)]
)
async def test_irc_is_spoken_inside_tls(port, certificates, alpn, chosen):
    await port.open(tls=certificates)
    client = await port.connect(ssl=context(alpn))
    assert client.writer.get_extra_info("ssl_object").selected_alpn_protocol() == chosen
    client.send("NICK nora\r\nUSER n 0 * n\r\n")
    assert await client.line() == ":srv 001 nora Welcome"
    peer = port.host.sessions[0].peer
    assert (peer.protocol, peer.tls, peer.address) == ("irc", True, "127.0.0.1")
    # Nothing may be sent past the encryption.
    assert port.host.sessions[0].sink.descriptor == -1


async def test_tls_is_spoken_where_nothing_is_waited_for_at_the_end(port, certificates):
    """As with server.drain_seconds = 0, which uvloop and asyncio refused."""
    await port.open(tls=certificates, close_seconds=0.0)
    client = await port.connect(ssl=context())
    client.send("PING x\r\n")
    assert await client.line() == ":srv PONG srv x"


async def test_the_certificate_is_the_one_that_is_shown(port, certificates):
    await port.open(tls=certificates)
    client = await port.connect(ssl=context())
    der = client.writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    identity = await certificates.ready()
    assert (
        certificate.x509.load_der_x509_certificate(der).fingerprint(certificate.hashes.SHA256()).hex(":").upper()
        == identity.fingerprint
    )


async def test_a_client_that_trusts_the_certificate_finds_the_right_names_in_it(port, certificates, tmp_path):
    await port.open(tls=certificates)
    await certificates.ready()
    trusting = ssl.create_default_context(cafile=tmp_path / certificate.CERTIFICATE_FILE)
    client = await port.connect(ssl=trusting, server_hostname="localhost")
    client.send("PING x\r\n")
    assert await client.line() == ":srv PONG srv x"


async def test_first_bytes_inside_tls_may_come_one_by_one(port, certificates):
    await port.open(tls=certificates)
    client = await port.connect(ssl=context())
    for byte in b"PASS x\r\nPING x\r\n":
        client.send(bytes([byte]))
        await client.writer.drain()
    assert await client.line() == ":srv PONG srv x"


async def test_http_inside_tls_is_answered(port, certificates):
    await port.open(tls=certificates)
    client = await port.connect(ssl=context())
    client.send("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await client.rest()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\nok\n")
    await port.host.until(lambda: port.host.dismissed == 1)
    assert port.host.sessions == []


async def test_silence_inside_tls_ends_in_time(port, certificates):
    await port.open(tls=certificates, quiet_seconds=0.3)
    await certificates.ready()
    client = await port.connect(ssl=context())
    assert await client.rest() == b""
    await port.host.until(lambda: port.host.dismissed == 1)
    assert port.host.sessions == []


async def test_undecided_bytes_inside_tls_end_in_time(port, certificates):
    await port.open(tls=certificates, undecided_seconds=0.3)
    client = await port.connect(ssl=context())
    client.send("GE")
    assert await client.rest() == b""
    assert port.host.sessions == []


async def test_a_handshake_that_is_not_finished_ends_in_time(port, certificates):
    await port.open(tls=certificates, handshake_seconds=0.3)
    await certificates.ready()
    client = await port.connect()
    client.send(b"\x16\x03\x01\x02\0")
    assert await client.rest() == b""
    await port.host.until(lambda: port.host.dismissed == 1)
    assert port.host.sessions == []


async def test_a_handshake_that_fails_gives_the_connection_back(port, certificates):
    await port.open(tls=certificates)
    client = await port.connect()
    client.send(b"\x16 is no handshake, whatever else it may be")
    await client.rest()
    await port.host.until(lambda: port.host.dismissed == 1)
    assert port.host.sessions == []


async def test_listening_does_not_wait_for_the_certificate_and_a_hello_does(port, certificates, monkeypatch):
    go = threading.Event()
    load = certificates.load
    monkeypatch.setattr(certificates, "load", lambda: (go.wait(10), load())[1])
    await port.open(tls=certificates)
    plain = await port.connect()
    plain.send("PING x\r\n")
    assert await plain.line() == ":srv PONG srv x"
    connecting = asyncio.create_task(port.connect(ssl=context()))
    await port.host.until(lambda: port.host.admitted == 2)
    await port.turns()
    assert not connecting.done()
    go.set()
    secure = await connecting
    secure.send("PING y\r\n")
    assert await secure.line() == ":srv PONG srv y"


async def test_a_certificate_that_never_comes_is_waited_for_in_bounds(port, certificates, monkeypatch):
    go = threading.Event()
    monkeypatch.setattr(certificates, "load", lambda: go.wait(10))
    await port.open(tls=certificates, handshake_seconds=0.2)
    client = await port.connect()
    client.send(b"\x16\x03\x01\x02\0")
    began = time.monotonic()
    assert await client.rest() == b""
    go.set()
    assert time.monotonic() - began < 5


async def test_closing_ends_a_handshake_that_waits(port, certificates):
    await port.open(tls=certificates)
    await certificates.ready()
    client = await port.connect()
    client.send(b"\x16\x03\x01\x02\0")
    await port.turns()
    await port.listener.close(0)
    assert await client.rest() == b""
    assert port.host.dismissed == port.host.admitted


async def test_a_certificate_that_cannot_be_used_is_told_and_leaves_the_rest_working(port, tmp_path, caplog):
    caplog.set_level("DEBUG")
    certificates = TlsCertificates(tmp_path, tmp_path / "none.pem")
    await port.open(tls=certificates)
    with pytest.raises(CertificateError, match=r"none\.pem cannot be read"):
        await certificates.ready()
    assert "TLS is not available" in caplog.text
    client = await port.connect()
    client.send(b"\x16\x03\x01\x02\0")
    assert await client.rest() == b""
    plain = await port.connect()
    plain.send("PING x\r\n")
    assert await plain.line() == ":srv PONG srv x"


async def test_a_reload_shows_the_new_certificate_to_connections_to_come(port, tmp_path):
    pairs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        pairs.append(certificate.keep_self_signed(tmp_path / name))
    own = tmp_path / "own.pem"
    own.write_bytes(pairs[0].certificate.read_bytes() + pairs[0].key.read_bytes())
    certificates = TlsCertificates(tmp_path, own)
    await port.open(tls=certificates)
    before = await certificates.ready()
    old = await port.connect(ssl=context())
    own.write_bytes(pairs[1].certificate.read_bytes() + pairs[1].key.read_bytes())
    (line,) = await certificates.reload()
    after = await certificates.ready()
    assert after.fingerprint != before.fingerprint
    assert line == f"TLS certificate: SHA-256 {after.fingerprint}, public key {after.pin}"
    assert await certificates.reload() == []
    for client in (old, await port.connect(ssl=context())):
        client.send("PING x\r\n")
        assert await client.line() == ":srv PONG srv x"


async def test_a_reload_that_fails_keeps_the_old_certificate(port, certificates, tmp_path):
    await port.open(tls=certificates)
    before = await certificates.ready()
    (tmp_path / certificate.CERTIFICATE_FILE).write_bytes(b"junk")
    with pytest.raises(CertificateError, match="contains no certificate in PEM"):
        await certificates.reload()
    assert await certificates.ready() is before
    client = await port.connect(ssl=context())
    client.send("PING x\r\n")
    assert await client.line() == ":srv PONG srv x"


async def test_what_was_written_inside_tls_arrives_before_the_close(port, certificates):
    await port.open(tls=certificates)
    client = await port.connect(ssl=context())
    client.send("PING x\r\n")
    await client.line()
    session = await port.host.session()
    session.write("x" * 300_000)
    session.write("ERROR :Closing link")
    session.sink.close()
    assert (await client.rest()).endswith(b"x\r\nERROR :Closing link\r\n")


def test_what_is_offered_inside_tls():
    assert ALPN == ("http/1.1", "irc")
