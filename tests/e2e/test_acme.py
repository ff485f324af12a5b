"""``chover serve --domain``: a certificate of an authority, without a word of configuration."""

import asyncio
import socket
import ssl

from tests.e2e.server import Server, chover
from tests.servers.acme import Authority, serve

DOMAIN = "chat.example.org"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def trusted(authority, port):
    """Connect as somebody who trusts the authority does; wait until the server has its certificate."""
    context = ssl.create_default_context(cadata=authority.root_pem)
    async with asyncio.timeout(30):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=DOMAIN)
            except ssl.SSLCertVerificationError:
                await authority.changed()


async def test_a_domain_gets_its_certificate_and_keeps_it_over_a_restart(tmp_path):
    authority = Authority()
    runner = await serve(authority)
    settings = {
        "CHOVER_TLS_ACME_DIRECTORY": f"{authority.url}/directory",
        "CHOVER_TLS_ACME_LISTEN": "false",
    }
    server = Server(tmp_path, "--domain", DOMAIN, **settings)
    server.port = authority.port = free_port()
    try:
        await asyncio.to_thread(server.start)
        assert f"https://{DOMAIN}:{server.port}   (warns until the certificate is there" in server.ready
        _, writer = await trusted(authority, server.port)
        writer.close()
        assert authority.tried == ["tls-alpn-01"]
        examined = await asyncio.to_thread(
            chover, "doctor", "--data", str(server.data), home=tmp_path, CHOVER_TLS_DOMAIN=DOMAIN
        )
        assert "acme-certificate.pem is valid for 9" in examined.stdout, examined.stdout
        link = await asyncio.to_thread(chover, "invite", "--data", str(server.data), home=tmp_path)
        assert f"https://{DOMAIN}:{server.port}/#invite=" in link.stdout
        assert "the browser warns" not in link.stdout
        assert await asyncio.to_thread(server.stop) == 0
        await asyncio.to_thread(server.start)
        _, writer = await trusted(authority, server.port)
        writer.close()
        assert authority.issued == 1, "it was good enough"
        assert f"https://{DOMAIN}:{server.port}\n" in server.ready
    finally:
        await asyncio.to_thread(server.stop)
        await runner.cleanup()
    assert f"there is a new certificate for {DOMAIN}" in server.log()
    assert not server.trouble()


async def test_without_an_answer_of_the_authority_people_chat_all_the_same(tmp_path):
    settings = {"CHOVER_TLS_ACME_DIRECTORY": "http://127.0.0.1:1/directory", "CHOVER_TLS_ACME_LISTEN": "false"}
    server = Server(tmp_path, "--domain", DOMAIN, **settings)
    await asyncio.to_thread(server.start)
    try:
        sent = await asyncio.to_thread(
            chover, "send", "--server", f"127.0.0.1:{server.port}", "#lobby", "hello", home=tmp_path
        )
        assert sent.returncode == 0, sent.stderr
    finally:
        assert await asyncio.to_thread(server.stop) == 0
    assert not server.trouble()
