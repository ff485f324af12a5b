"""Uploads that have begun and not ended: how many there may be, and the room that they still need."""

import errno

import pytest

from chover.engine.ids import UserId
from chover.files import uploads as module
from chover.ports import NotTaken, Obstacle
from tests.files.conftest import ALICE, given, lying, upload

BOB = UserId("a0002")
GUEST = UserId("")


@pytest.fixture
async def begun(uploads):
    """Begins an upload, which ends with the test."""
    all_of_them = []

    async def begin(owner=ALICE, address="192.0.2.7", size=10):
        all_of_them.append(await uploads.begin(owner, "x", size, address))
        return all_of_them[-1]

    yield begin
    for each in all_of_them:
        await each.drop()


async def refused(beginning):
    with pytest.raises(NotTaken) as caught:
        await beginning
    assert caught.value.obstacle is Obstacle.BUSY
    return str(caught.value)


async def test_an_account_has_so_many_under_way_wherever_it_is(uploads, begun):
    given(uploads, uploads_per_account=2)
    one, _ = await begun(), await begun(address="198.51.100.1")
    told = "At most 2 uploads of your account at a time: wait until one is done"
    assert await refused(begun(address="203.0.113.1")) == told
    await begun(owner=BOB)
    await one.drop()
    await begun()


async def test_an_address_has_so_many_under_way_whoever_they_are(uploads, begun):
    given(uploads, uploads_per_address=2, guests=True)
    await begun(address="2001:db8::1")
    await begun(owner=GUEST, address="2001:db8::2")
    assert "of your address" in await refused(begun(owner=BOB, address="2001:db8::3"))
    await begun(owner=GUEST, address="2001:db8:0:1::1")


async def test_all_together_have_so_many_under_way(uploads, begun):
    given(uploads, uploads=2)
    await begun()
    await begun(owner=BOB, address="198.51.100.1")
    assert "as many files as it can" in await refused(begun(owner=UserId("a0003"), address="203.0.113.1"))


async def test_what_ended_leaves_no_trace_however_it_ended(uploads, begun, tmp_path):
    await upload(uploads, b"kept")
    given_up = await begun()
    await given_up.drop()
    await given_up.drop()
    given(uploads, max_bytes=2000)
    too_large = await begun(size=None)
    with pytest.raises(NotTaken):
        await too_large.write(bytes(3000))
    await too_large.drop()
    under_way = uploads.under_way
    assert (len(under_way), under_way.bytes_to_come, len(under_way._by_whom)) == (0, 0, 0)
    assert len(lying(tmp_path)) == 1


async def test_what_others_have_announced_is_not_promised_twice(uploads, begun, monkeypatch):
    monkeypatch.setattr(uploads.blobs, "free_bytes", lambda: module.FREE_BYTES + 100)
    first = await begun(size=60)
    with pytest.raises(NotTaken, match="disk is nearly full"):
        await begun(size=60)
    await first.write(bytes(60))
    await begun(size=60)


async def test_a_disk_that_fills_meanwhile_ends_an_upload_of_unknown_size(uploads, begun, monkeypatch):
    arriving = await begun(size=None)
    monkeypatch.setattr(uploads.blobs, "free_bytes", lambda: 0)
    monkeypatch.setattr(module, "LOOK_BYTES", 1000)
    await arriving.write(bytes(999))
    with pytest.raises(NotTaken, match="disk is nearly full"):
        await arriving.write(bytes(1))


@pytest.mark.parametrize("at", ["begin", "write", "put"])
async def test_what_the_disk_refuses_is_told_and_logged(uploads, monkeypatch, caplog, at):
    def fails(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    if at == "write":
        monkeypatch.setattr(module.Arriving, "_write", fails)
    else:
        monkeypatch.setattr(uploads.blobs, at, fails)
    with pytest.raises(NotTaken, match=r"cannot write the file \(Read-only file system\); tell its operator") as caught:
        await upload(uploads, b"hello")
    assert caught.value.obstacle is Obstacle.DISK
    assert "an upload could not be written: [Errno 30]" in caplog.text
    assert len(uploads.under_way) == 0
