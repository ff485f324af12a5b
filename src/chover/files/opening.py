"""Opens the storage of uploads' contents that the settings choose."""

from __future__ import annotations

from pathlib import Path

from chover.config import Config
from chover.files.blobs import BlobStore
from chover.files.s3 import S3Blobs, S3Place
from chover.files.s3_signing import S3Keys
from chover.ports import BlobStorage


def directory_of(config: Config) -> Path:
    """The directory of uploads; with S3 that of those that are on their way."""
    named = config.files.directory
    return Path(named).expanduser() if named else config.server.data_path / "files"


def is_shared(config: Config) -> bool:
    """Whether the contents are elsewhere than in the data directory."""
    return bool(config.files.directory or config.files.url)


def open_blobs(config: Config) -> BlobStorage:
    """Nothing is connected or made before it is used."""
    directory = directory_of(config)
    files = config.files
    if not files.url:
        return BlobStore(directory)
    bucket, _, prefix = files.url.removeprefix("s3://").partition("/")
    endpoint = files.endpoint.rstrip("/") or f"https://s3.{files.region}.amazonaws.com"
    prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
    place = S3Place(endpoint, bucket, prefix, S3Keys(files.access_key, files.secret_key, files.region))
    return S3Blobs(place, BlobStore(directory), directory)
