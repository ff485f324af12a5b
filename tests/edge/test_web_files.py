"""Uploads over HTTP, with the real store of uploads behind the door."""

import base64
import re
from types import SimpleNamespace
from urllib.parse import unquote

import aiohttp
import msgspec
import pytest
from tests.files.pictures import SECRET, jpeg, png
from yarl import URL

from chover.config import FilesSettings
from chover.edge.web.downloads import files as module
from chover.edge.web.downloads.files import _name
from chover.engine.ids import UserId
from chover.files.blobs import BlobStore
from chover.files.uploads import Uploads
from chover.ports import Account, Denied, Login
from chover.store.sqlite.store import SqliteStore

ALICE = Account(UserId("a1"), "alice", "alice", 1)
BOB = Account(UserId("a2"), "bob", "bob", 1)


class Doorman:
    """Knows two accounts, whose names are their passwords and their tokens."""

    async def check(self, name, password, peer):
        for account in (ALICE, BOB):
            if name == password == account.name:
                return Login(account)
        raise Denied("INVALID", "Wrong account or password")

    async def bearer(self, token, peer):
        return await self.check(token, token, peer)


@pytest.fixture
async def files(tmp_path):
    store = SqliteStore.open(tmp_path / "data", durability="process")
    for account in (ALICE, BOB):
        await store.registry.accounts.create(account, {})
    yield Uploads(FilesSettings(max_bytes=100_000), store.uploads, BlobStore(tmp_path / "files"))
    await store.close()


@pytest.fixture
async def site(port, files):
    port.host.files, port.host.accounts = files, SimpleNamespace(login=Doorman())
    await port.open()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port.number}") as session:
        yield session


def by(name):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{name}".encode()).decode()}


async def uploaded(site, data, name="notes.txt", **headers):
    named = {**by("alice"), "Content-Disposition": f'attachment; filename="{name}"', **headers}
    async with site.post("/files", data=data, headers=named) as answer:
        assert answer.status == 201, await answer.text()
        return answer.headers["Location"]


async def test_an_upload_is_answered_with_its_address_and_found_there(site):
    address = await uploaded(site, b"hello\n")
    assert address.endswith("/notes.txt#size=6")
    async with site.get(address) as answer:
        assert answer.status == 200
        assert await answer.read() == b"hello\n"
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["Content-Disposition"] == "inline; filename*=UTF-8''notes.txt"


async def test_the_address_is_the_servers_as_the_one_who_asks_knows_it(site, port):
    port.listener.follow_web(names=["chat.example.org"])
    address = await uploaded(site, b"hello\n", "a b.txt", Host="chat.example.org:55555")
    assert address.startswith("http://chat.example.org:55555/files/")
    assert address.endswith("/a%20b.txt#size=6")


async def test_the_address_is_not_made_of_a_name_that_anybody_may_say(site, port):
    address = await uploaded(site, b"hello\n", Host="evil.example")
    assert address.startswith(f"http://127.0.0.1:{port.number}/files/")
    port.listener.follow_web("https://chat.example.org")
    assert (await uploaded(site, b"hello\n", Host="evil.example")).startswith("https://chat.example.org/files/")
    headers = {**by("alice"), "Host": "evil.example", "Origin": "http://evil.example"}
    async with site.post("/files", data=b"x", headers=headers) as answer:
        assert answer.status == 403


async def test_behind_a_proxy_the_address_has_the_path_that_was_taken_away(site, port):
    port.listener.trust(["127.0.0.1"])
    port.listener.follow_web(names=["example.org"])
    proxied = {"X-Forwarded-Prefix": "/chat/", "X-Forwarded-Host": "example.org", "X-Forwarded-Proto": "https"}
    address = await uploaded(site, b"hello\n", **proxied)
    assert re.fullmatch(r"https://example\.org/chat/files/[A-Za-z0-9_-]{22}/notes\.txt#size=6", address)


async def test_the_name_in_an_address_is_for_people_only(site):
    address = await uploaded(site, b"hello\n")
    async with site.get(address.rpartition("/")[0]) as answer:
        assert await answer.read() == b"hello\n"


@pytest.mark.parametrize(
    ("data", "shown_as", "status"),
    [
        (png(), "image", 200), (b"hello\n", "image", 415), (b"hello\n", "video", 415), (b"hello\n", "document", 200),
        (b"\x1a\x45\xdf\xa3film", "video", 200), (png(), "audio", 415),
    ],
)  # fmt: skip
async def test_a_browser_decodes_only_what_a_file_is(site, data, shown_as, status):
    address = await uploaded(site, data, "view.png", **by("alice"))
    async with site.get(URL(address).path, headers={"Sec-Fetch-Dest": shown_as}) as answer:
        assert answer.status == status


async def test_the_head_alone_says_how_long_it_is(site):
    async with site.head(await uploaded(site, b"hello\n")) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, "6")


async def test_a_part_of_a_film_can_be_asked_for(site):
    address = await uploaded(site, b"\x1a\x45\xdf\xa3" + bytes(1000), "film.webm")
    async with site.get(address, headers={"Range": "bytes=0-3"}) as answer:
        assert (answer.status, await answer.read()) == (206, b"\x1a\x45\xdf\xa3")


TEN = b"0123456789"


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-3", 206, b"789"),
        ("bytes=-99", 206, TEN),
        ("bytes=8-99", 206, b"89"),
        ("BYTES=0-0", 206, b"0"),
        ("bytes= 0-1 , , 2-3", 206, b"0123"),
        ("bytes=5-6,0-1,99-100", 206, b"0123456"),
        # Not there: 416.
        ("bytes=10-", 416, b""),
        ("bytes=10-12", 416, b""),
        ("bytes=-0", 416, b""),
        ("bytes=99-,-0", 416, b""),
        # No ranges of bytes: as if nothing was said.
        ("bytes=5-2", 200, TEN),
        ("bytes=0-1,5-2", 200, TEN),
        ("bytes=", 200, TEN),
        ("bytes=-", 200, TEN),
        ("bytes=a-b", 200, TEN),
        ("bytes=1-2-3", 200, TEN),
        ("bytes=+1-2", 200, TEN),
        ("bytes=0x1-2", 200, TEN),
        ("bytes 1-2", 200, TEN),
        ("lines=1-2", 200, TEN),
        ("x", 200, TEN),
    ],
)
async def test_parts_are_given_as_http_has_it(site, asked, status, body):
    address = await uploaded(site, TEN)
    async with site.get(address, headers={"Range": asked}) as answer:
        assert answer.status == status
        if status == 416:
            assert answer.headers["Content-Range"] == "bytes */10"
        else:
            assert await answer.read() == body
            assert ("Content-Range" in answer.headers) is (status == 206)
    async with site.get(address) as again:
        assert await again.read() == TEN


async def test_parts_far_from_each_other_are_the_whole_file(site):
    data = bytes(range(256)) * 4
    address = await uploaded(site, data, "data.bin")
    async with site.get(address, headers={"Range": "bytes=0-1,500-501"}) as answer:
        assert (answer.status, await answer.read()) == (200, data)


async def test_the_head_has_no_parts(site):
    address = await uploaded(site, TEN)
    async with site.head(address, headers={"Range": "bytes=2-4"}) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, "10")


async def test_a_part_is_given_only_of_the_file_that_is_meant(site):
    address = await uploaded(site, TEN)
    async with site.get(address) as answer:
        tag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
    old = "Thu, 01 Jan 2015 00:00:00 GMT"
    for condition, status in ((tag, 206), (date, 206), ('"other"', 200), (f"W/{tag}", 200), (old, 200), ("x", 200)):
        async with site.get(address, headers={"Range": "bytes=2-4", "If-Range": condition}) as answer:
            assert (condition, answer.status) == (condition, status)


async def test_what_a_browser_has_is_not_sent_again(site):
    address = await uploaded(site, b"hello\n")
    async with site.get(address) as answer:
        tag = answer.headers["ETag"]
    async with site.get(address, headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("evil.html", b"<!doctype html><script>alert(1)</script>", "text/plain; charset=utf-8"),
        ("evil.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain; charset=utf-8"),
        ("evil.js", b"alert(1)", "text/plain; charset=utf-8"),
        ("evil.pdf", b"%PDF-1.7 \0", "application/pdf"),
        ("evil.exe", b"MZ\0\1", "application/octet-stream"),
    ],
)
async def test_nothing_that_was_uploaded_is_run_by_a_browser(site, name, data, kind):
    address = await uploaded(site, data, name, **{"Content-Type": "text/html"})
    async with site.get(address) as answer:
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert "script-src" not in policy
        assert answer.headers["Content-Disposition"].startswith("inline" if "text" in kind else "attachment")


async def test_a_photo_does_not_tell_where_it_was_taken(site):
    async with site.get(await uploaded(site, jpeg(), "beach.jpg")) as answer:
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert SECRET not in await answer.read()


async def test_a_name_cannot_add_a_header(site):
    address = await uploaded(
        site, b"x", "x.txt", **{"Content-Disposition": "attachment; filename*=UTF-8''a%0D%0AX-Evil%3A1"}
    )
    async with site.get(address) as answer:
        assert "X-Evil" not in answer.headers
        assert answer.headers["Content-Disposition"] == "inline; filename*=UTF-8''aX-Evil%3A1"


@pytest.mark.parametrize(
    ("given_name", "served"),
    [
        ('"a \\"quoted\\" name.txt"', "a%20%22quoted%22%20name.txt"),
        ('"a%0D%0AX-Evil: 1.txt"', "a%250D%250AX-Evil%3A%201.txt"),
        ('"<script>alert(1)</script>.txt"', "script%3E.txt"),
        ('"semi;colon\'s 100%.txt"', "semi%3Bcolon%27s%20100%25.txt"),
        ('"photo\u202egnp.exe"', "photognp.exe"),
        ('"{{7*7}} (1).txt"', "%7B%7B7%2A7%7D%7D%20%281%29.txt"),
        ('"grüße 茶.txt"', "gr%C3%BC%C3%9Fe%20%E8%8C%B6.txt"),
        ('"..\\\\..\\\\.bashrc"', "bashrc"),
        ('"../../etc/passwd"', "passwd"),
    ],
)
async def test_a_name_is_given_back_without_what_could_harm(site, given_name, served):
    address = await uploaded(site, b"\0\1", **{"Content-Disposition": f"attachment; filename={given_name}"})
    async with site.get(address) as answer:
        assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{served}"
        assert "X-Evil" not in answer.headers


BAD_NAMES = ["%E2%80%AEgnp.exe", "a%0d%0aSet-Cookie:%20x=1", "%00%7F%C2%85.bin", "%FF%FE.bin", "%22.bin"]


async def is_harmless(site, address):
    async with site.get(address) as answer:
        assert "Set-Cookie" not in answer.headers
        shown = unquote(answer.headers["Content-Disposition"].partition("''")[2])
    assert shown
    assert shown.isprintable()


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_a_name_in_an_address_is_no_better(site, name):
    async with site.put(URL(f"/files/{name}", encoded=True), data=b"\0\1", headers=by("alice")) as answer:
        assert answer.status == 201, await answer.text()
        await is_harmless(site, answer.headers["Location"])


@pytest.mark.parametrize("name", [*BAD_NAMES, "\u202egnp.exe", "\x85.bin", "../x.bin"])
async def test_a_name_in_a_form_is_no_better(site, name):
    part = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\nhello\r\n--b--\r\n'
    headers = {**by("alice"), "Content-Type": "multipart/form-data; boundary=b"}
    async with site.post("/files", data=part.encode(), headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        await is_harmless(site, answer.headers["Location"])


async def test_a_form_and_a_put_are_uploads_too(site):
    form = aiohttp.FormData()
    form.add_field("note", "beside it")
    form.add_field("file", png(), filename="dot.png", content_type="image/png")
    async with site.post("/files", data=form, headers=by("alice")) as answer:
        assert answer.status == 201
        assert (await answer.text()).strip().endswith("/dot.png#1x1")
    async with site.put("/files/dot.png", data=png(), headers=by("alice")) as answer:
        assert answer.status == 201
        assert answer.headers["Location"].endswith("/dot.png#1x1")


async def test_a_device_token_is_enough(site):
    async with site.post("/files", data=b"x", headers={"Authorization": "Bearer alice"}) as answer:
        assert answer.status == 201


@pytest.mark.parametrize(
    ("authorization", "words"),
    [
        ("Basic " + base64.b64encode(b"alice:wrong").decode(), "Wrong account or password"),
        ("Basic !!!", "This is not a name and password"),
        ("Digest x", "Authorization must be Basic"),
        ("", "Only accounts may upload here"),
    ],
)
async def test_anyone_who_does_not_prove_to_be_somebody_is_asked_to(site, authorization, words):
    headers = {"Authorization": authorization} if authorization else {}
    async with site.post("/files", data=b"x", headers=headers) as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
        assert (await answer.text()).startswith(words)


async def test_guests_upload_where_they_may(site, files):
    files.settings = FilesSettings(guests=True)
    async with site.post("/files", data=b"x") as answer:
        assert answer.status == 201


async def test_what_is_too_large_is_refused_whether_it_says_so_or_not(site):
    async with site.post("/files", data=bytes(100_001), headers=by("alice")) as answer:
        assert (answer.status, await answer.text()) == (413, "A file has at most 100 kB here\n")

    async def unannounced():
        for _ in range(3):
            yield bytes(50_000)

    async with site.post("/files", data=unannounced(), headers=by("alice")) as answer:
        assert answer.status == 413


async def test_a_form_without_a_file_is_refused(site):
    form = aiohttp.FormData({"note": "x"}, default_to_multipart=True)
    async with site.post("/files", data=form, headers=by("alice")) as answer:
        assert (answer.status, await answer.text()) == (415, "This form contains no file\n")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; filename="\x01"\r\n\r\nx\r\n--b--',
        ),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; filename="x"\r\nContent-Le'),
        ("multipart/form-data; boundary=b", b"no form at all"),
        ("multipart/form-data", b"--b\r\n"),
    ],
)
async def test_a_form_that_is_none_is_refused(site, kind, body):
    async with site.post("/files", data=body, headers={**by("alice"), "Content-Type": kind}) as answer:
        assert (answer.status, await answer.text()) == (415, "This form is damaged; send the file by itself\n")


async def test_the_owner_deletes_and_nobody_else(site):
    address = await uploaded(site, b"x")
    for headers in ({}, by("bob")):
        async with site.delete(address, headers=headers) as answer:
            assert answer.status == 404
    async with site.delete(address, headers=by("alice")) as answer:
        assert answer.status == 200
    async with site.get(address) as answer:
        assert (answer.status, await answer.text()) == (404, "There is no such file, or it has expired\n")


async def test_a_page_of_another_site_uploads_nothing(site, port):
    for headers, status in (({"Origin": "https://evil.example"}, 403), ({"Origin": "https://ours.example"}, 201)):
        port.listener.origins = ["https://ours.example"]
        async with site.post("/files", data=b"x", headers={**by("alice"), **headers}) as answer:
            assert answer.status == status
            assert ("Access-Control-Allow-Origin" in answer.headers) is (status == 201)


async def test_clients_ask_first_what_is_taken(site):
    async with site.options("/files") as answer:
        assert answer.status == 204
        assert answer.headers["Accept-Post"] == "*/*"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a \\"b\\".txt"', 'a "b".txt'),
        ("attachment; filename*=UTF-8''gr%C3%BC%C3%9Fe.txt; filename=x", "grüße.txt"),
        ("attachment; filename=\"gr e.txt\"; filename*=utf-8'de'gr%C3%BC%C3%9Fe.txt", "grüße.txt"),
        ("attachment; filename=plain.txt", "plain.txt"),
        ("attachment", ""),
        ("", ""),
    ],
)
def test_names_are_read_as_browsers_and_curl_write_them(disposition, name):
    assert _name(disposition) == name


def beginning(size, name="alice"):
    """An upload of which nothing has come yet."""
    key = base64.b64encode(f"{name}:{name}".encode()).decode()
    return (
        f"POST /files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {key}\r\nContent-Length: {size}\r\n"
        "Content-Type: text/plain\r\n\r\n"
    )


async def test_too_many_uploads_at_once_are_refused_with_when_to_come_again(site, port, files):
    files.settings = msgspec.structs.replace(files.settings, uploads_per_account=2)
    for _ in range(2):
        (await port.connect()).send(beginning(10))
    while len(files.under_way) < 2:
        await port.turns()
    async with site.post("/files", data=b"x", headers=by("alice")) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
        assert await answer.text() == "At most 2 uploads of your account at a time: wait until one is done\n"
    for client in port.clients[:2]:
        client.send(b"x" * 10)
        await client.until("201 Created")
    await uploaded(site, b"now")


async def test_anyone_who_leaves_gives_the_place_back(site, port, files):
    client = await port.connect()
    client.send(beginning(10))
    while not len(files.under_way):
        await port.turns()
    await client.close()
    while len(files.under_way):
        await port.turns()


@pytest.mark.parametrize("bound", ["IDLE_SECONDS", "SLOWEST_BYTES"])
async def test_an_upload_that_comes_too_slowly_is_given_up(site, port, files, monkeypatch, bound):
    """Where nothing comes; and where something does, but less than so much in a second."""
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.2)
    if bound == "SLOWEST_BYTES":
        monkeypatch.setattr(module, "SLOWEST_BYTES", 10**9)
    client = await port.connect()
    client.send(beginning(90_000))
    while not len(files.under_way):
        await port.turns()
    while len(files.under_way):
        if bound == "SLOWEST_BYTES":
            client.send("x")
        await port.turns()
    answer = await client.until("send it again\n")
    assert answer.startswith("HTTP/1.1 408")
    assert "It arrived too slowly, or not at all: send it again" in answer
