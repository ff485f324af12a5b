"""SASL exchanges, against a client by the specification's own hand."""

import pytest
from scramp import ScramClient
from tests.accounts.conftest import FAR, HERE

from chover.ports import Denied, Login, Peer


@pytest.fixture
async def alice(book):
    return await book.registration.register("alice", "sesame", "", HERE)


async def plain(book, whom, name, password):
    return await book.login.begin("PLAIN", HERE).step(f"{whom}\0{name}\0{password}".encode())


@pytest.mark.parametrize("whom", ["", "alice", "Alice"])
async def test_plain_logs_in(book, alice, whom):
    assert await plain(book, whom, "alice@phone", "sesame") == Login(alice, "phone")


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
async def test_plain_refuses(book, alice, whom, name, password):
    with pytest.raises(Denied):
        await plain(book, whom, name, password)


async def test_plain_is_not_begun_where_anybody_listens(book):
    with pytest.raises(Denied, match="connect with TLS"):
        book.login.begin("PLAIN", FAR)


async def scram(book, name, password):
    client = ScramClient(["SCRAM-SHA-256"], name, password)
    exchange = book.login.begin("SCRAM-SHA-256", FAR)
    client.set_server_first((await exchange.step(client.get_client_first().encode())).decode())
    client.set_server_final((await exchange.step(client.get_client_final().encode())).decode())
    return await exchange.step(b"")


async def test_scram_logs_in_without_the_password_on_the_wire(book, alice):
    assert await scram(book, "alice", "sesame") == Login(alice)


@pytest.mark.parametrize(("name", "password"), [("alice", "wrong"), ("nobody", "sesame")])
async def test_scram_refuses_a_wrong_password_and_an_unknown_name_alike(book, alice, name, password):
    with pytest.raises(Denied, match="Wrong account or password"):
        await scram(book, name, password)


async def test_scram_shows_the_same_salt_of_nobody_each_time(book):
    def first():
        return book.login.begin("SCRAM-SHA-256", HERE).step(b"n,,n=nobody,r=abcdefghij")

    salts = [(await first()).decode().split(",")[1] for _ in range(2)]
    assert salts[0] == salts[1]


async def test_scram_can_be_switched_off(open_book):
    book = open_book(accounts__scram=False)
    assert "SCRAM-SHA-256" not in book.login.mechanisms
    with pytest.raises(Denied):
        book.login.begin("SCRAM-SHA-256", HERE)


async def test_a_certificate_logs_in(book, alice):
    peer = Peer("192.0.2.7", 1, "irc", tls=True, fingerprint="ab" * 32)
    with pytest.raises(Denied, match="CERT ADD"):
        await book.login.begin("EXTERNAL", peer).step(b"")
    await book.certificates.add(alice.id, "ab" * 32)
    assert await book.login.begin("EXTERNAL", peer).step(b"") == Login(alice)
    with pytest.raises(Denied):
        await book.login.begin("EXTERNAL", peer).step(b"bob")


@pytest.mark.parametrize("first", [b"", b"hello", b"\xff", b"n,,r=1", b"p=tls-unique,,n=alice,r=abcdef"])
async def test_nonsense_is_refused(book, alice, first):
    with pytest.raises(Denied):
        await book.login.begin("SCRAM-SHA-256", HERE).step(first)


async def test_scram_tells_about_a_suspension_only_who_knows_the_password(book, alice):
    await book.suspend(alice.id, "spam")
    with pytest.raises(Denied, match="Wrong account or password"):
        await scram(book, "alice", "wrong")
    with pytest.raises(Denied, match="alice is suspended: spam"):
        await scram(book, "alice", "sesame")
