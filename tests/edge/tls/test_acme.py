"""A certificate by ACME, of an authority that looks for itself."""

import asyncio
import ssl

import pytest
from tests.edge.fake_host import FakeHost
from tests.servers.acme import Authority, serve

from chover.edge.listener import Bind, Listener
from chover.edge.tls import acme, certificate
from chover.edge.tls.errors import CertificateError
from chover.edge.tls.handler import TlsCertificates
from chover.edge.tls.pair import ACME_FILE, KEY_FILE

DOMAIN = "chat.example.org"


@pytest.fixture
async def authority():
    opened = Authority()
    runner = await serve(opened)
    yield opened
    await runner.cleanup()


@pytest.fixture
async def port(tmp_path, authority):
    """A listener to which the authority finds the domain leads; its certificates."""
    tls = TlsCertificates(tmp_path, domain=DOMAIN)
    listener = Listener(FakeHost(), [Bind("127.0.0.1", 0)], tls)
    [address] = await listener.open()
    await tls.ready()
    await listener.web_ready()
    authority.port = address.port
    tls.number = address.port
    yield tls
    await listener.close(0)


def request(authority, tmp_path, **other):
    given = {"directory": f"{authority.url}/directory", "domain": DOMAIN, "email": "", "data": tmp_path}
    return acme.AcmeRequest(**{**given, **other})


async def obtain(authority, port, tmp_path, **other):
    return await asyncio.to_thread(acme.obtain, request(authority, tmp_path, **other), port.challenges)


@pytest.mark.parametrize("kind", ["tls-alpn-01", "http-01"])
async def test_a_certificate_is_signed_for_the_key_that_clients_have_pinned(authority, port, tmp_path, kind):
    authority.offers = [kind]
    before = await port.ready()
    key = (tmp_path / KEY_FILE).read_bytes()

    path = await obtain(authority, port, tmp_path)
    await port.reload()

    assert authority.tried == [kind]
    assert (tmp_path / KEY_FILE).read_bytes() == key
    after = await port.ready()
    assert (path, after.pin, after.self_signed, after.names) == (tmp_path / ACME_FILE, before.pin, False, (DOMAIN,))
    assert port.challenges.tls is None
    assert port.challenges.http == {}


async def test_a_browser_that_trusts_the_authority_is_not_warned(authority, port, tmp_path):
    await obtain(authority, port, tmp_path)
    await port.reload()
    trusting = ssl.create_default_context(cadata=authority.root_pem)

    _, writer = await asyncio.open_connection("127.0.0.1", port.number, ssl=trusting, server_hostname=DOMAIN)

    writer.close()


async def test_where_tls_leads_elsewhere_http_is_tried(authority, port, tmp_path):
    authority.refuses = {"tls-alpn-01"}

    await obtain(authority, port, tmp_path)

    assert authority.tried == ["tls-alpn-01", "http-01"]
    assert authority.issued == 1


async def test_a_domain_that_leads_elsewhere_is_told_with_what_to_do(authority, port, tmp_path):
    authority.refuses = {"tls-alpn-01", "http-01"}

    with pytest.raises(CertificateError) as refused:
        await obtain(authority, port, tmp_path)

    assert str(refused.value) == (
        "no certificate for chat.example.org: the authority could not see that the domain leads here (nothing at"
        " chat.example.org answers to http-01). Point the domain's address at this machine, and let port 443 (or 80)"
        " of it lead to this server"
    )
    assert not (tmp_path / ACME_FILE).exists()
    assert (await port.ready()).self_signed


async def test_an_authority_that_cannot_be_reached_is_told(authority, port, tmp_path):
    with pytest.raises(CertificateError, match=r"http://127\.0\.0\.1:1/directory cannot be reached"):
        await obtain(authority, port, tmp_path, directory="http://127.0.0.1:1/directory")


async def test_the_account_is_made_once(authority, port, tmp_path):
    for _ in range(2):
        await obtain(authority, port, tmp_path)

    assert len(authority._accounts) == 1
    assert authority.issued == 2
    assert (tmp_path / acme.ACCOUNT_FILE).stat().st_mode & 0o077 == 0


async def test_a_certificate_for_another_domain_is_not_used(authority, port, tmp_path):
    await obtain(authority, port, tmp_path)

    other = TlsCertificates(tmp_path, domain="other.example.org")

    assert (await other.ready()).self_signed
    assert certificate.covers(tmp_path / ACME_FILE, DOMAIN)
