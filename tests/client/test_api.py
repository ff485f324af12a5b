"""The Python API against a server whose lines the test says one by one."""

import asyncio
import contextlib

import pytest

import chover
from chover.client.connection.keys import DeviceKeys
from chover.client.connection.trust import KnownServers
from tests.client.scripted import BOUND, SERVER, scripted

BOB = ":Bob!b@cloak PRIVMSG"


async def entered(server, tmp_path):
    """A chat that is in, and the server's side of it."""
    chat = chover.connect(f"127.0.0.1:{server.port}", nick="bot", tls=False, known=KnownServers(tmp_path / "known"))
    entering = asyncio.create_task(chat.__aenter__())
    peer = await server.accept()
    await peer.register()
    await peer.fence()
    await entering
    return chat, peer


@contextlib.asynccontextmanager
async def in_tea(tmp_path):
    """The same, in #tea; it leaves at the end."""
    async with scripted() as server:
        chat, peer = await entered(server, tmp_path)
        joining = asyncio.create_task(chat.join("#tea"))
        await peer.expect("JOIN", "#tea")
        peer.join("#tea")
        await peer.expect("CHATHISTORY", "LATEST", "#tea")
        peer.batch("#tea")
        await joining
        yield chat, peer
        leaving = asyncio.create_task(chat.__aexit__(None, None, None))
        await peer.gone()
        await leaving


async def soon(awaitable):
    return await asyncio.wait_for(awaitable, BOUND)


async def test_say_returns_when_the_server_has_kept_it_and_not_before(tmp_path):
    async with in_tea(tmp_path) as (chat, peer):
        saying = asyncio.create_task(chat.say("#tea", "hello"))
        said = await peer.hear()
        assert said.params == ["#tea", "hello"]
        assert not saying.done()
        peer.echo(said, "m1")
        await soon(saying)


async def test_what_is_too_long_is_said_in_pieces_and_kept_when_all_of_them_are(tmp_path):
    async with in_tea(tmp_path) as (chat, peer):
        text = "word " * 200
        saying = asyncio.create_task(chat.say("#tea", text))
        pieces = [await peer.hear()]
        while sum(len(piece.params[1].split()) for piece in pieces) < 200:
            pieces.append(await peer.hear())
        assert len(pieces) > 1
        for number, piece in enumerate(pieces[:-1]):
            peer.echo(piece, f"m{number}")
        peer.send(":Bob!b@cloak PRIVMSG #tea :between")
        heard = chat.messages()
        await soon(anext(heard))
        assert not saying.done()
        peer.echo(pieces[-1], "last")
        await soon(saying)


async def test_what_the_server_refuses_is_raised_with_its_reason(tmp_path):
    async with in_tea(tmp_path) as (chat, peer):
        saying = asyncio.create_task(chat.say("nobody", "hello"))
        said = await peer.hear()
        peer.send(f"@label={said.tags['label']} :{SERVER} 401 bot nobody :No such nick")
        with pytest.raises(chover.NotDelivered, match="No such nick"):
            await soon(saying)


async def test_messages_are_those_of_others_and_of_one_conversation_if_it_is_named(tmp_path):
    async with in_tea(tmp_path) as (chat, peer):
        peer.send(f"@msgid=m1 {BOB} bot :in private")
        peer.send(f"@msgid=m2 :{peer.nick}!chover@cloak PRIVMSG #tea :from another device")
        peer.send(f"@msgid=m3 {BOB} #Tea :in the channel")
        line = await soon(anext(chat.messages("#tea")))
        assert (line.sender, line.text, line.private) == ("Bob", "in the channel", False)


async def test_what_came_while_nobody_listened_waits(tmp_path):
    async with in_tea(tmp_path) as (chat, peer):
        peer.send(f"@msgid=m1 {BOB} #tea :one", f"@msgid=m2 {BOB} bot :two")
        heard = chat.messages()
        first, second = await soon(anext(heard)), await soon(anext(heard))
        assert [(line.text, line.private) for line in (first, second)] == [("one", False), ("two", True)]


async def test_an_answer_goes_where_the_message_came_from(tmp_path):
    async with in_tea(tmp_path) as (chat, peer):
        peer.send(f"@msgid=m1 {BOB} bot :psst")
        line = await soon(anext(chat.messages()))
        answering = asyncio.create_task(chat.reply(line, "yes?"))
        said = await peer.hear()
        assert said.params == ["Bob", "yes?"]
        peer.echo(said, "m2")
        await soon(answering)


async def test_a_channel_that_lets_nobody_in_is_an_error_that_says_why(tmp_path):
    async with in_tea(tmp_path) as (chat, peer):
        joining = asyncio.create_task(chat.join("#shut"))
        await peer.expect("JOIN", "#shut")
        peer.send(f":{SERVER} 473 bot #shut :Cannot join channel (+i)")
        with pytest.raises(chover.NotJoined, match="Cannot join channel"):
            await soon(joining)


async def test_to_join_where_one_is_already_asks_nobody(tmp_path):
    async with in_tea(tmp_path) as (chat, peer):
        await soon(chat.join("#TEA"))
        peer.send("PING fence")
        await peer.expect("PONG", "fence")


async def test_when_it_is_over_whoever_waits_is_told(tmp_path):
    async with scripted() as server:
        chat, peer = await entered(server, tmp_path)
        waiting = asyncio.create_task(anext(chat.messages()))
        saying = asyncio.create_task(chat.say("Bob", "hello"))
        await peer.hear()
        peer.hang_up()
        peer = await server.accept()
        await peer.expect("CAP", "LS")
        peer.send(f":{SERVER} 465 bot :You are banned from this server")
        for work in (waiting, saying):
            with pytest.raises(chover.Disconnected, match="You are banned from this server"):
                await soon(work)
        await soon(chat.__aexit__(None, None, None))


async def test_where_nobody_listens_one_cannot_connect(unused_tcp_port, tmp_path):
    known = KnownServers(tmp_path / "known")
    with pytest.raises(chover.CannotConnect, match=str(unused_tcp_port)):
        async with chover.connect(f"127.0.0.1:{unused_tcp_port}", tls=False, known=known):
            raise AssertionError


async def test_a_server_that_lets_nobody_in_says_why(tmp_path):
    async with scripted() as server:
        known = KnownServers(tmp_path / "known")
        chat = chover.connect(f"127.0.0.1:{server.port}", tls=False, known=known)
        entering = asyncio.create_task(chat.__aenter__())
        peer = await server.accept()
        await peer.expect("CAP", "LS")
        peer.send(f":{SERVER} 464 * :Password incorrect")
        with pytest.raises(chover.CannotConnect, match="Password incorrect"):
            await soon(entering)


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def test_an_account_without_a_password_needs_the_key_that_joining_has_kept(empty_home):
    with pytest.raises(ValueError, match=r"no key of alice on chat\.example"):
        chover.connect("chat.example", account="alice")


@pytest.mark.parametrize(("password", "proof"), [("", "alice:kept-key"), ("sesame", "alice:sesame")])
async def test_an_account_logs_in_by_its_password_or_else_by_that_key(tmp_path, password, proof):
    async with scripted() as server:
        address = f"127.0.0.1:{server.port}"
        known = KnownServers(tmp_path / "known")
        DeviceKeys(known.path.with_name("keys")).keep(address, "alice", "kept-key")
        chat = chover.connect(address, account="alice", password=password, tls=False, known=known)
        entering = asyncio.create_task(chat.__aenter__())
        peer = await server.accept()
        await peer.expect("CAP", "LS")
        peer.send(f":{SERVER} CAP * LS :")
        await peer.expect("PASS", proof)
        await peer.expect("NICK", "alice")
        peer.send(f":{SERVER} 464 * :Password incorrect")
        with pytest.raises(chover.CannotConnect, match="Password incorrect"):
            await soon(entering)


def test_an_address_that_is_none_is_refused_before_anything_is_tried():
    with pytest.raises(ValueError, match="is not a port"):
        chover.connect("chat.example:tea")
