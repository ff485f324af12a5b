"""SASL exchanges, against a client by the specification's own hand."""

import pytest
from scramp import ScramClient
from tests.accounts.conftest import FAR, HERE

from chover.ports import Denied, Login, Peer


@pytest.fixture
async def alice(accounts):
    return await accounts.registration.register("alice", "sesame", "", HERE)


async def plain(accounts, whom, name, password):
    return await accounts.login.begin("PLAIN", HERE).step(f"{whom}\0{name}\0{password}".encode())


@pytest.mark.parametrize("whom", ["", "alice", "Alice"])
async def test_plain_logs_in(accounts, alice, whom):
    assert await plain(accounts, whom, "alice@phone", "sesame") == Login(alice, "phone")


@pytest.mark.parametrize(
    ("whom", "name", "password"),
    [
        ("", "alice", "wrong"),
        ("", "", "sesame"),
        ("", "alice", ""),
        ("bob", "alice", "sesame"),
        ("", "alice", "ses\0ame"),
    ],
)
async def test_plain_refuses(accounts, alice, whom, name, password):
    with pytest.raises(Denied):
        await plain(accounts, whom, name, password)


async def test_plain_is_not_begun_where_anybody_listens(accounts):
    with pytest.raises(Denied, match="connect with TLS"):
        accounts.login.begin("PLAIN", FAR)


async def scram(accounts, name, password):
    client = ScramClient(["SCRAM-SHA-256"], name, password)
    exchange = accounts.login.begin("SCRAM-SHA-256", FAR)
    client.set_server_first((await exchange.step(client.get_client_first().encode())).decode())
    client.set_server_final((await exchange.step(client.get_client_final().encode())).decode())
    return await exchange.step(b"")


async def test_scram_logs_in_without_the_password_on_the_wire(accounts, alice):
    assert await scram(accounts, "alice", "sesame") == Login(alice)


@pytest.mark.parametrize(("name", "password"), [("alice", "wrong"), ("nobody", "sesame")])
async def test_scram_refuses_a_wrong_password_and_an_unknown_name_alike(accounts, alice, name, password):
    with pytest.raises(Denied, match="Wrong account or password"):
        await scram(accounts, name, password)


async def test_scram_shows_the_same_salt_of_nobody_each_time(accounts):
    def first():
        return accounts.login.begin("SCRAM-SHA-256", HERE).step(b"n,,n=nobody,r=abcdefghij")

    salts = [(await first()).decode().split(",")[1] for _ in range(2)]
    assert salts[0] == salts[1]


async def test_scram_can_be_switched_off(open_accounts):
    accounts = await open_accounts(accounts__scram=False)
    assert "SCRAM-SHA-256" not in accounts.login.mechanisms
    with pytest.raises(Denied):
        accounts.login.begin("SCRAM-SHA-256", HERE)


async def test_a_certificate_logs_in(accounts, alice):
    peer = Peer("192.0.2.7", 1, "irc", tls=True, fingerprint="ab" * 32)
    with pytest.raises(Denied, match="CERT ADD"):
        await accounts.login.begin("EXTERNAL", peer).step(b"")
    await accounts.certificates.add(alice.id, "ab" * 32)
    assert await accounts.login.begin("EXTERNAL", peer).step(b"") == Login(alice, by="ab" * 32)
    with pytest.raises(Denied):
        await accounts.login.begin("EXTERNAL", peer).step(b"bob")


@pytest.mark.parametrize("first", [b"", b"hello", b"\xff", b"n,,r=1", b"p=tls-unique,,n=alice,r=abcdef"])
async def test_nonsense_is_refused(accounts, alice, first):
    with pytest.raises(Denied):
        await accounts.login.begin("SCRAM-SHA-256", HERE).step(first)


async def test_scram_tells_about_a_suspension_only_who_knows_the_password(accounts, alice):
    await accounts.suspend(alice.id, "spam")
    with pytest.raises(Denied, match="Wrong account or password"):
        await scram(accounts, "alice", "wrong")
    with pytest.raises(Denied, match="alice is suspended: spam"):
        await scram(accounts, "alice", "sesame")
