"""The emoji of a server: what is taken, and what becomes of it."""

import pytest

from chover.config import FilesSettings
from chover.files.blobs import BlobStore
from chover.files.emoji import MOST, MOST_BYTES, ServerEmoji
from chover.files.uploads import Uploads
from chover.ports.files import SERVER_FILES, BadEmoji
from tests.files import pictures
from tests.files.conftest import lying


@pytest.fixture
async def emoji(uploads):
    made = ServerEmoji(uploads)
    await made.reload()
    return made


def named(emoji):
    return [each.name for each in emoji.all()]


async def test_what_is_added_is_listed_by_name_and_has_another_version_each_time(emoji, uploads):
    told = []
    emoji.changed = lambda: told.append(emoji.version)
    assert emoji.version == ""
    made = await emoji.add("party", pictures.png())
    await emoji.add("a-b_c", pictures.gif())
    assert named(emoji) == ["a-b_c", "party"]
    file, content = await uploads.find(made.id)
    assert (file.owner, file.kind, file.expires_at) == (SERVER_FILES, "image/png", 0)
    assert content.size == made.size
    await emoji.remove("party")
    assert named(emoji) == ["a-b_c"]
    assert await uploads.find(made.id) is None
    assert len(set(told)) == 3


@pytest.mark.parametrize("name", ["a", "A1", "x" * 33, "with space", "dé", "a:b", "", "../x"])
async def test_a_name_is_made_of_few_characters(emoji, name):
    with pytest.raises(BadEmoji, match="is no name for an emoji"):
        await emoji.add(name, pictures.png())


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "is text/plain"),
        (b"", "by its content"),
        (pictures.jpeg(), "image/jpeg by its content"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (pictures.png() + b"x" * MOST_BYTES, "at most 256000"),
        (pictures.png().replace(bytes((0, 0, 0, 1)) * 2, bytes((0, 0, 2, 1)) * 2, 1), "513 × 513"),
    ],
)
async def test_what_is_no_small_picture_is_refused_by_its_content(emoji, tmp_path, data, why):
    with pytest.raises(BadEmoji, match=why):
        await emoji.add("party", data)
    assert lying(tmp_path) == []


async def test_a_name_that_is_taken_is_kept(emoji):
    first = await emoji.add("party", pictures.png())
    with pytest.raises(BadEmoji, match="chover emoji remove party"):
        await emoji.add("party", pictures.gif())
    assert [each.id for each in emoji.all()] == [first.id]
    with pytest.raises(BadEmoji, match="there is no emoji :tea:"):
        await emoji.remove("tea")


async def test_another_node_sees_what_was_added(emoji, uploads):
    other = ServerEmoji(uploads)
    await emoji.add("party", pictures.png())
    await other.reload()
    assert (named(other), other.version) == (["party"], emoji.version)


async def test_retention_quota_and_switched_off_uploads_leave_them_alone(emoji, uploads, store, tmp_path, clock):
    tight = Uploads(FilesSettings(enabled=False, quota_bytes=1), store.uploads, BlobStore(tmp_path / "files"), clock)
    strict = ServerEmoji(tight)
    await strict.add("party", pictures.png())
    await strict.add("tea", pictures.gif())
    clock.now += 10 * 365 * 86_400_000
    await tight.tidy(clock.now)
    await strict.reload()
    assert named(strict) == ["party", "tea"]
    assert len(lying(tmp_path)) == 2


async def test_there_are_some_hundreds_at_most(emoji, monkeypatch):
    monkeypatch.setattr("chover.files.emoji.MOST", 2)
    await emoji.add("one", pictures.png())
    await emoji.add("two", pictures.png())
    with pytest.raises(BadEmoji, match="has 2 emoji, and that is the maximum"):
        await emoji.add("three", pictures.png())
    assert MOST < 1000
