import asyncio
import gzip
import re
from pathlib import Path

import aiohttp
import pytest

from chover.edge.listener import Bind
from chover.edge.web import pages

FILES = Path(pages.__file__).parents[2] / "web"


@pytest.fixture
async def site(port):
    """A port, and a browser without opinions."""
    await port.open()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port.number}", auto_decompress=False) as session:
        yield session


async def test_the_web_client_is_at_the_root(site):
    async with site.get("/") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        page = gzip.decompress(await answer.read()).decode()
        written = (FILES / "index.html").read_text()
        assert page.partition("<body")[2] == written.partition("<body")[2]
        assert page.count('rel="stylesheet"') == 1


async def test_what_the_page_loads_is_kept_for_ever_and_another_version_has_other_addresses(site):
    async with site.get("/") as answer:
        named = re.findall(r'"(v/[0-9a-f]+/[^"]+)"', gzip.decompress(await answer.read()).decode())
    assert [name.rpartition("/")[2] for name in named] == ["page.css", "start-check.js", "app.js"]
    for name in (*named, named[2].replace("app.js", "parts/settings-dialog.js"), f"{named[2]}.map"):
        async with site.get(f"/{name}") as answer:
            assert answer.status == 200, name
            assert answer.headers["Cache-Control"] == "max-age=31536000, immutable"
            assert answer.headers["Content-Encoding"] == "gzip"
    async with site.get("/v/0123456789/app.js") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(("program", "browses"), [("Mozilla/5.0 (X11; Linux x86_64)", True), ("curl/8.5.0", False)])
@pytest.mark.parametrize("path", ["/", "/manifest.webmanifest"])
async def test_only_a_browser_is_expected_to_open_connections_ahead(port, site, path, program, browses):
    async with site.get(path, headers={"User-Agent": program}) as answer:
        assert answer.status == 200
    assert port.page_requests.recent("127.0.0.1", port.now()) is browses


async def test_the_server_introduces_itself_to_who_has_not_connected(site):
    async with site.get("/introduction.json") as answer:
        assert answer.headers["Content-Type"].startswith("application/json")
        assert await answer.json() == {
            "name": "TeaHouse", "welcome": "Be kind.", "guests": True, "registration": "open",
            "email_required": False, "mail": False,
        }  # fmt: skip


async def test_every_file_that_the_page_names_is_served_as_what_it_is(site):
    page = (FILES / "index.html").read_text()
    named = re.findall(r'(?:href|src)="([^"#]+)"', page)
    assert not [name for name in named if name.startswith("/")], "the page may stand below a path"
    assert len(named) > 5
    for name in named:
        async with site.get(f"/{name}") as answer:
            assert answer.status == 200, name
            assert answer.headers["Content-Type"] == pages.KINDS[Path(name).suffix]


def test_every_file_of_the_web_client_is_of_a_kind_that_is_served():
    there = {path.relative_to(FILES).as_posix() for path in FILES.rglob("*") if path.is_file()}
    assert set(pages.load()) == there


async def test_a_file_is_packed_only_for_who_unpacks_it(site):
    async with site.get("/app.js", headers={"Accept-Encoding": "identity"}) as answer:
        assert "Content-Encoding" not in answer.headers
        assert await answer.read() == pages.load()["app.js"].body
    async with site.get("/app.js", headers={"Accept-Encoding": "br, gzip;q=0"}) as answer:
        assert "Content-Encoding" not in answer.headers
    async with site.get("/app.js", headers={"Accept-Encoding": "br, gzip;q=0.5"}) as answer:
        assert "Server" not in answer.headers
        assert answer.headers["Content-Encoding"] == "gzip"


async def test_what_a_browser_has_is_not_sent_again(site):
    async with site.get("/app.js") as answer:
        tag = answer.headers["ETag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        async with site.get("/app.js", headers={"If-None-Match": known}) as answer:
            assert (answer.status, await answer.read()) == (304, b"")
            assert answer.headers["ETag"] == tag
    async with site.get("/app.js", headers={"If-None-Match": tag, "Accept-Encoding": "identity"}) as answer:
        assert answer.status == 200, "another encoding is another representation"


async def test_scripts_are_asked_for_again_at_each_visit_and_icons_once_for_many_buttons(site):
    for path, kept in (("/", "no-cache"), ("/app.js", "no-cache"), ("/icons.svg", "max-age=60")):
        async with site.get(path) as answer:
            assert answer.headers["Cache-Control"] == kept


async def test_nothing_but_our_own_files_runs_in_the_page(site):
    for path in ("/", "/icons.svg", "/service-worker.js", "/irc", "/nowhere"):
        async with site.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
    for path in ("/app.js", "/style/base.css"):
        async with site.get(path) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Content-Security-Policy" not in answer.headers, "the page's own is what counts"


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/nowhere", 404, "There is nothing at this address"),
        ("GET", "/../pyproject.toml", 404, "There is nothing at this address"),
        ("GET", "/%2e%2e/edge/web/site.py", 404, "There is nothing at this address"),
        ("DELETE", "/", 405, "DELETE is not allowed here"),
        ("GET", "/irc", 426, "This address is for IRC over WebSocket"),
    ],
)
async def test_what_is_not_there_is_answered_in_words(site, method, path, status, words):
    async with site.request(method, path) as answer:
        assert answer.status == status
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert (await answer.text()).startswith(words)


async def test_what_is_no_http_is_told_so_and_closed(port, caplog):
    await port.open()
    client = await port.connect()
    client.send("GET / HTTP/1.1\r\nno header at all\r\n\r\n")
    assert (await client.rest()).startswith(b"HTTP/1.0 400 Bad Request\r\n")
    # On a busy machine asyncio says that a turn was long, which nobody outside brings about.
    said = [record.getMessage() for record in caplog.records if not record.getMessage().startswith("Executing ")]
    assert not said, "anybody could fill the log with it"


async def test_health_is_that_messages_can_be_kept(port, site):
    async with site.get("/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok\n")
    port.host.clock = "the clock jumped"
    async with site.get("/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok, but the clock jumped\n")
    port.host.ill = "the disk is full: free some space"
    async with site.get("/healthz") as answer:
        assert (answer.status, await answer.text()) == (503, "the disk is full: free some space\n")


async def test_a_listener_without_the_door_says_so(port):
    await port.open(bind=Bind("127.0.0.1", 0, frozenset({"irc"})))
    client = await port.connect()
    client.send("GET / HTTP/1.1\r\n\r\n")
    assert (await client.rest()).startswith(b"HTTP/1.1 501 Not Implemented\r\n")


# ---- WebSocket


async def heard(socket):
    message = await socket.receive(timeout=10)
    return message.data


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["binary.ircv3.net"], "binary.ircv3.net"),
        (["text.ircv3.net", "binary.ircv3.net"], "text.ircv3.net"),
        (["other", "binary.ircv3.net", "text.ircv3.net"], "binary.ircv3.net"),
        (["other"], None),
        ([], None),
    ],
)
async def test_the_first_protocol_of_ours_is_taken_and_text_where_none_is(site, offered, chosen):
    async with site.ws_connect("/irc", protocols=offered) as socket:
        assert socket.protocol == chosen
        await socket.send_str("PING x")
        answer = ":srv PONG srv x"
        assert await heard(socket) == (answer.encode() if chosen == "binary.ircv3.net" else answer)


@pytest.mark.parametrize("path", ["/irc", "/"])
async def test_a_session_speaks_irc_one_line_a_frame(port, site, path):
    async with site.ws_connect(path, protocols=["text.ircv3.net"]) as socket:
        await socket.send_str("NICK nora")
        await socket.send_bytes("USER n 0 * :Nöra".encode())
        assert await heard(socket) == ":srv 001 nora Welcome"
        assert await heard(socket) == ":nora!u@h JOIN #lobby"
        session = await port.host.session()
        assert session.user[-1] == "Nöra"
        assert (session.peer.protocol, session.peer.address, session.peer.tls) == ("web", "127.0.0.1", False)
        session.sink.write(b"A\r\nB \xc3\xb6\r\n")
        assert [await heard(socket), await heard(socket)] == ["A", "B ö"]
    await port.host.until(lambda: session.reason)
    assert session.reason == "Connection closed"


async def test_a_page_of_another_site_is_turned_away(port, site):
    ours = f"http://127.0.0.1:{port.number}"
    for origin in ("https://evil.example", "null", "http://127.0.0.1", f"{ours}.evil.example", "http://[broken"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await site.ws_connect("/irc", origin=origin)
        assert refused.value.status == 403
    assert port.host.sessions == []
    port.listener.origins = ["https://Chat.example.org"]
    for origin in (ours, "https://chat.example.org"):
        async with site.ws_connect("/irc", origin=origin) as socket:
            await socket.send_str("PING x")
            assert await heard(socket) == ":srv PONG srv x"


@pytest.mark.parametrize("named", ["chat.example.org", "chat.example.org:{}", "https://chat.example.org/chat"])
async def test_a_page_whose_own_name_leads_here_is_turned_away_until_the_name_is_ours(port, site, named):
    """DNS rebinding: the browser is led to this machine by the name of somebody else's page."""
    host = f"chat.example.org:{port.number}"
    rebound = {"Host": host, "Origin": f"http://{host}"}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await site.ws_connect("/irc", headers=rebound)
    assert refused.value.status == 403
    async with site.get("/", headers={"Host": host}) as answer:
        assert (answer.status, (await answer.text())[:40]) == (421, "This server does not know that it has th")
    async with site.get("/metrics", headers={"Host": host}) as answer:
        assert answer.status == 401
    assert port.host.sessions == []
    async with site.ws_connect("/irc", headers={"Host": host}):
        assert (await port.host.session()).peer.site == f"http://127.0.0.1:{port.number}", "no link is made of it"
    port.listener.follow_web(names=[named.format(port.number)])
    async with site.ws_connect("/irc", headers=rebound):
        assert (await port.host.session(2)).peer.site == f"http://{host}"
    for path in ("/", "/metrics"):
        async with site.get(path, headers={"Host": host}) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    "host", ["localhost", "pi", "pi.local", "chat.home.arpa", "192.168.1.7", "[fd00::7]", "PI.LOCAL."]
)
async def test_in_the_local_network_nothing_has_to_be_set(port, site, host):
    at = f"{host}:{port.number}"
    async with site.ws_connect("/irc", headers={"Host": at, "Origin": f"http://{at}"}):
        assert (await port.host.session()).peer.site == f"http://{at}"
    async with site.get("/", headers={"Host": at}) as answer:
        assert answer.status == 200


async def test_anyone_who_does_not_read_is_known_to_and_drained_later(port, site):
    async with site.ws_connect("/irc") as socket:
        session = await port.host.session()
        await port.host.until(lambda: session.drains)
        for _ in range(200):
            session.sink.write(b"x" * 65536 + b"\r\n")
            if session.sink.backlog():
                break
        assert session.held
        assert session.sink.backlog() > 0
        while session.held:
            assert len(await heard(socket)) == 65536


async def test_a_paused_session_is_given_nothing_until_it_is_resumed(port, site):
    async with site.ws_connect("/irc") as socket:
        session = await port.host.session()
        session.sink.pause()
        for number in range(50):
            await socket.send_str(f"PING {number}")
        await port.turns()
        assert len(session.lines) <= 1
        session.sink.resume()
        assert [await heard(socket) for _ in range(50)] == [f":srv PONG srv {number}" for number in range(50)]


async def test_a_session_that_ends_says_its_last_word_and_closes(port, site):
    socket = await site.ws_connect("/irc")
    session = await port.host.session()
    session.write("ERROR :Bye")
    session.sink.close()
    assert await heard(socket) == "ERROR :Bye"
    assert (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
    await socket.close()
    await port.host.until(lambda: session.reason)


async def test_a_message_beyond_every_bound_ends_the_connection(port, site):
    async with site.ws_connect("/irc") as socket:
        session = await port.host.session()
        await socket.send_str("x" * 70_000)
        assert (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 1009
        await port.host.until(lambda: session.reason)


async def test_an_aborted_browser_is_lost_at_once_and_given_back(port, site):
    socket = await site.ws_connect("/irc")
    session = await port.host.session()
    socket._response.connection.transport.abort()
    await port.host.until(lambda: session.reason and port.host.dismissed == port.host.admitted)
    await socket.close()


async def test_closing_the_listener_lets_a_chat_finish(port, site):
    socket = await site.ws_connect("/irc")
    session = await port.host.session()
    closing = asyncio.create_task(port.listener.close(5))
    session.write("ERROR :Server is shutting down")
    session.sink.close()
    assert await heard(socket) == "ERROR :Server is shutting down"
    await socket.close()
    await closing


# ---- behind a proxy


async def test_a_trusted_proxy_says_who_asks_and_how(port, site):
    port.listener.trust(["127.0.0.1"])
    port.listener.follow_web(names=["chat.example.org"])
    headers = {
        "X-Forwarded-For": "1.1.1.1, 203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "chat.example.org",
        "Origin": "https://chat.example.org",
    }
    async with site.ws_connect("/irc", headers=headers):
        peer = (await port.host.session()).peer
        assert (peer.address, peer.tls, peer.via) == ("203.0.113.9", True, "127.0.0.1")
        assert port.host.here["203.0.113.9"] == 1


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("/chat", "/chat"),
        ("/chat/", "/chat"),
        ("/a/b-c_d~e.f", "/a/b-c_d~e.f"),
        ("/", ""),
        ("", ""),
        ("chat", ""),
        ("//evil.example", ""),
        ("/chat//x", ""),
        ("/..", ""),
        ("/a/../b", ""),
        ("/./a", ""),
        ("/.well-known", "/.well-known"),
        ("/chat?x", ""),
        ("/chat#x", ""),
        ("/ch at", ""),
        ("/%2e%2e", ""),
        ("/chat\\x", ""),
        ("/chat, /other", ""),
        ("/" + "a" * 99, "/" + "a" * 99),
        ("/" + "a" * 100, ""),
    ],
)
async def test_a_trusted_proxy_says_which_path_it_has_taken_away(port, site, said, path):
    port.listener.trust(["127.0.0.1"])
    port.listener.follow_web(names=["chat.example.org"])
    headers = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "chat.example.org",
        "X-Forwarded-Prefix": said,
    }
    async with site.ws_connect("/irc", headers=headers):
        assert (await port.host.session()).peer.site == f"https://chat.example.org{path}"


async def test_of_nobody_else_a_path_is_believed(port, site):
    port.listener.trust([])
    async with site.ws_connect("/irc", headers={"X-Forwarded-Prefix": "/evil"}):
        assert (await port.host.session()).peer.site == f"http://127.0.0.1:{port.number}"


async def test_of_nobody_else_that_is_believed_but_its_own_address_has_no_privileges(port, site):
    async with site.ws_connect("/irc", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}):
        peer = (await port.host.session()).peer
        assert (peer.address, peer.tls, peer.via) == ("127.0.0.1", False, "127.0.0.1")
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await site.ws_connect("/irc", headers={"X-Forwarded-Host": "evil.example", "Origin": "https://evil.example"})


async def test_clients_behind_an_http_proxy_meet_the_limits(port, site):
    port.listener.trust(["127.0.0.1"])
    async with site.get("/") as answer:
        await answer.read()
    port.host.refusal = "Too many connections from your address; close one first"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await site.ws_connect("/irc", headers={"X-Forwarded-For": "203.0.113.9"})
    assert refused.value.status == 429


async def test_what_could_not_be_made_at_the_start_is_tried_again_for_the_next_request(port, monkeypatch, caplog):
    real, tries = pages.load, []

    def load():
        tries.append(1)
        if len(tries) == 1:
            raise OSError(24, "Too many open files")
        return real()

    monkeypatch.setattr(pages, "load", load)
    await port.open()
    with pytest.raises(OSError, match="Too many open files"):
        await port.listener.web_ready()
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port.number}") as session,
        session.get("/healthz") as answer,
    ):
        assert answer.status == 200
    assert len([record for record in caplog.records if record.name == "chover.edge.web.server"]) == 1


async def test_a_head_that_comes_a_letter_at_a_time_is_given_up(port):
    await port.open(head_seconds=0.2)
    client = await port.connect()
    client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    while not client.reader.at_eof() and port.listener._shared.slow_requests == 0:
        client.send("a")
        await port.turns()
    answer = await client.rest()
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert answer.endswith(b"\r\n\r\nThis request came too slowly: send it again\n")
    assert port.listener._shared.slow_requests == 1


async def test_what_comes_after_a_head_has_its_own_time(port):
    """A body, the next request, and frames of a WebSocket, each long after the head was due."""
    await port.open(head_seconds=0.05)
    client, chat = await port.connect(), await port.connect()
    client.send("POST /hooks/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n1")
    chat.send(
        "GET /irc HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await chat.until("\r\n\r\n")
    for next_part in ("2", "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"):
        later = asyncio.get_running_loop().time() + 0.1
        while asyncio.get_running_loop().time() < later:
            await port.turns()
        client.send(next_part)
        chat.send(b"\x81\x84\0\0\0\0LIST")
    assert "There is nothing at this address" in await client.until("The chat is at /")
    session = await port.host.session()
    await port.host.until(lambda: session.raw.count(b"LIST") == 2)
    assert port.listener._shared.slow_requests == 0


async def test_a_head_that_stops_behind_a_whole_request_is_given_up_too(port):
    await port.open(head_seconds=0.1)
    client = await port.connect()
    client.send("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await client.until("The chat is at /")
    client.send("GET /now")
    assert b"408 Request Timeout" in await client.rest()
