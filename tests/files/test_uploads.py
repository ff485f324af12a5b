import os
import struct
import zlib

import pytest

from chover.engine.ids import UserId
from chover.files import uploads as module
from chover.files.metadata import strip
from chover.files.uploads import clean_name, readable
from chover.ports import NotTaken, Obstacle
from tests.files.conftest import ALICE, given, lying, upload
from tests.files.pictures import SECRET, gif, jpeg, png, webp

DAY = 86_400_000


async def test_what_was_uploaded_is_found_under_its_address(uploads):
    kept = await upload(uploads, b"hello\n", "notes.txt")
    file, content = await uploads.find(kept.id)
    assert (file.name, file.kind, file.size) == ("notes.txt", "text/plain; charset=utf-8", 6)
    assert content.path.read_bytes() == b"hello\n"
    assert uploads.is_shown(file)


async def test_an_address_that_nobody_was_given_leads_nowhere(uploads):
    assert await uploads.find("guessed") is None


async def test_addresses_hold_128_random_bits(uploads):
    one, two = await upload(uploads, b"same"), await upload(uploads, b"same")
    assert one.id != two.id
    assert len(one.id) == 22


async def test_the_same_content_lies_once_and_goes_with_its_last_upload(uploads, tmp_path):
    one, two = await upload(uploads, b"same"), await upload(uploads, b"same")
    assert len(lying(tmp_path)) == 1
    assert await uploads.remove(one.id, ALICE)
    assert await uploads.find(two.id)
    assert await uploads.remove(two.id, ALICE)
    assert lying(tmp_path) == []


async def test_a_photo_is_kept_without_what_tells_where_it_was_taken(uploads):
    kept = await upload(uploads, jpeg(), "beach.jpg")
    _, content = await uploads.find(kept.id)
    assert SECRET not in content.path.read_bytes()
    assert kept.size == content.size


JPEG, PNG = strip("image/jpeg", jpeg()), strip("image/png", png())
GIF, WEBP = strip("image/gif", gif()), strip("image/webp", webp())
BEHIND_FIRST = 4 + int.from_bytes(JPEG[4:6], "big")
"""Where the second segment begins."""


@pytest.mark.parametrize(
    "damaged",
    [
        b"\xff\xd8\xff" + b"no jpeg", JPEG[:-2], JPEG[:BEHIND_FIRST] + b"x" + JPEG[BEHIND_FIRST:], PNG[:-12],
        PNG[:8] + b"x" + PNG[8:], GIF[:-1], WEBP[:-1],
    ],
    ids=["none at all", "no end", "a stray byte", "PNG without end", "PNG with a stray byte", "GIF", "WebP"],
)  # fmt: skip
async def test_a_damaged_picture_is_refused_since_its_metadata_would_stay(uploads, tmp_path, damaged):
    with pytest.raises(NotTaken, match=r"This picture is damaged .* send it in an archive") as refused:
        await upload(uploads, damaged, "x.jpg")
    assert refused.value.obstacle is Obstacle.KIND
    assert lying(tmp_path) == []


@pytest.mark.parametrize(("side", "kind"), [(10_000, "image/png"), (30_000, "application/octet-stream")])
async def test_a_picture_that_would_fill_the_memory_is_only_saved(uploads, side, kind):
    at = PNG.index(b"IHDR") + 4
    grown = struct.pack(">II", side, side) + PNG[at + 8 : at + 13]
    head = struct.pack(">I", 13) + b"IHDR" + grown + struct.pack(">I", zlib.crc32(b"IHDR" + grown))
    kept = await upload(uploads, PNG[: at - 8] + head + PNG[at + 17 :], "sky.png")
    assert kept.kind == kind
    assert uploads.is_shown(kept) == (kind == "image/png")


async def test_nobody_else_removes_a_file(uploads):
    kept = await upload(uploads, b"mine")
    assert not await uploads.remove(kept.id, UserId("a0002"))
    assert not await uploads.remove(kept.id, UserId(""))
    assert await uploads.find(kept.id)


async def test_a_file_that_says_that_it_is_too_large_is_refused_before_it_comes(uploads):
    with pytest.raises(NotTaken, match="A file has at most 2 kB") as refused:
        await given(uploads, max_bytes=2000).begin(ALICE, "x", 2001, "192.0.2.7")
    assert refused.value.obstacle is Obstacle.TOO_LARGE


async def test_a_file_that_grows_too_large_leaves_nothing_behind(uploads, tmp_path):
    arriving = await given(uploads, max_bytes=2000).begin(ALICE, "x", None, "192.0.2.7")
    with pytest.raises(NotTaken):
        await arriving.write(bytes(2001))
    await arriving.drop()
    assert lying(tmp_path) == []


async def test_what_an_account_may_hold_is_bounded(uploads, tmp_path):
    given(uploads, quota_bytes=100)
    await upload(uploads, bytes(60))
    with pytest.raises(NotTaken, match="60 bytes of the 100 bytes allowed: delete some") as refused:
        await upload(uploads, b"y" * 60)
    assert refused.value.obstacle is Obstacle.QUOTA
    assert len(lying(tmp_path)) == 1


async def test_a_quota_of_some_days_is_free_again_after_them(uploads, clock):
    given(uploads, quota_bytes=100, quota_days=1)
    await upload(uploads, bytes(60))
    clock.now += DAY + 1
    await upload(uploads, b"y" * 60)


async def test_two_uploads_at_once_cannot_share_the_last_of_a_quota(uploads):
    given(uploads, quota_bytes=100)
    one, two = [await uploads.begin(ALICE, "x", 60, "192.0.2.7") for _ in range(2)]
    await one.write(bytes(60))
    await two.write(b"y" * 60)
    await one.keep()
    with pytest.raises(NotTaken):
        await two.keep()
    await two.drop()


async def test_guests_upload_only_where_they_may_and_for_a_while(uploads, clock):
    with pytest.raises(NotTaken, match="log in, or register") as refused:
        await upload(uploads, b"x", owner=UserId(""))
    assert refused.value.obstacle is Obstacle.GUESTS
    kept = await upload(given(uploads, guests=True), b"x", owner=UserId(""))
    clock.now += 7 * DAY
    assert await uploads.find(kept.id) is None


async def test_kinds_that_are_not_wanted_are_refused_by_what_they_are(uploads, tmp_path):
    given(uploads, kinds=("image/*",))
    with pytest.raises(NotTaken, match="only image/"):
        await upload(uploads, b"just text", "photo.png")
    assert lying(tmp_path) == []


async def test_a_nearly_full_disk_is_left_to_the_messages(uploads, monkeypatch):
    monkeypatch.setattr(uploads.blobs, "free_bytes", lambda: module.FREE_BYTES)
    with pytest.raises(NotTaken, match="disk is nearly full"):
        await uploads.begin(ALICE, "x", 1, "192.0.2.7")


async def test_where_uploads_are_switched_off_it_says_so(uploads):
    with pytest.raises(NotTaken, match="does not accept files"):
        await given(uploads, enabled=False).begin(ALICE, "x", 1, "192.0.2.7")


async def test_what_has_expired_goes_and_what_has_not_stays(uploads, clock, tmp_path):
    await upload(given(uploads, keep_days=1), b"short")
    long = await upload(given(uploads, keep_days=0), b"long")
    clock.now += DAY
    assert await uploads.tidy(uploads.now()) == 1
    assert await uploads.find(long.id)
    assert len(lying(tmp_path)) == 1


async def test_what_an_account_uploaded_goes_with_it(uploads, store, tmp_path):
    await upload(uploads, b"x")
    await store.registry.accounts.delete(ALICE)
    await uploads.tidy(uploads.now())
    assert lying(tmp_path) == []


async def test_what_a_crash_left_without_a_row_is_removed_after_an_hour(uploads, tmp_path):
    kept = await upload(uploads, b"kept")
    orphan, file = uploads.blobs.begin()
    file.close()
    lost, file = uploads.blobs.begin()
    file.close()
    uploads.blobs.put(lost, "0" * 64)
    for path in lying(tmp_path):
        os.utime(path, (1000, 1000))
    assert await uploads.tidy(uploads.now()) == 1
    assert not orphan.exists()
    assert not uploads.blobs.place("0" * 64).exists()
    assert await uploads.find(kept.id)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\photo.jpg", "photo.jpg"),
        ("a\x1b[31mb\u202egpj.exe", "a[31mbgpj.exe"),
        ("", "file"),
        ("...", "file"),
        ("é" * 300 + ".tar", "é" * 98 + ".tar"),
    ],
)
def test_a_name_is_made_safe_to_show_and_to_save_under(given_name, kept):
    assert clean_name(given_name) == kept


def test_sizes_are_said_in_words():
    assert [readable(size) for size in (0, 999, 1000, 3_440_000)] == ["0 bytes", "999 bytes", "1 kB", "3.44 MB"]


@pytest.mark.parametrize(
    ("size", "words"),
    [(999_499, "999 kB"), (999_500, "1 MB"), (999_999_999, "1 GB"), (10**15, "1000 TB"), (12_345 * 10**12, "12345 TB")],
)
def test_a_size_is_never_said_with_an_exponent(size, words):
    assert readable(size) == words
