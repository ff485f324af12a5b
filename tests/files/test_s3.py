"""S3-compatible storage: requests signed as AWS says, faults that pass, faults that do not."""

import hashlib
from datetime import UTC, datetime

import pytest

from chover.config import Config
from chover.files import s3 as module
from chover.files.blobs import BlobStore
from chover.files.opening import open_blobs as opened
from chover.files.s3 import S3Blobs, S3Place
from chover.files.s3_signing import EMPTY, S3Keys, signed
from chover.ports import StoreError
from tests.files.contract_of_blobs import BlobsContract, nothing
from tests.servers.s3 import ACCESS, BUCKET, REGION, SECRET, s3

__all__ = ["s3"]

KEYS = S3Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
SITE = "https://examplebucket.s3.amazonaws.com"


@pytest.mark.parametrize(
    ("method", "path", "sha256", "headers", "signature"),
    [
        ("GET", "/test.txt", EMPTY, {"Range": "bytes=0-9"},
         "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        ("PUT", "/test%24file.text", hashlib.sha256(b"Welcome to Amazon S3.").hexdigest(),
         {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
         "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
    ],
)  # fmt: skip
def test_signatures_are_those_of_the_examples_of_aws(method, path, sha256, headers, signature):
    now = datetime(2013, 5, 24, tzinfo=UTC)
    assert signed(KEYS, method, SITE + path, sha256, now, headers)["Authorization"].endswith(f"Signature={signature}")


@pytest.fixture
async def open_blobs(s3, tmp_path):
    made = []

    def opens(secret=SECRET, bucket=BUCKET, endpoint=""):
        place = S3Place(endpoint or s3.url(), bucket, "a b/", S3Keys(ACCESS, secret, REGION))
        made.append(S3Blobs(place, BlobStore(tmp_path / "spool"), tmp_path / "spool"))
        return made[-1]

    yield opens
    for blobs in made:
        await blobs.close()


class TestS3Blobs(BlobsContract):
    @pytest.fixture
    def count(self, s3):
        return lambda: len(s3.objects)

    async def test_nothing_is_left_on_this_machine_and_the_object_has_its_digest_as_name(self, blobs, s3, tmp_path):
        digest = await self.keep(blobs, b"hello")
        assert s3.objects == {f"a b/{digest[:2]}/{digest}": b"hello"}
        assert list((tmp_path / "spool").iterdir()) == []

    async def test_what_is_there_is_not_sent_again(self, blobs, s3):
        await self.keep(blobs, b"hello")
        await self.keep(blobs, b"hello")
        assert [method for method, _ in s3.requests].count("PUT") == 1

    async def test_faults_that_pass_are_waited_for(self, blobs, s3, monkeypatch):
        monkeypatch.setattr(module, "PAUSE_SECONDS", 0)
        digest = await self.keep(blobs, b"hello")
        s3.failing = module.TRIES - 1
        assert await self.read(blobs, digest, 0, 4) == b"hello"
        s3.failing = module.TRIES
        with pytest.raises(OSError, match="the file storage answers 503"):
            await blobs.content(digest)

    async def test_what_damages_a_content_on_the_way_is_noticed_by_the_storage(self, blobs, s3):
        path, file = blobs.begin()
        with file:
            file.write(b"damaged")
        with pytest.raises(OSError, match="the file storage answers 400 XAmzContentSHA256Mismatch"):
            await blobs.send(path, "0" * 64)
        assert s3.objects == {}

    @pytest.mark.parametrize(
        ("wrong", "expected"),
        [
            (
                {"secret": "wrong"},
                "403 SignatureDoesNotMatch: check files.access_key, files.secret_key and files.region",
            ),
            ({"endpoint": "http://127.0.0.1:1"}, "the file storage cannot be reached"),
        ],
    )
    async def test_what_is_wrong_is_said_at_the_start_in_one_line(self, open_blobs, monkeypatch, wrong, expected):
        monkeypatch.setattr(module, "PAUSE_SECONDS", 0)
        with pytest.raises(StoreError, match=expected) as caught:
            await open_blobs(**wrong).claim("aa", nothing)
        assert "\n" not in str(caught.value)

    async def test_a_bucket_that_is_not_there_is_said_at_the_start(self, open_blobs):
        with pytest.raises(StoreError, match=r"404 NoSuchBucket: check the bucket in files\.url"):
            await open_blobs(bucket="another").claim("aa", nothing)


def test_the_settings_choose():
    assert isinstance(opened(Config()), BlobStore)
